"""Databases for the tests: made, migrated, filled with the reference data, copied, and gone at the end."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import flask_migrate
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.engine import make_url

import config
from patrol import clock, create_app
from patrol.demo.services import Account, load_demo
from patrol.extensions import db
from patrol.setup import load_reference
from tests import needs

KINDS = ("sqlite", "postgresql")
DEMO_NOW = clock.in_utc(datetime.fromisoformat("2026-02-05T21:30"))


def settings(url: str, folder: Path) -> dict[str, str]:
    """The environment of a test app: quick to hash, and nothing of the machine's own environment."""
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": "only for tests, and long enough",
        "MEDIA_DIR": str(folder / "media"),
        "PATROL_ENV": "test",
        "ARGON2_TIME_COST": "1",
        "SIGN_IN_PER_MINUTE": "0",  # the limits have tests of their own
        "UPLOADS_PER_MINUTE": "0",
        "SYNC_PER_MINUTE": "0",
    }


class Databases:
    """Hands out databases of both kinds. A prepared one is a copy: milliseconds, not a migration."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.templates = folder / "templates"  # compiled once for all apps of a run
        self.templates.mkdir()
        self._stack = contextlib.ExitStack()
        self._server: needs.Server | None = None
        self._models: dict[str, str] = {}
        self._demos: dict[str, tuple[str, list[Account]]] = {}

    def empty(self, kind: str) -> str:
        """The URL of a database without a table."""
        if kind == "sqlite":
            return f"sqlite:///{self.folder / secrets.token_hex(6)}.db"
        return self.server.new_database().render_as_string(hide_password=False)

    def prepared(self, kind: str) -> str:
        """The URL of a database migrated to head, with the reference data and nobody in it."""
        if kind not in self._models:
            url = self.empty(kind)
            with self.app(url) as app, app.app_context():
                flask_migrate.upgrade()
                load_reference()
                db.session.commit()
            self._models[kind] = url
        return self._copy(kind, self._models[kind])

    def demonstrated(self, kind: str) -> tuple[str, list[Account]]:
        """The URL of a database with the demo years as they are at DEMO_NOW, and its accounts. Loaded once."""
        if kind not in self._demos:
            url = self.prepared(kind)
            with self.app(url) as app, app.app_context(), clock.frozen(DEMO_NOW):
                accounts = load_demo()
                db.session.commit()
            self._demos[kind] = url, accounts
        url, accounts = self._demos[kind]
        return self._copy(kind, url), accounts

    def _copy(self, kind: str, url: str) -> str:
        model = make_url(url)
        if kind == "sqlite":
            copy = self.empty(kind)
            shutil.copyfile(model.database, make_url(copy).database)
            return copy
        return self.server.new_database(template=model).render_as_string(hide_password=False)

    @contextlib.contextmanager
    def app(self, url: str) -> Iterator[Flask]:
        """An app on that database; its connections are closed afterwards."""
        app = create_app(config.load(settings(url, self.folder)))
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(self.templates))
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()

    @property
    def server(self) -> needs.Server:
        """PostgreSQL, started when the first test asks for it."""
        if self._server is None:
            self._server = self._stack.enter_context(needs.postgresql_server())
        return self._server

    def close(self) -> None:
        self._stack.close()
