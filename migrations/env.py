"""How Alembic meets the database. SQLite recreates tables in batches, so its foreign keys rest meanwhile."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from patrol.db import UTCDateTime
from patrol.extensions import db

config = context.config


def render_item(kind, thing, _autogen):
    """Migrations name plain SQLAlchemy types only: they must not import the application."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(_context, _inspected, _column, _stored, declared):
    return False if isinstance(declared, UTCDateTime) else None


def run():
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.execute(text("PRAGMA foreign_keys"))  # opens a transaction of our own making …
            connection.rollback()
            connection.connection.execute("PRAGMA foreign_keys=OFF")  # … which this must stand outside of
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=compare_type,
            transaction_per_migration=not is_sqlite,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
            if is_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"foreign keys broken by the migration: {broken[:5]}")
                connection.commit()
        finally:
            if is_sqlite:
                connection.rollback()
                connection.connection.execute("PRAGMA foreign_keys=ON")


assert current_app
run()
