"""Taking what phones send: one savepoint per item, so that one bad item never hurts another. No commit here.

Three steps, each committed by the caller: write everything down as it came, take the items, then put photos and tracks
whose content is here with their patrols, one by one, each read while no transaction is open.
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError

from .. import clock
from ..accounts.models import Person
from ..accounts.queries import scope_of
from ..accounts.rules import Scope
from ..arrivals.models import Announced
from ..arrivals.queries import announced, content_of, received, taken_of, upload_of
from ..arrivals.rules import WAITING, Kind, Outcome, State, Verdict, judge
from ..arrivals.services import report_unsent, settle, write_down
from ..audit.services import done_at
from ..errors import Conflict, Invalid, NotAllowed
from ..extensions import db
from ..logbook.queries import Lists, lists_for
from ..logbook.services import record_log
from ..patrols.models import Patrol
from ..patrols.queries import may_open, patrol_by_client_id
from ..patrols.services import may_edit
from ..photos import services as photos
from ..photos.rules import PhotoDraft, PhotoLimits, Refusal as PhotoRefusal, Refused as PhotoRefused
from ..photos.services import Prepared
from ..tracks.rules import Limits
from ..tracks.services import STORED, Reading, attach_files, read_files
from .bodies import log_of, media_of
from .rules import Batch, Item, MediaDraft, Result, bytes_of

ALREADY_STORED = "already_stored"


def receive(batch: Batch, *, by: Person) -> None:
    """Write every item down as it came, before anybody tries to understand it."""
    for item in sorted(batch.items, key=lambda each: each.order):
        write_down(
            item_id=str(item.id or ""),
            kind=item.kind,
            device=batch.device,
            rev=item.rev,
            base_rev=item.base_rev,
            sha256=item.hash_of_kept,
            phone_time=item.phone_time,
            body=bytes_of(item.body),
            by=by,
        )
    if batch.unsent:
        report_unsent(
            batch.device,
            patrols=batch.unsent.patrols,
            items=batch.unsent.items,
            oldest_at=batch.unsent.oldest_at,
            by=by,
        )


def take(batch: Batch, *, by: Person, seen_by: Scope, led_by: int | None = None) -> list[Result]:
    """What becomes of each item, in the order they came. Everything was received before.

    `led_by`: whose phone it was, when somebody at the post hands in what it holds.
    """
    desk = _Desk(batch, by, seen_by, lists_for(by, seen_by=seen_by), led_by)
    results: dict[int, Result] = {}
    for place in sorted(range(len(batch.items)), key=lambda place: batch.items[place].order):
        item = batch.items[place]
        result = Result(item, Outcome.REJECTED, item.codes) if item.codes else _take(item, desk)
        _write_outcome(result, batch.device, by)
        results[place] = result
    return [results[place] for place in range(len(batch.items))]


@dataclass(frozen=True)
class _Desk:
    """What it takes to take items: whose they are, what may be chosen."""

    batch: Batch
    by: Person
    seen_by: Scope
    lists: Lists
    led_by: int | None


def _take(item: Item, desk: _Desk) -> Result:
    act = _take_patrol if item.kind == Kind.PATROL else _take_media
    for is_last in (False, True):
        try:
            with done_at(item.phone_time), db.session.begin_nested():
                return act(item, desk)
        except Invalid as wrong:
            return Result(item, Outcome.REJECTED, wrong.fields)
        except DataError:  # a value no column of this database holds
            return Result(item, Outcome.REJECTED, {"body": "not_readable"})
        except (Conflict, IntegrityError):
            if (
                is_last
            ):  # once, somebody with the same id may be quicker: then judge again, now that he is known
                raise
    raise AssertionError  # the loop always answers


def _take_patrol(item: Item, desk: _Desk) -> Result:
    assert item.id is not None
    patrol = patrol_by_client_id(item.id, for_update=True)
    if patrol is not None and not may_open(patrol, seen_by=desk.seen_by):
        raise Invalid({"id": "outside_scope"})
    verdict, became = judge(
        device=str(desk.batch.device),
        rev=item.rev,
        base_rev=item.base_rev,
        sha256=item.sha256,
        record_rev=patrol.rev if patrol else None,
        taken=taken_of(str(item.id)),
    )
    if verdict is Verdict.ALREADY:
        return _of_patrol(item, Outcome.ALREADY_STORED, patrol, became)
    if verdict is Verdict.PASSED:
        return _of_patrol(item, Outcome.SUPERSEDED, patrol, None)
    log = log_of(item, desk.batch, by=desk.by, lists=desk.lists, led_by=desk.led_by)
    try:
        receipt = record_log(
            log,
            by=desk.by,
            seen_by=desk.seen_by,
            base_rev=patrol.rev if patrol and verdict is Verdict.NEXT else None,
            catalogue=desk.lists.catalogue,
        )
    except (Conflict, NotAllowed):
        if patrol is None:
            raise
        return _of_patrol(item, Outcome.CONFLICT, patrol, None)
    outcome = Outcome.ALREADY_STORED if receipt.outcome == ALREADY_STORED else Outcome.STORED
    return _of_patrol(item, outcome, receipt.patrol, receipt.patrol.rev)


def _of_patrol(item: Item, outcome: Outcome, patrol: Patrol | None, became: int | None) -> Result:
    return Result(
        item,
        outcome,
        became=became,
        patrol_id=patrol.id if patrol else None,
        remarks=tuple(patrol.remarks) if patrol else (),
    )


def _take_media(item: Item, desk: _Desk) -> Result:
    """A photo or track is announced: what it is of and the hash of its content. The metadata of one doesn't change."""
    assert item.id is not None
    draft = media_of(item)
    patrol = patrol_by_client_id(draft.patrol)
    if patrol is not None and not may_open(patrol, seen_by=desk.seen_by):
        raise Invalid({"patrol": "outside_scope"})
    known = announced(item.id)
    if known is None:
        db.session.add(_announced(item, draft, desk.by))
        db.session.flush()
        return Result(item, Outcome.STORED, became=1, patrol_id=patrol.id if patrol else None)
    if (known.kind, known.sha256, known.patrol_client_id) != (item.kind, draft.sha256, draft.patrol):
        raise Invalid({"id": "id_taken"})
    if known.state in WAITING:
        known.person_id = desk.by.id  # whoever sends it now is the one who will send the bytes
        known.state = _state_of(draft.sha256, desk.by)
        if draft.finding:  # chosen after the photo was taken
            known.finding_client_id = draft.finding
    return Result(item, Outcome.ALREADY_STORED, became=1, patrol_id=patrol.id if patrol else None)


def _announced(item: Item, draft: MediaDraft, by: Person) -> Announced:
    return Announced(
        item_id=item.id,
        kind=item.kind,
        patrol_client_id=draft.patrol,
        finding_client_id=draft.finding,
        sha256=draft.sha256,
        size=draft.size,
        name=draft.name,
        taken_at=draft.taken_at,
        is_clean=draft.is_clean,
        place=draft.place,
        caption=draft.caption,
        person_id=by.id,
        announced_at=clock.now(),
        state=_state_of(draft.sha256, by),
    )


def _state_of(sha256: str, by: Person) -> State:
    upload = upload_of(sha256, by.id)
    return State.WAITING_PATROL if upload and upload.is_whole else State.WAITING_CONTENT


def _write_outcome(result: Result, device: UUID, by: Person) -> None:
    item = result.item
    row = received(str(item.id or ""), device, by.id, item.rev, item.hash_of_kept)
    if row is None or row.decision is not None:
        return
    row.outcome, row.codes = result.outcome, dict(result.codes)
    row.became = result.became


@dataclass(frozen=True)
class Content:
    """The bytes of a photo or track that waits for nothing any more."""

    announced_id: int
    kind: Kind
    name: str
    content: bytes


def content_of_ready(announced_id: int) -> Content | None:
    """What is to be read and attached; None when somebody else was quicker."""
    waiting = db.session.get(Announced, announced_id)
    if waiting is None or waiting.state != State.WAITING_PATROL:
        return None
    upload = upload_of(waiting.sha256, waiting.person_id)
    if upload is None or not upload.is_whole:
        return None
    return Content(waiting.id, Kind(waiting.kind), waiting.name or "tuan-tra.gpx", content_of(upload))


def read_track(content: Content, limits: Limits) -> Reading:
    """The same reading as of an uploaded file. Needs no database."""
    [reading] = read_files([(content.name, content.content)], limits)
    return reading


def attach_track(announced_id: int, reading: Reading) -> None:
    """Put a track with its patrol through the same door as an uploaded file, or say why not."""
    waiting, patrol = _to_attach(announced_id)
    if waiting is None or patrol is None:
        return
    if not may_edit(patrol, by=waiting.person):
        settle(waiting, State.REFUSED, code="outside_scope")
        return
    [attached] = attach_files(patrol, [reading], by=waiting.person)
    is_kept = attached.code in (STORED, ALREADY_STORED)
    settle(
        waiting, State.ATTACHED if is_kept else State.REFUSED, code=None if is_kept else str(attached.code)
    )


def prepare_photo(content: Content, limits: PhotoLimits) -> Prepared | PhotoRefusal:
    """The photo made small, or why it can't be one. Slow; needs no database."""
    try:
        return photos.prepare(content.content, limits)
    except PhotoRefused as refused:
        return refused.reason


def attach_photo(announced_id: int, prepared: Prepared | PhotoRefusal, *, folder: Path) -> None:
    """Put a photo with its patrol through the same door as an uploaded one, or say why not."""
    waiting, patrol = _to_attach(announced_id)
    if waiting is None or patrol is None:
        return
    if not isinstance(prepared, Prepared):
        settle(waiting, State.REFUSED, code=str(prepared))
        return
    draft = PhotoDraft(
        client_id=waiting.item_id,
        finding_id=waiting.finding_client_id,
        is_clean=waiting.is_clean,
        taken_at=waiting.taken_at,
        place=waiting.place,
        caption=waiting.caption,
    )
    try:
        with db.session.begin_nested():
            photos.keep_photo(prepared, draft, patrol=patrol, by=waiting.person, folder=folder)
    except NotAllowed:
        settle(waiting, State.REFUSED, code="outside_scope")
    except PhotoRefused as refused:
        settle(waiting, State.REFUSED, code=str(refused.reason))
    except (Conflict, Invalid):  # its finding is not on this patrol, or its id names another photo
        settle(waiting, State.REFUSED, code="id_taken")
    else:
        settle(waiting, State.ATTACHED)


def _to_attach(announced_id: int) -> tuple[Announced | None, Patrol | None]:
    """The announced thing, held against everybody else, and its patrol as far as its sender may open it."""
    waiting = db.session.get(Announced, announced_id, with_for_update=True, populate_existing=True)
    if waiting is None or waiting.state != State.WAITING_PATROL:
        return None, None
    patrol = patrol_by_client_id(waiting.patrol_client_id)
    if patrol is None:
        return None, None
    if not may_open(patrol, seen_by=scope_of(waiting.person)):
        settle(waiting, State.REFUSED, code="outside_scope")
        return None, None
    return waiting, patrol
