"""Databases for the tests: made, migrated, filled with the reference data, copied, and gone at the end."""

import contextlib
import fcntl
import json
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
    """Hands out databases of both kinds. A prepared one is a copy: milliseconds, not a migration.

    What takes long to make is made once for all processes that share a folder.
    """

    def __init__(self, folder: Path, shared: Path | None = None):
        self.folder = folder
        self.shared = shared or folder
        self.templates = folder / "templates"  # compiled once for all apps of a run
        self.templates.mkdir()
        self._stack = contextlib.ExitStack()
        self._server: needs.Server | None = None
        self._models: dict[str, str] = {}

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
        made = self.shared / f"demo-{kind}.json"
        with (self.shared / f"demo-{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                made.write_text(json.dumps(self._load_demo(kind)))
        url, accounts = json.loads(made.read_text())
        return self._copy(kind, url), [Account(*each) for each in accounts]

    def _load_demo(self, kind: str) -> tuple[str, list[Account]]:
        url = self.prepared(kind)
        with self.app(url) as app, app.app_context(), clock.frozen(DEMO_NOW):
            accounts = load_demo()
            db.session.commit()
        if kind == "postgresql" and self.shared != self.folder:
            self.server.leave(make_url(url))  # others copy it when this process is gone
        return url, accounts

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
