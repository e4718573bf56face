"""Bare instances, and the one way to write what others may write at the same moment.

Nobody imports from patrol/__init__.
"""

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


def lock(row: Base) -> None:
    """The row as it is now; whoever else changes it waits until this is stored, and then sees it."""
    db.session.flush()  # what is not stored yet would be read over
    db.session.refresh(row, with_for_update=True)
