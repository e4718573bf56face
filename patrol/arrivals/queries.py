"""Reading what phones sent and what they still hold."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.orm import undefer

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Scope
from ..errors import NotFound
from ..extensions import db
from ..patrols.models import Patrol
from .models import Announced, PhoneReport, ReceivedItem, Upload, UploadPart
from .rules import SILENT_AFTER, Decision, Kind, Media, Outcome, State, Taken, Unsent


def taken_of(item_id: str) -> list[Taken]:
    """The versions of this id that were received and kept, in the order they came, whoever sent them."""
    rows = db.session.execute(
        select(
            ReceivedItem.device,
            ReceivedItem.rev,
            ReceivedItem.sha256,
            ReceivedItem.became,
            ReceivedItem.decision,
        )
        .where(
            ReceivedItem.item_id == item_id,
            ReceivedItem.outcome.is_not(None),
            ReceivedItem.outcome != Outcome.REJECTED,
        )
        .order_by(ReceivedItem.id)
    )
    return [
        Taken(str(device), rev, sha256, became, is_set_aside=decision == Decision.LEFT)
        for device, rev, sha256, became, decision in rows
    ]


def received(item_id: str, device: UUID, person_id: int, rev: int, sha256: str) -> ReceivedItem | None:
    """This very version from this very phone, if it came before."""
    return db.session.scalar(
        select(ReceivedItem).where(
            ReceivedItem.item_id == item_id,
            ReceivedItem.device == device,
            ReceivedItem.person_id == person_id,
            ReceivedItem.rev == rev,
            ReceivedItem.sha256 == sha256,
        )
    )


def kept_beside(patrol: Patrol) -> Sequence[ReceivedItem]:
    """Versions of this patrol a person still has to decide about, oldest first; the same from two senders is one.

    The caller has checked who asks.
    """
    waiting = select(func.min(ReceivedItem.id)).where(
        ReceivedItem.item_id == str(patrol.client_id),
        ReceivedItem.outcome == Outcome.CONFLICT,
        ReceivedItem.decision.is_(None),
    )
    return db.session.scalars(
        select(ReceivedItem)
        .where(ReceivedItem.id.in_(waiting.group_by(ReceivedItem.sha256)))
        .options(undefer(ReceivedItem.body))
        .order_by(ReceivedItem.id)
    ).all()


def senders_of(version: ReceivedItem) -> Sequence[ReceivedItem]:
    """Every row of this very version that waits for a decision, whoever sent it."""
    return db.session.scalars(
        select(ReceivedItem).where(
            ReceivedItem.item_id == version.item_id,
            ReceivedItem.sha256 == version.sha256,
            ReceivedItem.outcome == Outcome.CONFLICT,
            ReceivedItem.decision.is_(None),
        )
    ).all()


def version_to_decide(patrol: Patrol, received_id: int) -> ReceivedItem:
    """One of the versions kept beside this patrol. NotFound when it is none, or somebody has decided about it."""
    for each in kept_beside(patrol):
        if each.id == received_id:
            return each
    raise NotFound


def unsent(*, seen_by: Scope) -> Unsent:
    """What phones of the viewer's units said they still hold; one silent for 30 days is left out."""
    phones, patrols, oldest = db.session.execute(
        select(
            func.count(), func.coalesce(func.sum(PhoneReport.patrols), 0), func.min(PhoneReport.reported_at)
        )
        .join(Person, Person.id == PhoneReport.person_id)
        .where(PhoneReport.patrols > 0, PhoneReport.reported_at > _heard_since(), _of_units(seen_by))
    ).one()
    return Unsent(phones, int(patrols), oldest)


def phones(*, seen_by: Scope) -> Sequence[PhoneReport]:
    """Every phone that ever reported, the longest silent first: for the page that watches over the system."""
    return db.session.scalars(
        select(PhoneReport)
        .join(Person, Person.id == PhoneReport.person_id)
        .where(_of_units(seen_by))
        .order_by(PhoneReport.reported_at)
    ).all()


def _heard_since() -> datetime:
    return clock.now() - SILENT_AFTER


def _of_units(seen_by: Scope) -> ColumnElement[bool]:
    return true() if seen_by.is_whole_system else Person.unit_id.in_(seen_by.unit_ids)


def media_of(patrol: Patrol) -> list[Media]:
    """Photos and tracks phones told of for this patrol, by kind: announced, attached, refused."""

    def how_many(state: State) -> ColumnElement[int]:
        return func.sum(case((Announced.state == state, 1), else_=0))

    rows = db.session.execute(
        select(Announced.kind, func.count(), how_many(State.ATTACHED), how_many(State.REFUSED))
        .where(Announced.patrol_client_id == patrol.client_id)
        .group_by(Announced.kind)
        .order_by(Announced.kind)
    )
    return [Media(Kind(kind), number, int(here), int(refused)) for kind, number, here, refused in rows]


def announced(item_id: UUID) -> Announced | None:
    return db.session.scalar(select(Announced).where(Announced.item_id == item_id))


def announced_ready(
    *, item_ids: Sequence[UUID] = (), patrol_client_ids: Sequence[UUID] = (), upload: Upload | None = None
) -> Sequence[int]:
    """What of these items, of these patrols or with this content waits for nothing any more: ids, oldest first."""
    asked = or_(
        Announced.item_id.in_(item_ids),
        Announced.patrol_client_id.in_(patrol_client_ids),
        and_(Announced.sha256 == upload.sha256, Announced.person_id == upload.person_id)
        if upload
        else false(),
    )
    here = select(Patrol.id).where(Patrol.client_id == Announced.patrol_client_id).exists()
    return db.session.scalars(
        select(Announced.id)
        .where(Announced.state == State.WAITING_PATROL, asked, here)
        .order_by(Announced.id)
    ).all()


def announced_with(sha256: str, person_id: int) -> Sequence[Announced]:
    """What this person told of that has this content."""
    return db.session.scalars(
        select(Announced)
        .where(Announced.sha256 == sha256, Announced.person_id == person_id)
        .order_by(Announced.id)
    ).all()


def upload_of(sha256: str, person_id: int, *, for_update: bool = False) -> Upload | None:
    wanted = select(Upload).where(Upload.sha256 == sha256, Upload.person_id == person_id)
    return db.session.scalar(wanted.with_for_update() if for_update else wanted)


def bytes_waiting(person_id: int) -> int:
    """How many bytes of this person's uploads stand with no record yet."""
    held = select(func.coalesce(func.sum(Upload.received), 0)).where(Upload.person_id == person_id)
    return int(db.session.scalar(held) or 0)


def content_of(upload: Upload) -> bytes:
    """What has arrived of it, in one piece."""
    parts = db.session.scalars(
        select(UploadPart.content).where(UploadPart.upload_id == upload.id).order_by(UploadPart.start)
    )
    return b"".join(parts)
