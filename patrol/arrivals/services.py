"""Keeping what phones send: as it came, piece by piece, and what they say they still hold. No commit here."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..accounts.models import Person
from ..audit.services import note
from ..errors import DomainError
from ..extensions import db
from .models import Announced, PhoneReport, ReceivedItem, Upload, UploadPart
from .queries import announced_with, bytes_waiting, content_of, received, senders_of, upload_of
from .rules import JOURNAL_DAYS, MOST_DECLARED, UPLOAD_DAYS, WAITING, Decision, Outcome, State

LARGEST_CONTENT = 15 * 2**20
MOST_WAITING = 200 * 2**20


class PieceRefused(DomainError):
    """A piece that can't be taken; `received` is where the next one has to start."""

    def __init__(self, code: str, status: int, *, received: int = 0, size: int | None = None):
        super().__init__(code)
        self.code, self.status = code, status  # type: ignore[misc]
        self.received, self.size = received, size


def write_down(
    *,
    item_id: str,
    kind: str,
    device: UUID,
    rev: int,
    base_rev: int | None,
    sha256: str,
    phone_time: datetime | None,
    body: bytes,
    by: Person,
) -> ReceivedItem:
    """Keep one version as it came; the same again only counts once more."""
    known = received(item_id, device, by.id, rev, sha256)
    if known is None:
        item = ReceivedItem(
            item_id=item_id,
            kind=kind,
            device=device,
            person_id=by.id,
            rev=rev,
            base_rev=base_rev,
            sha256=sha256,
            phone_time=phone_time,
            body=body,
            received_at=clock.now(),
            last_at=clock.now(),
            times=1,
            codes={},
        )
        try:
            with db.session.begin_nested():
                db.session.add(item)
            return item
        except IntegrityError:  # the same request twice at the same moment
            known = received(item_id, device, by.id, rev, sha256)
            if known is None:
                raise
    known.last_at = clock.now()
    known.times += 1
    if known.body is None:
        known.body = body
    return known


def decide(version: ReceivedItem, decision: Decision, *, became: int | None, by: Person) -> None:
    """What a person made of a version kept beside the record; with `became` it is a revision of it from now on."""
    for item in senders_of(version):
        item.decision, item.decided_at, item.decided_by_id = decision, clock.now(), by.id
        item.became = became
    note("phone.version_decided", version, by=by, changes={"decision": [None, decision]})


@dataclass(frozen=True)
class Piece:
    """A stretch of a content: bytes from `start` on, of a whole of `size`."""

    sha256: str
    start: int
    size: int
    content: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.content)


def take_piece(piece: Piece, *, by: Person) -> Upload:
    """Put a piece behind what is already here; what is here already is ignored. With the last one the hash is checked.

    Raises PieceRefused: too_big, gap, size_differs, hash_differs; for the last one the caller commits, because what was
    here is dropped.
    """
    if piece.size > LARGEST_CONTENT:
        raise PieceRefused("too_big", 413)
    upload = upload_of(piece.sha256, by.id, for_update=True) or _begin(piece, by=by)
    upload.touched_at = clock.now()
    if upload.is_whole:
        return upload
    if piece.size != upload.size:
        raise PieceRefused("size_differs", 422, received=upload.received, size=upload.size)
    if piece.start > upload.received:
        raise PieceRefused("gap", 409, received=upload.received, size=upload.size)
    if fresh := piece.content[upload.received - piece.start :]:
        if bytes_waiting(by.id) + len(fresh) > MOST_WAITING:
            raise PieceRefused("too_big", 413, received=upload.received, size=upload.size)
        db.session.add(UploadPart(upload_id=upload.id, start=upload.received, content=fresh))
        upload.received += len(fresh)
        db.session.flush()
    if upload.received == upload.size:
        if hashlib.sha256(content_of(upload)).hexdigest() != upload.sha256:
            drop(upload)
            raise PieceRefused("hash_differs", 422, size=piece.size)
        upload.is_whole = True
        for each in announced_with(upload.sha256, by.id):
            if each.state == State.WAITING_CONTENT:
                each.state = State.WAITING_PATROL
    return upload


def _begin(piece: Piece, *, by: Person) -> Upload:
    upload = Upload(
        sha256=piece.sha256,
        person_id=by.id,
        size=piece.size,
        received=0,
        is_whole=False,
        started_at=clock.now(),
        touched_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(upload)
    except IntegrityError:  # two first pieces at once
        known = upload_of(piece.sha256, by.id, for_update=True)
        if known is None:
            raise
        return known
    return upload


def drop(upload: Upload) -> None:
    """Forget what has arrived of it."""
    db.session.execute(delete(UploadPart).where(UploadPart.upload_id == upload.id))
    db.session.delete(upload)
    db.session.flush()


def settle(announced: Announced, state: State, *, code: str | None = None) -> None:
    """A photo or track stands with its patrol, or can't; its bytes are not needed here any more."""
    announced.state, announced.code, announced.settled_at = state, code, clock.now()
    db.session.flush()
    others = announced_with(announced.sha256, announced.person_id)
    upload = upload_of(announced.sha256, announced.person_id)
    if upload is not None and not any(each.state in WAITING for each in others):
        drop(upload)


def report_unsent(device: UUID, *, patrols: int, items: int, oldest_at: datetime | None, by: Person) -> None:
    """Keep what a phone says it still holds for this person, in place of what it said before."""
    report = db.session.query(PhoneReport).filter_by(device=device, person_id=by.id).with_for_update().first()
    if report is None:
        report = PhoneReport(device=device, person_id=by.id, patrols=0, items=0, reported_at=clock.now())
        try:
            with db.session.begin_nested():
                db.session.add(report)
        except IntegrityError:
            report = db.session.query(PhoneReport).filter_by(device=device, person_id=by.id).one()
    report.patrols, report.items = min(patrols, MOST_DECLARED), min(items, MOST_DECLARED)
    report.oldest_at, report.reported_at = oldest_at, clock.now()


def forget_old(*, by: Person | None = None) -> dict[str, int]:
    """Let go what has had its time: bodies of 90 days, unfinished uploads and unclaimed bytes of 30. Say how many.

    The line that a version came, its hash and what became of it stay: they make resending harmless. A version a person
    has still to decide about keeps its body.
    """
    now = clock.now()
    bodies = db.session.execute(
        update(ReceivedItem)
        .where(
            ReceivedItem.last_at < now - timedelta(days=JOURNAL_DAYS),
            ReceivedItem.body.is_not(None),
            ~((ReceivedItem.outcome == Outcome.CONFLICT) & ReceivedItem.decision.is_(None)),
        )
        .values(body=None)
        .execution_options(synchronize_session=False)
    )
    old = db.session.query(Upload).filter(Upload.touched_at < now - timedelta(days=UPLOAD_DAYS)).all()
    for upload in old:
        drop(upload)
    forgotten = {"bodies": bodies.rowcount, "uploads": len(old)}  # type: ignore[attr-defined]
    if any(forgotten.values()):
        note("phone.forgotten", by=by, changes={name: [number, 0] for name, number in forgotten.items()})
    return forgotten


def forget_words(client_id: UUID) -> None:
    """Empty what phones sent about a record, when a text of it was blotted out; what waits for a decision stays.

    Hashes and outcomes stay, so the same version sent again is still recognised.
    """
    db.session.execute(
        update(ReceivedItem)
        .where(
            ReceivedItem.item_id == str(client_id),
            or_(ReceivedItem.outcome != Outcome.CONFLICT, ReceivedItem.decision.is_not(None)),
        )
        .values(body=None)
    )
    db.session.execute(update(Announced).where(Announced.item_id == client_id).values(caption="", place=""))
