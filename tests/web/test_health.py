"""/healthz says whether the log can work, and of what the machine is not ready."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from patrol.extensions import db as the_db
from patrol.version import VERSION

READY = {"status": "ok", "version": VERSION, "database": "ok", "schema": "current"}


def ask(app: Flask):
    return app.test_client().get("/healthz")


def unreachable(kind: str, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'no' / 'such' / 'folder' / 'patrol.db'}"
    return "postgresql://patrol:secret-word@127.0.0.1:1/patrol"


def test_a_database_at_the_head_is_ready(databases, kind):
    with databases.app(databases.prepared(kind)) as app:
        answer = ask(app)
    assert (answer.status_code, answer.json) == (200, READY)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_database_left_behind_says_so(databases, kind):
    with databases.app(databases.prepared(kind)) as app:
        with app.app_context():
            the_db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
            the_db.session.commit()
        answer = ask(app)
    assert answer.json == READY | {"status": "needs upgrade", "schema": "behind"}


def test_an_empty_database_says_so(databases, kind):
    with databases.app(databases.empty(kind)) as app:
        answer = ask(app)
    assert answer.json == READY | {"status": "needs upgrade", "schema": "empty"}


def test_a_database_out_of_reach_is_503_and_gives_nothing_away(databases, kind, tmp_path):
    with databases.app(unreachable(kind, tmp_path)) as app:
        answer = ask(app)
    assert answer.status_code == 503
    assert answer.json == READY | {"status": "failing", "database": "unreachable", "schema": "unknown"}
    assert "secret-word" not in answer.text


def test_a_database_that_comes_back_is_ready_again(databases, tmp_path):
    url = databases.prepared("sqlite")
    place, away = Path(str(make_url(url).database)), tmp_path / "away.db"
    with databases.app(url) as app:
        assert ask(app).status_code == 200
        with app.app_context():
            the_db.engine.dispose()
        place.rename(away)
        place.mkdir()
        assert ask(app).status_code == 503
        place.rmdir()
        away.rename(place)
        assert ask(app).json == READY


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_nobody_has_to_sign_in_to_ask(client, method):
    assert client.open("/healthz", method=method).status_code == 200
