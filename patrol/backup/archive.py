"""The file of a backup: a zip whose last member says what all others must be. The only user of zipfile here.

It is written beside its place, read back whole, and only then gets its name; nobody but its owner may read it.
"""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import clock
from .rules import FORMAT, MANIFEST, Damaged, Manifest, Member, is_safe_name

CHUNK = 2**20
MEDIA = "media/"
TABLES = "tables/"


def table_member(name: str) -> str:
    return f"{TABLES}{name}.jsonl"


def member_of(
    chunks: Iterable[bytes], *, has_rows: bool, write: Callable[[bytes], Any] = lambda _chunk: None
) -> Member:
    """What the manifest says of these chunks; they are handed to `write` one by one."""
    digest, size, rows = hashlib.sha256(), 0, -1
    for chunk in chunks:
        write(chunk)
        digest.update(chunk)
        size, rows = size + len(chunk), rows + 1
    return Member(digest.hexdigest(), size, rows if has_rows else None)


class Writer:
    """Members one by one; `members` says what was written."""

    def __init__(self, zipped: zipfile.ZipFile):
        self._zip = zipped
        self.members: dict[str, Member] = {}

    def add(self, name: str, chunks: Iterable[bytes], *, packed: bool = True, has_rows: bool = False) -> None:
        """One member. `has_rows`: every chunk but the first is a row."""
        info = zipfile.ZipInfo(name, clock.now().astimezone(clock.LOCAL).timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as member:
            self.members[name] = member_of(chunks, has_rows=has_rows, write=member.write)

    def finish(self, manifest: Manifest) -> None:
        plain = {**asdict(manifest), "made_at": manifest.made_at.isoformat()}
        text = json.dumps(plain, ensure_ascii=False, indent=1)
        self.add(MANIFEST, [text.encode()])


@contextmanager
def writing(place: Path) -> Iterator[Writer]:
    """A backup that will be at `place` when the block ends well and the file was read back; else nothing is there."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f".{place.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
                yield Writer(zipped)
            file.flush()
            os.fsync(file.fileno())
        check(draft)
        draft.rename(place)
        _sync_folder(place.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def opened(place: Path) -> Iterator[zipfile.ZipFile]:
    """A backup to read from, or Damaged."""
    try:
        with zipfile.ZipFile(place) as zipped:
            yield zipped
    except (zipfile.BadZipFile, EOFError, OSError, KeyError) as broken:
        raise Damaged("backup_unreadable", place.name) from broken


def manifest_of(place: Path) -> Manifest:
    """What a backup says of itself, not yet compared with what it holds."""
    with opened(place) as zipped:
        plain = _json(zipped, MANIFEST)
    if plain.get("format", 0) > FORMAT:
        raise Damaged("backup_too_new", place.name)
    try:
        members = {name: Member(**member) for name, member in plain.pop("members").items()}
        made_at = datetime.fromisoformat(plain.pop("made_at"))
        return Manifest(
            **{**plain, "members": members, "made_at": made_at, "not_held": tuple(plain["not_held"])}
        )
    except (TypeError, KeyError, ValueError, AttributeError) as odd:
        raise Damaged("backup_unreadable", MANIFEST) from odd


def check(place: Path) -> Manifest:
    """Read a backup whole and compare every member with what the backup says of it. Raises Damaged."""
    manifest = manifest_of(place)
    with opened(place) as zipped:
        there = set(zipped.namelist())
        for name, member in manifest.members.items():
            if not is_safe_name(name):
                raise Damaged("backup_unsafe_name", name)
            if name not in there:
                raise Damaged("backup_member_missing", name)
            if _digest(zipped, name, is_table=member.rows is not None) != member:
                raise Damaged("backup_member_changed", name)
    return manifest


def _digest(zipped: zipfile.ZipFile, name: str, *, is_table: bool) -> Member:
    digest, size, newlines = hashlib.sha256(), 0, -1
    with zipped.open(name) as member:
        while chunk := member.read(CHUNK):
            digest.update(chunk)
            size, newlines = size + len(chunk), newlines + chunk.count(b"\n")
    return Member(digest.hexdigest(), size, newlines if is_table else None)


def _json(zipped: zipfile.ZipFile, name: str) -> Any:
    try:
        return json.loads(zipped.read(name))
    except ValueError as odd:
        raise Damaged("backup_unreadable", name) from odd


def lines(zipped: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The lines of a member, one after the other, however large it is."""
    with zipped.open(name) as member:
        yield from member


def file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def unpack_media(zipped: zipfile.ZipFile, names: Iterable[str], folder: Path) -> None:
    """Write the files of records where they belong; each is on the disk before the next one begins."""
    for name in names:
        place = folder / name.removeprefix(MEDIA)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o600)
        with zipped.open(name) as member, place.open("wb") as file:
            shutil.copyfileobj(member, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())
