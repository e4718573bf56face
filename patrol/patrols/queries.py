"""Reading patrols. Every query says for whom."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import selectinload

from ..accounts.rules import Scope
from ..errors import NotAllowed, NotFound
from ..extensions import db
from ..parsing import LARGEST_KEY
from ..text import folded
from .models import Attendance, Confirmation, Patrol, PatrolProgramme
from .rules import COUNTED, SAME_SORTIE_SHARE, PatrolFilter, Status, overlap_share

DAY = timedelta(days=1)
MOST_COMPARED = 50  # of the nights around one patrol on its stretch


def opens(seen_by: Scope) -> ColumnElement[bool]:
    """The patrols somebody may open: his units lead them or took part."""
    if seen_by.is_whole_system:
        return true()
    if not seen_by.unit_ids:
        return false()
    took_part = (
        select(Attendance.id)
        .where(Attendance.patrol_id == Patrol.id, Attendance.unit_id.in_(seen_by.unit_ids))
        .correlate(Patrol)
        .exists()
    )
    return or_(Patrol.lead_unit_id.in_(seen_by.unit_ids), took_part)


def allows(seen_by: Scope) -> ColumnElement[bool]:
    """The patrols somebody may see in lists and figures: those he may open, and those on granted stretches."""
    if seen_by.stretch_ids and not seen_by.is_whole_system:
        return or_(opens(seen_by), Patrol.stretch_id.in_(seen_by.stretch_ids))
    return opens(seen_by)


def matching(wanted: PatrolFilter, *, seen_by: Scope) -> Select[tuple[Patrol]]:
    """The patrols of a filter, unsorted, as a statement to build on."""
    found = select(Patrol).where(allows(seen_by))
    if wanted.first is not None:
        found = found.where(Patrol.patrolled_on >= wanted.first)
    if wanted.last is not None:
        found = found.where(Patrol.patrolled_on <= wanted.last)
    if wanted.statuses:
        found = found.where(Patrol.status.in_(wanted.statuses))
    if wanted.stretch_id is not None:
        found = found.where(Patrol.stretch_id == wanted.stretch_id)
    if wanted.lead_unit_id is not None:
        found = found.where(Patrol.lead_unit_id == wanted.lead_unit_id)
    if wanted.programme_id is not None:
        found = found.where(in_programme(wanted.programme_id))
    if wanted.force:
        found = found.where(force_took_part(wanted.force))
    if wanted.unit_id is not None:
        found = found.where(
            or_(Patrol.lead_unit_id == wanted.unit_id, _took_part(Attendance.unit_id == wanted.unit_id))
        )
    for word in folded(wanted.text).split():
        inside = Patrol.search_text.contains(word, autoescape=True)
        in_note = and_(opens(seen_by), Patrol.note_folded.contains(word, autoescape=True))
        found = found.where(or_(inside, in_note))
    return found


def in_programme(programme_id: int) -> ColumnElement[bool]:
    return (
        select(PatrolProgramme.patrol_id)
        .where(PatrolProgramme.patrol_id == Patrol.id, PatrolProgramme.programme_id == programme_id)
        .correlate(Patrol)
        .exists()
    )


def is_present() -> ColumnElement[bool]:
    """Whether a row of attendance speaks for its force, as `AttendanceDraft.is_present`."""
    return or_(
        Attendance.personnel.is_(None), Attendance.personnel > 0, func.coalesce(Attendance.militia, 0) > 0
    )


def force_took_part(force: str) -> ColumnElement[bool]:
    return _took_part(and_(Attendance.force_code == force, is_present()))


def _took_part(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Attendance.id).where(Attendance.patrol_id == Patrol.id, condition).correlate(Patrol).exists()
    )


def patrol_page(
    wanted: PatrolFilter, *, seen_by: Scope, page: int = 1, per_page: int = 20
) -> tuple[Sequence[Patrol], int]:
    """One page of the list, newest first, ready to show, and how many there are in all."""
    found = matching(wanted, seen_by=seen_by)
    total = (
        db.session.scalar(select(func.count()).select_from(found.with_only_columns(Patrol.id).subquery()))
        or 0
    )
    return latest_of(found, limit=per_page, offset=(page - 1) * per_page), total


def latest_patrols(limit: int, *, seen_by: Scope) -> Sequence[Patrol]:
    """The newest patrols the viewer may see, ready to list."""
    return latest_of(matching(PatrolFilter(), seen_by=seen_by), limit=limit)


def latest_of(found: Select[tuple[Patrol]], *, limit: int, offset: int = 0) -> Sequence[Patrol]:
    """The newest patrols of a statement, with what a line of a list shows."""
    return db.session.scalars(
        found.options(selectinload(Patrol.attendance), selectinload(Patrol.programmes))
        .order_by(Patrol.patrolled_on.desc(), Patrol.started_at.desc(), Patrol.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def oldest_first(wanted: PatrolFilter, *, seen_by: Scope, limit: int) -> Sequence[Patrol]:
    """The patrols of a filter as a book has them, with their attendance and confirmations."""
    return db.session.scalars(
        matching(wanted, seen_by=seen_by)
        .options(selectinload(Patrol.attendance), selectinload(Patrol.confirmations))
        .order_by(Patrol.patrolled_on, Patrol.started_at, Patrol.id)
        .limit(limit)
    ).all()


def patrol_to_open(patrol_id: int, *, seen_by: Scope) -> Patrol:
    """One patrol, whole. NotFound when it is out of sight, NotAllowed when only its line in the list is his."""
    if patrol_id > LARGEST_KEY:  # SQLite would not even look for it
        raise NotFound
    patrol = db.session.scalar(select(Patrol).where(Patrol.id == patrol_id, allows(seen_by)))
    if patrol is None:
        raise NotFound
    if db.session.scalar(select(Patrol.id).where(Patrol.id == patrol_id, opens(seen_by))) is None:
        raise NotAllowed
    return patrol


def ids_to_open(patrols: Sequence[Patrol], *, seen_by: Scope) -> frozenset[int]:
    """Which of these patrols the viewer may open."""
    ids = [patrol.id for patrol in patrols]
    return frozenset(db.session.scalars(select(Patrol.id).where(Patrol.id.in_(ids), opens(seen_by))))


def patrol_by_client_id(client_id: UUID, *, for_update: bool = False) -> Patrol | None:
    """The record a page or phone named, whoever may see it: the caller checks the scope before showing any of it."""
    wanted = select(Patrol).where(Patrol.client_id == client_id)
    return db.session.scalar(wanted.with_for_update() if for_update else wanted)


def may_open(patrol: Patrol, *, seen_by: Scope) -> bool:
    return db.session.scalar(select(Patrol.id).where(Patrol.id == patrol.id, opens(seen_by))) is not None


def last_patrol_led_by(leader_id: int, unit_id: int, *, seen_by: Scope) -> Patrol | None:
    """The last patrol this person led, else the last one of his unit: what 'như lần trước' copies."""
    wanted = select(Patrol).where(opens(seen_by), Patrol.status != Status.CANCELLED)
    for mine in (Patrol.leader_id == leader_id, Patrol.lead_unit_id == unit_id):
        if found := latest_of(wanted.where(mine), limit=1):
            return found[0]
    return None


def patrols_of_leader(leader_id: int, *, statuses: Sequence[Status], seen_by: Scope) -> Sequence[Patrol]:
    """Patrols this person led or entered that stand in one of these states, newest first."""
    mine = or_(Patrol.leader_id == leader_id, Patrol.entered_by_id == leader_id)
    return latest_of(select(Patrol).where(opens(seen_by), mine, Patrol.status.in_(statuses)), limit=20)


def maybe_same_as(patrol: Patrol, *, seen_by: Scope) -> list[Patrol]:
    """Other records that may be of the same sortie: same stretch, a unit in common, at least half the time together.

    Only a person knows; nothing is merged by itself.
    """
    units = {patrol.lead_unit_id, *(row.unit_id for row in patrol.attendance)}
    near = select(Patrol).where(
        opens(seen_by),
        Patrol.id != patrol.id,
        Patrol.status != Status.CANCELLED,
        Patrol.stretch_id == patrol.stretch_id,
        Patrol.patrolled_on.between(patrol.patrolled_on - DAY, patrol.patrolled_on + DAY),
        or_(Patrol.lead_unit_id.in_(units), _took_part(Attendance.unit_id.in_(units))),
    )
    times = (patrol.started_at, patrol.ended_at)
    return [
        other
        for other in latest_of(near, limit=MOST_COMPARED)
        if overlap_share(times, (other.started_at, other.ended_at)) >= SAME_SORTIE_SHARE
    ]


def patrols_waiting_for(force: str, *, seen_by: Scope) -> Sequence[Patrol]:
    """Handed-in patrols of the viewer's units in which this force took part and has not confirmed yet."""
    confirmed = (
        select(Confirmation.id)
        .where(
            Confirmation.patrol_id == Patrol.id,
            Confirmation.force_code == force,
            Confirmation.withdrawn_at.is_(None),
        )
        .correlate(Patrol)
        .exists()
    )
    return latest_of(
        select(Patrol).where(
            opens(seen_by),
            Patrol.status == Status.SUBMITTED,
            force_took_part(force),
            ~confirmed,
        ),
        limit=20,
    )


def count_by_status(first: date, last: date, *, seen_by: Scope) -> dict[str, int]:
    """How many patrols of these days stand in each state."""
    rows = db.session.execute(
        select(Patrol.status, func.count(Patrol.id))
        .where(Patrol.patrolled_on.between(first, last), allows(seen_by))
        .group_by(Patrol.status)
    )
    return dict(rows.all())


def is_counted() -> ColumnElement[bool]:
    """Handed in and neither returned nor cancelled: what figures are made of."""
    return Patrol.status.in_(COUNTED)


def years_with_patrols(*, seen_by: Scope) -> list[int]:
    """The years in which this viewer sees any patrol, newest first."""
    seen = select(Patrol.patrolled_on).where(allows(seen_by)).limit(1)
    first = db.session.scalar(seen.order_by(Patrol.patrolled_on))  # the first that matches ends the search
    last = db.session.scalar(seen.order_by(Patrol.patrolled_on.desc()))
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def wrong_totals() -> Sequence[int]:
    """Ids of patrols whose stored sums differ from their attendance; always empty unless something went wrong."""
    sums = (
        select(
            Attendance.patrol_id,
            func.coalesce(func.sum(Attendance.personnel), 0).label("personnel"),
            func.coalesce(func.sum(Attendance.militia), 0).label("militia"),
            func.coalesce(func.sum(Attendance.security_team), 0).label("security_team"),
        )
        .group_by(Attendance.patrol_id)
        .subquery()
    )
    return db.session.scalars(
        select(Patrol.id)
        .outerjoin(sums, sums.c.patrol_id == Patrol.id)
        .where(
            or_(
                Patrol.personnel_total != func.coalesce(sums.c.personnel, 0),
                Patrol.militia_total != func.coalesce(sums.c.militia, 0),
                Patrol.security_team_total != func.coalesce(sums.c.security_team, 0),
            )
        )
    ).all()
