"""Bare instances, and the one way to store what may arrive twice; nobody imports from patrol/__init__."""

from collections.abc import Callable
from typing import TypeVar

from flask_login import LoginManager
from flask_migrate import Migrate
from sqlalchemy.exc import IntegrityError

from .db import Base, database

Row = TypeVar("Row", bound=Base)

db = database()
login = LoginManager()
migrate = Migrate()


def store_once(row: Row, known: Callable[[], Row | None]) -> Row:
    """Put a new row into the database, or answer the one `known` finds when somebody at the same moment was first."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        if first := known():
            return first
        raise
    return row
