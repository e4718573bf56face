"""Making a backup, bringing one back, and letting old ones go."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from .. import clock
from ..audit.queries import head
from ..audit.services import note
from ..db import reading
from ..extensions import db
from . import archive
from .queries import figures_by_year
from .rules import (
    SETTINGS,
    Damaged,
    Differs,
    Manifest,
    NotEmpty,
    Why,
    file_name,
    key_check,
    plain_settings,
    superfluous,
)
from .tables import drop_all, dump, filling, is_empty, load, revision_of, tables_of


@dataclass(frozen=True)
class Place:
    """What of this installation a backup is about, besides the database. `latest` is the newest known schema."""

    media: Path
    settings: Mapping[str, Any]
    secret: str
    version: str
    latest: str


def make_backup(folder: Path, place: Place, *, why: Why) -> Path:
    """Write one file that holds everything but the keys, read it back, and say where it is.

    The records are those of one moment, whatever is written meanwhile. A failure leaves no file.
    """
    made_at = clock.now()
    path = folder / file_name(made_at, why)
    with archive.writing(path) as backup, _one_moment() as connection:
        revision = revision_of(connection)
        is_current = revision == place.latest
        about = Manifest(
            made_at=made_at,
            version=place.version,
            revision=revision,
            database=connection.dialect.name,
            key_check=key_check(place.secret),
            members={},
            figures=figures_by_year() if is_current else None,
            audit_head=_audit_head() if is_current else None,
        )
        settings = plain_settings(place.settings)
        backup.add(SETTINGS, [json.dumps(settings, ensure_ascii=False, indent=1).encode()])
        for table in tables_of(connection):
            backup.add(archive.table_member(table.name), dump(connection, table), has_rows=True)
        _add_media(backup, place.media)
        backup.finish(replace(about, members=dict(backup.members)))
    return path


@contextmanager
def _one_moment() -> Iterator[Connection]:
    """The session's own connection in a transaction that sees one moment and writes nothing."""
    db.session.rollback()
    with reading():
        wanted = {} if db.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        try:
            yield db.session.connection(execution_options=wanted)
        finally:
            db.session.rollback()


def _audit_head() -> str | None:
    last = head()
    return str(last) if last else None


def _add_media(backup: archive.Writer, media: Path) -> None:
    """Every file of the records. One that a term takes away meanwhile is no longer anybody's business."""
    for path in sorted(media.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            name = archive.MEDIA + path.relative_to(media).as_posix()
            backup.add(name, archive.file_chunks(path), packed=False)


@dataclass(frozen=True)
class Restored:
    """What came back, and which figures are not those written down beside it; "audit" stands for the head."""

    about: Manifest
    differences: list[str]


def restore(path: Path, place: Place, *, upgrade: Callable[[str], None], media: bool = True) -> Restored:
    """Bring a backup into an empty database and an empty folder of files.

    Every row is read back and compared; if one differs the database is empty again and Differs is raised. A backup of
    an older schema is brought up to date. Then the figures of every year and the head of the audit trail are compared:
    the rows are proven by then, so a difference is told and not thrown away.
    """
    about = archive.check(path)
    engine = db.engine
    with engine.connect() as connection:
        if not is_empty(connection):
            raise NotEmpty("database_not_empty")
    if media and place.media.exists() and any(place.media.iterdir()):
        raise NotEmpty("media_not_empty")
    drop_all(engine)
    try:
        upgrade(about.revision)
        _fill(path, about)
        if about.revision != place.latest:
            upgrade(place.latest)
        if media:
            with archive.opened(path) as zipped:
                names = [name for name in about.members if name.startswith(archive.MEDIA)]
                archive.unpack_media(zipped, names, place.media)
    except (Differs, Damaged, DatabaseError, OSError):
        db.session.remove()
        drop_all(engine)
        raise
    return Restored(about, _differences(about))


def _fill(path: Path, about: Manifest) -> None:
    """The rows of every table, and the proof that they are the same rows."""
    with archive.opened(path) as zipped, filling(db.engine) as connection:
        tables = {archive.table_member(table.name): table for table in tables_of(connection)}
        held = {name: member for name, member in about.members.items() if member.rows is not None}
        if set(tables) != set(held):
            raise Differs(sorted(set(tables) ^ set(held)))
        for name, table in tables.items():
            load(connection, table, archive.lines(zipped, name))
        wrong = [
            table.name
            for name, table in tables.items()
            if archive.member_of(dump(connection, table), has_rows=True) != held[name]
        ]
        if wrong:
            raise Differs(wrong)


def _differences(about: Manifest) -> list[str]:
    """Which figures, and whether the audit head, are no longer what the backup says."""
    with reading():
        now = figures_by_year()
        wrong = [
            f"{question} {key}"
            for question, figures in (about.figures or {}).items()
            for key, figure in figures.items()
            if now.get(question, {}).get(key) != figure
        ]
        if about.figures is not None and about.audit_head != _audit_head():
            wrong.append("audit")
        db.session.rollback()
    return wrong


def remove_superfluous(folder: Path, *, days: int) -> list[str]:
    """Let go of daily backups older than the newest of each of the last `days` days; their names."""
    names = superfluous([each.name for each in folder.iterdir()], days=days)
    for name in names:
        (folder / name).unlink()
    return names


def note_made(path: Path) -> None:
    """Write into the audit trail that a backup was made, and which one."""
    note("backup.made", by=None, changes={"file": [None, path.name]})


def note_restored(about: Manifest, name: str) -> None:
    """Write into the audit trail of what came back where it came from."""
    note("backup.restored", by=None, changes={"file": [None, name], "rows": [None, about.rows]})


def note_moved(about: Manifest, name: str) -> None:
    """Write into the audit trail of the new database that the records moved into it."""
    note("database.moved", by=None, changes={"file": [None, name], "rows": [None, about.rows]})


def note_paper() -> None:
    """Write down that the keys were shown to be kept in a safe."""
    note("backup.paper", by=None)
