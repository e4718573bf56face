"""How we speak to the database: names of constraints, UTC moments, common columns, SQLite made safe."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, ForeignKey, MetaData, String, TypeDecorator, event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Uuid

from . import clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware when it goes in, in UTC when it comes out. A naive one is a bug and raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = Annotated[int, mapped_column(primary_key=True)]
Moment = Annotated[datetime, mapped_column(UTCDateTime)]
ClientId = Annotated[Any, mapped_column(Uuid, unique=True)]
Code = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(200))]


class month_of(GenericFunction[str]):  # noqa: N801
    """The month of a day, as text: '2026-02'. `month_of(Patrol.patrolled_on)`."""

    type = String()
    inherit_cache = True


@compiles(month_of, "sqlite")
def _month_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 7)"


@compiles(month_of, "postgresql")
def _month_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)}, 'YYYY-MM')"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Dated:
    """A thing of the register that is true from one day to another; None means without end."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    @property
    def is_current(self) -> bool:
        """Whether it is true today."""
        return self.valid_from <= clock.today() and not self.is_past

    @property
    def is_past(self) -> bool:
        """Whether its last day is over."""
        return self.valid_to is not None and self.valid_to < clock.today()


def to(table: str, **options: Any) -> Any:
    """A column that points to the id of another table."""
    return mapped_column(ForeignKey(f"{table}.id"), **options)


def database() -> SQLAlchemy:
    return SQLAlchemy(model_class=Base, engine_options={"pool_pre_ping": True, "hide_parameters": True})


# SQLite. The driver's own transactions make savepoints unreal, so it runs in autocommit and we say BEGIN.
# A transaction that reads first and writes later dies with "database is locked" under load, so whatever may
# write takes the write lock at once; only requests that cannot write (GET) say so and start with a plain BEGIN.
_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


def only_reads(answer: bool) -> bool:
    """Say for this request or task whether it can only read; what was said before."""
    before = _only_reads.get()
    _only_reads.set(answer)
    return before


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """A block whose transactions never write."""
    token = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(token)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if _only_reads.get() else "BEGIN IMMEDIATE")
