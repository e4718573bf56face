"""What the running log does by itself: it seals the audit trail every few seconds and says the head once a day,
makes a backup every night and lets old ones go."""

import contextlib
import fcntl
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import flask_migrate
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from . import clock
from .arrivals.services import forget_old
from .audit.queries import head, unsealed, verify
from .audit.rules import Head, parse_head
from .audit.services import note, seal
from .backup import services as backups
from .backup.archive import manifest_of
from .backup.rules import Why, backups_among, is_due
from .backup.tables import revision_of
from .db import reading
from .errors import DomainError
from .extensions import db
from .retention.queries import outlived_photos, outlived_tracks
from .retention.services import forget_photos, forget_tracks, remove_files
from .units.queries import is_demo

AT_ONCE = 2_000  # lines sealed in one transaction: whoever writes meanwhile waits for no more than these
FORGET_AT_ONCE = 20  # patrols or photos in one transaction
LOOK_EVERY_S = 60  # for chores that are due
THOROUGH_EVERY = 720  # rounds between two looks through the whole trail, about an hour


def start(app: Flask, *, say: Callable[[str], None]) -> threading.Event:
    """Begin sealing in a thread of its own; setting the event ends it. Several processes may: they take turns."""
    stop = threading.Event()
    threading.Thread(target=_keep_sealing, args=(app, say, stop), name="sealer", daemon=True).start()
    return stop


def start_daily(app: Flask, *, say: Callable[[str], None]) -> threading.Event:
    """Begin the chores of the day in a thread of its own; setting the event ends it. Several processes share them."""
    stop = threading.Event()
    threading.Thread(target=_keep_days, args=(app, say, stop), name="daily", daemon=True).start()
    return stop


def _keep_days(app: Flask, say: Callable[[str], None], stop: threading.Event) -> None:
    while True:
        try:
            with app.app_context():
                daily(say)
        except (SQLAlchemyError, OSError, DomainError) as failure:  # tried again in a minute
            app.logger.error("daily chores: %s", failure)
        if stop.wait(LOOK_EVERY_S):
            return


def daily(say: Callable[[str], None]) -> None:
    """Do what is due today. Of several processes on this machine one does it."""
    folder = backup_dir()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = current_app.config["PATROL"]
    with only_one(folder / ".lock") as is_mine:
        if is_mine and is_due(
            [each.name for each in folder.iterdir()], now=clock.now(), at_hour=settings.BACKUP_HOUR
        ):
            look_over_trail(folder, say)
            path = sealed_backup(folder, Why.DAILY)
            removed = backups.remove_superfluous(folder, days=settings.BACKUP_DAYS)
            say(f"Sao lưu hằng ngày: {path}; bỏ {len(removed)} bản cũ.")
            if not is_demo():
                forget_old()
                db.session.commit()
                tracks, photos = forget_outlived()
                say(f"Xoá theo thời hạn lưu: vết đi của {tracks} lượt, {photos} ảnh.")


def look_over_trail(folder: Path, say: Callable[[str], None]) -> None:
    """Check the audit trail against the head in the newest backup, and note what was found. Commits."""
    published = None
    if names := backups_among(each.name for each in folder.iterdir()):
        published = parse_head(manifest_of(folder / names[-1]).audit_head or "")
    with reading():
        problems = verify(*([published] if published else []))
        db.session.rollback()
    note("audit.verified", by=None, changes={"problems": [None, len(problems)]})
    db.session.commit()
    if problems:
        say(f"NHẬT KÝ KHÔNG TOÀN VẸN: {len(problems)} chỗ không khớp; chạy flask audit verify.")


def forget_outlived() -> tuple[int, int]:
    """Remove what has outlived its term, some at a time so that nobody waits; commits. How many ways, and photos."""
    done = [0, 0]
    for number, (outlived, forget) in enumerate(
        ((outlived_tracks, forget_tracks), (outlived_photos, forget_photos))
    ):
        while (found := outlived(at_most=FORGET_AT_ONCE)).ids:
            forget(found)
            db.session.commit()
            done[number] += len(found.ids)
    remove_files(Path(current_app.config["PATROL"].MEDIA_DIR))
    db.session.rollback()
    return done[0], done[1]


@contextlib.contextmanager
def in_turn() -> Iterator[None]:
    """A block that the processes of this machine go through one after the other: the start."""
    folder = backup_dir()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".start").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[bool]:
    """Whether this is the only process in the block; the others are told no and don't wait."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def backup_dir() -> Path:
    return Path(current_app.config["PATROL"].BACKUP_DIR)


def place() -> backups.Place:
    """This installation, as backups know it."""
    settings = current_app.config["PATROL"]
    return backups.Place(
        media=Path(settings.MEDIA_DIR),
        settings=asdict(settings),
        secret=settings.SECRET_KEY,
        version=current_app.config["VERSION"],
        latest=latest_schema(),
    )


def latest_schema() -> str:
    return ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head() or ""


def sealed_backup(folder: Path, why: Why) -> Path:
    """Seal the audit trail, make a backup and note it. Commits."""
    seal()
    db.session.commit()
    path = backups.make_backup(folder, place(), why=why)
    backups.note_made(path)
    db.session.commit()
    return path


def upgrade_with_backup(say: Callable[[str], None]) -> None:
    """Bring the schema up to date. Records of an older schema are backed up first."""
    with db.engine.connect() as connection:
        held = revision_of(connection)
    if held and held != latest_schema():
        path = backups.make_backup(backup_dir(), place(), why=Why.UPGRADE)
        say(f"Đã sao lưu trước khi nâng cấp: {path}")
    flask_migrate.upgrade()


def _keep_sealing(app: Flask, say: Callable[[str], None], stop: threading.Event) -> None:
    said_on: date | None = None
    rounds = 0
    while True:
        try:
            with app.app_context():
                sealed = seal_waiting(thorough=rounds % THOROUGH_EVERY == 0)
        except (
            SQLAlchemyError
        ) as failure:  # the database is away or full: what waits is sealed when it is back
            app.logger.error("audit seal: %s", failure)
        else:
            if sealed and said_on != clock.today():
                said_on = clock.today()
                say(f"Niêm phong nhật ký ngày {said_on:%d/%m/%Y}: {sealed}")
        rounds += 1
        if stop.wait(app.config["PATROL"].AUDIT_SEAL_SECONDS):
            return


def seal_waiting(*, thorough: bool) -> Head | None:
    """Seal all that waits, some at a time; the head. Takes no lock when nothing waits."""
    while _waits(thorough):
        seal(at_most=AT_ONCE, thorough=thorough)
        db.session.commit()
    with reading():
        sealed = head()
        db.session.rollback()
    return sealed


def _waits(thorough: bool) -> bool:
    with reading():
        waits = bool(unsealed(at_most=1, thorough=thorough))
        db.session.rollback()
    return waits
