"""All tables of a database as lines of JSON and back: the same bytes from SQLite and from PostgreSQL.

The tables are read off the database, not off our models: a backup before an upgrade is of the schema as it was.
"""

import base64
import contextlib
import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from alembic.migration import MigrationContext
from sqlalchemy import (
    CHAR,
    JSON,
    Connection,
    Date,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    delete,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.types import Uuid

from ..db import UTCDateTime
from .rules import Damaged

BATCH = 200
SCHEMA_TABLE = "alembic_version"


def tables_of(connection: Connection) -> list[Table]:
    """Every table that holds records, by name, with types that read and write alike on both databases."""
    metadata = MetaData()
    event.listen(metadata, "column_reflect", _common_type)
    metadata.reflect(connection)
    return [table for name, table in sorted(metadata.tables.items()) if name != SCHEMA_TABLE]


def _common_type(_inspector: Any, _table: Table, column: Any) -> None:
    kind = column["type"]
    if isinstance(kind, DateTime):
        column["type"] = UTCDateTime()
    elif isinstance(kind, JSON):
        column["type"] = JSON(none_as_null=column["nullable"])
    elif isinstance(kind, Uuid) or (isinstance(kind, CHAR) and kind.length == 32):  # SQLite's way to keep one
        column["type"] = Uuid()
    elif isinstance(kind, Numeric) and kind.asdecimal:
        column["type"] = Numeric(kind.precision, kind.scale, asdecimal=False)


def revision_of(connection: Connection) -> str:
    """The revision of the schema, "" for a database without one."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def is_empty(connection: Connection) -> bool:
    """Whether no table holds a row."""
    return all(
        connection.scalar(select(func.count()).select_from(table)) == 0 for table in tables_of(connection)
    )


def dump(connection: Connection, table: Table) -> Iterator[bytes]:
    """A table as lines: the names of its columns, sorted, then row by row in the order of its key."""
    columns = sorted(table.columns, key=lambda column: column.name)  # migrations leave them in any order
    yield _line([column.name for column in columns])
    wanted = select(*columns).order_by(*table.primary_key)
    rows = connection.execute(wanted, execution_options={"yield_per": BATCH})
    for row in rows:
        yield _line([_plain(value, column.type) for value, column in zip(row, columns, strict=True)])


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any, kind: Any) -> Any:
    if value is None or isinstance(kind, JSON):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return float(value) if isinstance(kind, Numeric) else value


def load(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    """Put the lines of `dump` into a table, instead of whatever the migrations put there."""
    connection.execute(delete(table))
    rows = (json.loads(line) for line in lines)
    names = next(rows, None)
    if names is None or set(names) != set(table.columns.keys()):
        raise Damaged("backup_other_columns", table.name)
    kinds = [table.columns[name].type for name in names]
    while batch := list(itertools.islice(rows, BATCH)):
        connection.execute(
            insert(table),
            [
                {name: _typed(value, kind) for name, value, kind in zip(names, row, kinds, strict=True)}
                for row in batch
            ],
        )


def _typed(value: Any, kind: Any) -> Any:
    if value is None or isinstance(kind, JSON):
        return value
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Uuid):
        return UUID(hex=value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value


@contextlib.contextmanager
def filling(engine: Engine) -> Iterator[Connection]:
    """One transaction in which rows may come in any order; every foreign key holds again at its end, or nothing stays.

    The next row anybody adds gets the number after the last one.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with _resting_keys(connection), connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                    raise Damaged("backup_broken_keys", str(broken[0][0]))
        else:
            with connection.begin():
                held = _take_off_foreign_keys(connection)
                yield connection
                for table, name, definition in held:
                    connection.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
                _move_sequences(connection)


@contextlib.contextmanager
def _resting_keys(connection: Connection) -> Iterator[None]:
    """SQLite looks at foreign keys at once or not at all; a change of that needs to stand outside a transaction."""
    raw = connection.connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _take_off_foreign_keys(connection: Connection) -> list[Any]:
    held = list(
        connection.execute(
            text(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
            )
        )
    )
    for table, name, _definition in held:
        connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return held


def _move_sequences(connection: Connection) -> None:
    """PostgreSQL counts its keys apart from the rows; SQLite looks at the rows."""
    for table in tables_of(connection):
        for column in table.primary_key:
            sequence = connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
            if sequence:
                last = connection.scalar(select(func.max(column)))
                connection.execute(select(func.setval(sequence, last or 1, last is not None)))


def drop_all(engine: Engine) -> None:
    """Take away every table, of a database that was empty before a restore that failed."""
    with engine.begin() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        metadata.drop_all(connection)
