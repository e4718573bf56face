"""One head, the same schema as the models, and a way back and forth for a database with rows in it."""

import re
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from patrol.extensions import db
from patrol.text import folded
from tests.databases import Databases


@pytest.fixture(scope="session")
def history(root: Path) -> ScriptDirectory:
    return ScriptDirectory(str(root / "migrations"))


def test_there_is_one_head_and_one_line_of_numbers(history: ScriptDirectory):
    assert len(history.get_heads()) == 1
    numbers = [script.revision for script in reversed(list(history.walk_revisions()))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_every_migration_stands_alone_and_says_what_it_does(history: ScriptDirectory):
    for script in history.walk_revisions():
        source = Path(script.path).read_text(encoding="utf-8")
        assert script.doc, script.path
        assert not re.search(r"^\s*(from|import) (patrol|config)\b", source, re.MULTILINE), script.path
        assert Path(script.path).name.startswith(f"{script.revision}_"), script.path


def test_the_migrations_make_what_the_models_say(databases: Databases, kind: str):
    with databases.app(databases.empty(kind)) as app, app.app_context():
        flask_migrate.upgrade()
        assert differences() == []


def test_every_constraint_has_a_name(databases: Databases, kind: str):
    with databases.app(databases.prepared(kind)) as app, app.app_context():
        found = inspect(db.engine)
        for table in found.get_table_names():
            if table != "alembic_version":
                constraints = [
                    found.get_pk_constraint(table),
                    *found.get_foreign_keys(table),
                    *found.get_unique_constraints(table),
                    *found.get_check_constraints(table),
                ]
                assert all(constraint["name"] for constraint in constraints), table


def test_a_database_with_rows_goes_down_step_by_step_and_up_again(
    databases: Databases, kind: str, history: ScriptDirectory
):
    url, _ = databases.demonstrated(kind)
    with databases.app(url) as app, app.app_context():
        filled = rows()
        assert filled["patrols"] and filled["findings"] and filled["people"]
        for _step in history.walk_revisions():
            flask_migrate.downgrade(revision="-1")
            assert broken_references() == []
            assert rows().items() <= filled.items()  # what is still there lost nothing
        assert rows() == {}
        flask_migrate.upgrade()
        assert differences() == []


def test_what_patrols_are_searched_by_comes_back_as_the_log_writes_it(databases: Databases, kind: str):
    url, _ = databases.demonstrated(kind)
    with databases.app(url) as app, app.app_context():
        written = searched()
        assert any(names.count("\n") and words.count("\n") for names, words in written.values())
        flask_migrate.downgrade(revision="0016")
        before = searched()
        with db.engine.connect() as connection:
            leaders = dict(connection.execute(text("SELECT id, leader_name FROM patrols")).all())
        assert all(folded(leader) in before[id][0] for id, leader in leaders.items())
        flask_migrate.upgrade()
        assert searched() == written
        assert all(folded(leader) in written[id][1] for id, leader in leaders.items())


def searched() -> dict[int, tuple[str, str]]:
    """By what each patrol is found: by who sees its line, and by who may open it too."""
    with db.engine.connect() as connection:
        found = connection.execute(text("SELECT id, search_text, note_folded FROM patrols"))
        return {id: (names, words) for id, names, words in found}


def differences() -> list[object]:
    """What Alembic would still change to make the database as the models say."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, db.metadata))


def broken_references() -> list[object]:
    """Rows that point to nothing. PostgreSQL never lets it come to that."""
    if db.engine.dialect.name != "sqlite":
        return []
    with db.engine.connect() as connection:
        return list(connection.execute(text("PRAGMA foreign_key_check")))


def rows() -> dict[str, int]:
    """How many rows each table has that is there now."""
    there = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    with db.engine.connect() as connection:
        return {table: connection.scalar(text(f'SELECT count(*) FROM "{table}"')) for table in there}
