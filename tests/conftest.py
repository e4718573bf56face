"""Fixtures. A test that needs a database runs once on SQLite and once on PostgreSQL; a pure one runs once.

Whatever a test does is rolled back: its sessions live in savepoints of one transaction that never commits.
"""

import contextlib
import contextvars
import functools
import gc
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, session
from flask.globals import app_ctx
from flask.testing import FlaskClient, FlaskCliRunner
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from patrol import clock as patrol_clock
from patrol.accounts.views import start_session
from patrol.extensions import db as the_db
from tests import needs
from tests.browser.driver import QUIET
from tests.databases import KINDS, Databases
from tests.pages import Page

SHARED = "PATROL_TESTS_SHARE_A_SERVER"  # of their own, gone with the process that started them


def pytest_configure(config: pytest.Config) -> None:
    """Several processes share one PostgreSQL: the one that starts them starts it, and stops it after them."""
    if getattr(config.option, "numprocesses", None) and "TEST_DATABASE_URL" not in os.environ:
        held = contextlib.ExitStack()
        server = held.enter_context(needs.postgresql_server())
        os.environ["TEST_DATABASE_URL"] = server.admin.render_as_string(hide_password=False)
        os.environ[SHARED] = "yes"
        config.add_cleanup(held.close)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: looking through it for garbage again and again would find none."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases of one's own: `.empty(kind)` or `.prepared(kind)` → URL, `with databases.app(url) as app`."""
    shared = tmp_path_factory.getbasetemp().parent if SHARED in os.environ else None
    made = Databases(tmp_path_factory.mktemp("databases"), shared)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """ "sqlite", then "postgresql": whoever asks for it, directly or through `db`, runs on both."""
    return request.param


@pytest.fixture(scope="session")
def database(databases: Databases, kind: str) -> str:
    """The URL of the shared database of this kind: migrated, with reference data."""
    return databases.prepared(kind)


@pytest.fixture(scope="session")
def app(databases: Databases, database: str) -> Iterator[Flask]:
    with databases.app(database) as app:
        app.test_client_class = Browserlike
        yield app


@pytest.fixture
def shared(databases: Databases, kind: str) -> Iterator[Flask]:
    """An app on a database of its own, where commits are commits."""
    with databases.app(databases.prepared(kind)) as app:
        yield app


@pytest.fixture
def db(app: Flask) -> Iterator[SQLAlchemy]:
    """The database inside an app context; commits are savepoints, and all is rolled back after the test."""
    with app.app_context():
        connection = the_db.engine.connect()
        outer = connection.begin()
        original = the_db.session
        the_db.session = scoped_session(
            sessionmaker(connection, class_=Session, join_transaction_mode="create_savepoint"),
            scopefunc=lambda: id(app_ctx._get_current_object()),
        )
        try:
            yield the_db
        finally:
            the_db.session.remove()
            the_db.session = original
            outer.rollback()
            connection.close()


class Browserlike(FlaskClient):
    """A client that says what a browser says, each request in a context of its own as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        the_db.session.commit()  # what the test has made is stored before anybody asks for it
        kwargs.setdefault("buffered", True)
        return contextvars.copy_context().run(functools.partial(self._open_alone, *args, **kwargs))

    def _open_alone(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask, db: SQLAlchemy) -> FlaskClient:
    """Flask's client, sending `Origin` and `Sec-Fetch-Site: same-origin` unless told otherwise."""
    client = app.test_client()
    client.environ_base |= {"HTTP_ORIGIN": "http://localhost", "HTTP_SEC_FETCH_SITE": "same-origin"}
    return client


@pytest.fixture
def runner(app: Flask, db: SQLAlchemy) -> FlaskCliRunner:
    """`runner.invoke(args=["figures", …])` on the test's own data."""
    return app.test_cli_runner()


@pytest.fixture
def signed_in(app: Flask, client: FlaskClient) -> Callable[[Any], Any]:
    """`signed_in(person)` makes the client theirs and gives the person back."""

    def sign_in(person: Any) -> Any:
        the_db.session.commit()
        with app.test_request_context(environ_base=client.environ_base):
            start_session(the_db.session.get(type(person), person.id))
            the_db.session.commit()
            started = dict(session)
        with client.session_transaction() as kept:
            kept.clear()
            kept.update(started)
        return person

    return sign_in


@pytest.fixture
def page(app: Flask, client: FlaskClient) -> Iterator[Page]:
    """`page.open("patrols.index")` fetches, checks what every page owes its reader, gives what is seen."""
    with Page.watching(client, the_db.engine) as page:
        yield page


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The Chromium that is installed, one for all tests of a worker: Playwright starts only once in a process."""
    from playwright.sync_api import sync_playwright

    os.environ["PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=list(QUIET))
        yield browser
        browser.close()


class StoppedClock:
    """`clock.set("2026-02-05 21:30")` (ours when no zone is given), `clock.advance(minutes=5)`."""

    def __init__(self) -> None:
        self._held = contextlib.ExitStack()

    def set(self, moment: datetime | str) -> datetime:
        wanted = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        self._held.enter_context(patrol_clock.frozen(patrol_clock.in_utc(wanted)))
        return patrol_clock.now()

    def advance(self, **by: float) -> datetime:
        return self.set(patrol_clock.now() + timedelta(**by))

    def close(self) -> None:
        self._held.close()


@pytest.fixture
def clock() -> Iterator[StoppedClock]:
    """Stands still at 21:30 on 05/02/2026 in Việt Nam until it is set to another moment."""
    stopped = StoppedClock()
    stopped.set("2026-02-05 21:30")
    try:
        yield stopped
    finally:
        stopped.close()


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).parent.parent
