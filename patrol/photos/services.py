"""Photos onto patrols: made small without the database, kept in one transaction."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid5

from sqlalchemy import select

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Permission, person_may, ranked_name
from ..audit.services import note
from ..errors import Conflict, Invalid, NotAllowed
from ..extensions import db
from ..findings.queries import finding_by_client_id
from ..history.rules import RedactionReason
from ..history.services import blot_out
from ..patrols.models import Patrol
from ..patrols.rules import Status
from .images import Picture, reencode
from .media import keep
from .models import Photo
from .queries import number_of_photos, photo_by_client_id, photo_by_source
from .rules import MOST_AT_ONCE, MOST_PHOTOS, TEXTS, PhotoDraft, PhotoLimits, Refusal, Refused

STORED, ALREADY_STORED, WITHDRAWN = "photo_stored", "photo_already_stored", "photo_withdrawn"


@dataclass(frozen=True)
class Prepared:
    """A photo made small, and the hash of the bytes it was made from."""

    source_sha256: str
    picture: Picture


@dataclass(frozen=True)
class Reading:
    """One file of a form: prepared, or why it can't be a photo."""

    name: str
    prepared: Prepared | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Receipt:
    """'stored' or 'already_stored', and the photo as it is now."""

    outcome: str
    photo: Photo


def prepare(content: bytes, limits: PhotoLimits) -> Prepared:
    """Make the photo small and anonymous: slow, so no transaction should be open. Raises Refused."""
    return Prepared(hashlib.sha256(content).hexdigest(), reencode(content, limits))


def read_photos(files: Iterable[tuple[str, bytes]], limits: PhotoLimits) -> list[Reading]:
    """Prepare every file by itself; a refused one stops no other."""
    readings = []
    for number, (name, content) in enumerate(files):
        try:
            if number >= MOST_AT_ONCE:
                raise Refused(Refusal.TOO_MANY)
            readings.append(Reading(name, prepared=prepare(content, limits)))
        except Refused as refused:
            readings.append(Reading(name, refusal=refused.reason))
    return readings


def may_add(patrol: Patrol, *, by: Person) -> bool:
    """Whoever writes patrols and may open this one: photos follow for days, and change nothing that was confirmed."""
    return person_may(by, Permission.LOG_PATROL) and patrol.status != Status.CANCELLED


def may_withdraw(photo: Photo, *, by: Person) -> bool:
    """The sender, and those who send patrols back."""
    return photo.withdrawn_at is None and (
        photo.uploaded_by_id == by.id or person_may(by, Permission.RETURN_PATROL)
    )


def may_release(photo: Photo, *, by: Person) -> bool:
    """Who sees a guarded photo may say after all that nothing in it needs guarding."""
    return not photo.is_clean and person_may(by, Permission.SEE_GUARDED_PHOTOS)


def keep_photo(prepared: Prepared, draft: PhotoDraft, *, patrol: Patrol, by: Person, folder: Path) -> Receipt:
    """Keep a photo of a patrol the caller may open, exactly once; its file is on the disk before this returns.

    The same bytes for the same patrol, or the same client_id with the same bytes → already_stored, whatever is said
    of them now. A client_id that names another photo → Conflict. Too many photos → Refused. May not → NotAllowed.
    """
    if not may_add(patrol, by=by):
        raise NotAllowed
    db.session.execute(select(Patrol.id).where(Patrol.id == patrol.id).with_for_update())
    if held := photo_by_source(patrol, prepared.source_sha256):
        return Receipt("already_stored", held)
    client_id = draft.client_id or uuid5(patrol.client_id, prepared.source_sha256)
    if known := photo_by_client_id(client_id):
        raise Conflict(known)
    if number_of_photos(patrol) >= MOST_PHOTOS:
        raise Refused(Refusal.TOO_MANY)
    picture = prepared.picture
    photo = Photo(
        client_id=client_id,
        patrol_id=patrol.id,
        finding_id=_finding_id(patrol, draft),
        source_sha256=prepared.source_sha256,
        sha256=keep(folder, picture.content),
        thumb_sha256=keep(folder, picture.thumb),
        size_bytes=len(picture.content),
        width=picture.width,
        height=picture.height,
        is_clean=draft.is_clean,
        taken_at=draft.taken_at,
        place=draft.place,
        caption=draft.caption,
        uploaded_at=clock.now(),
        uploaded_by_id=by.id,
        uploaded_by_name=ranked_name(by.rank, by.full_name),
    )
    db.session.add(photo)
    db.session.flush()
    note("photo.kept", photo, by=by, changes=_of(photo, is_clean=draft.is_clean))
    return Receipt("stored", photo)


def _finding_id(patrol: Patrol, draft: PhotoDraft) -> int | None:
    if draft.finding_id is None:
        return None
    finding = finding_by_client_id(draft.finding_id)
    if finding is None or finding.patrol_id != patrol.id:
        raise Invalid({"finding_id": "unknown_choice"})
    return finding.id


def keep_photos(
    patrol: Patrol, readings: Sequence[Reading], draft: PhotoDraft, *, by: Person, folder: Path
) -> list[dict[str, Any]]:
    """Keep what could be read, all of it said to be as in `draft`; name and code of every file, in order."""
    results = []
    for reading in readings:
        if reading.prepared is None:
            code = str(reading.refusal)
        else:
            code = _kept(patrol, reading.prepared, draft, by=by, folder=folder)
        if code not in (STORED, ALREADY_STORED, WITHDRAWN):
            note("photo.refused", by=by, changes={"patrol_id": [None, patrol.id], "reason": [None, code]})
        results.append({"name": reading.name, "code": code})
    return results


def _kept(patrol: Patrol, prepared: Prepared, draft: PhotoDraft, *, by: Person, folder: Path) -> str:
    try:
        receipt = keep_photo(prepared, draft, patrol=patrol, by=by, folder=folder)
    except Refused as refused:
        return str(refused.reason)
    if receipt.outcome == "stored":
        return STORED
    return WITHDRAWN if receipt.photo.withdrawn_at else ALREADY_STORED


def withdraw(photo: Photo, because: str, *, by: Person) -> None:
    """Take a photo off its patrol, with a reason: nobody sees it any more, its record stays."""
    if not may_withdraw(photo, by=by):
        raise NotAllowed
    if not because:
        raise Invalid({"because": "reason_missing"})
    photo.withdrawn_at = clock.now()
    photo.withdrawn_by_name = ranked_name(by.rank, by.full_name)
    photo.withdrawn_because = because
    db.session.flush()
    note("photo.withdrawn", photo, by=by, changes=_of(photo))


def guard(photo: Photo, *, by: Person) -> None:
    """Somebody sees people, papers or weapons in it after all: from now on it is for commanders."""
    if not photo.is_clean or not may_withdraw(photo, by=by):
        raise NotAllowed
    photo.is_clean = False
    db.session.flush()
    note("photo.guarded", photo, by=by, changes=_of(photo))


def release(photo: Photo, *, by: Person) -> None:
    """A commander looked: there is nothing in it that needs guarding."""
    if not may_release(photo, by=by):
        raise NotAllowed
    photo.is_clean = True
    db.session.flush()
    note("photo.released", photo, by=by, changes=_of(photo))


def redact(photo: Photo, field: str, reason: RedactionReason, *, by: Person) -> None:
    """Blot out what somebody wrote about a photo."""
    if field not in TEXTS:
        raise Invalid({"text": "unknown_choice"})
    blot_out(photo, field, reason, by=by)


def note_viewed(photo: Photo, *, by: Person) -> None:
    """A commander looked at a guarded photo."""
    note("photo.viewed", photo, by=by, changes=_of(photo))


def _of(photo: Photo, **more: Any) -> dict[str, Any]:
    return {"patrol_id": [None, photo.patrol_id], **{name: [None, value] for name, value in more.items()}}
