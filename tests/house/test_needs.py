"""What is missing is named with the command that brings it; nothing is quietly left out."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests import needs


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch):
    """No browser, no PostgreSQL, and we are not root."""
    for name in ("CHROMIUM", "TEST_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(needs, "installed_browser", lambda: None)
    monkeypatch.setattr(needs, "installed_postgresql", lambda: None)
    monkeypatch.setattr(needs, "root_on_debian", lambda: False)


@pytest.mark.usefixtures("bare_machine")
def test_a_missing_browser_is_named_with_the_command():
    with pytest.raises(needs.Missing, match="apt-get install -y chromium"):
        needs.chromium()


@pytest.mark.usefixtures("bare_machine")
def test_a_missing_postgresql_is_named_with_the_command():
    with pytest.raises(needs.Missing, match="apt-get install -y postgresql"):
        needs.postgresql_programs()


@pytest.mark.usefixtures("bare_machine")
def test_the_check_before_the_tests_fails_when_something_is_missing(capsys: pytest.CaptureFixture[str]):
    assert needs.main() == 1
    assert "apt-get install -y chromium" in capsys.readouterr().err


def test_a_browser_that_is_named_but_not_there_is_no_browser(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(needs.Missing, match="/nowhere/chromium"):
        needs.chromium()


def test_a_cluster_of_our_own_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch):
    """Also as a named server: then databases of our own are created on it and dropped."""
    made: list[str] = []
    mkdtemp = needs.tempfile.mkdtemp
    monkeypatch.setattr(needs.tempfile, "mkdtemp", lambda **asked: made.append(mkdtemp(**asked)) or made[-1])
    with needs.temporary_cluster(needs.postgresql_programs()) as admin:
        monkeypatch.setenv("TEST_DATABASE_URL", admin.render_as_string(hide_password=False))
        with needs.postgresql_server() as server:
            url = server.new_database()
            assert names_of_databases(url) == {"postgres", "template0", "template1", make_url(url).database}
        assert names_of_databases(admin) == {"postgres", "template0", "template1"}
    assert made and not any(Path(folder).exists() for folder in made)


def names_of_databases(url) -> set[str]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return set(connection.scalars(text("SELECT datname FROM pg_database")))
    finally:
        engine.dispose()
