"""Writing patrols: one function per intention, no commit, safe to repeat."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Permission, Scope, person_may, ranked_name
from ..audit.services import note
from ..errors import Conflict, Invalid, NotAllowed
from ..extensions import db
from ..text import folded
from ..units.models import Programme, Stretch, Unit
from ..units.queries import setting
from ..units.rules import holds_on
from .models import Attendance, Confirmation, Patrol
from .queries import may_open, patrol_by_client_id
from .rules import (
    COUNTED,
    EDITABLE,
    FORCES_FOR_JOINT,
    AttendanceDraft,
    Means,
    PatrolDraft,
    Sea,
    Source,
    Status,
    Weather,
    is_confirmed_by_all,
    remarks,
    status_after_report,
)

FREE_TEXT = {"note", "from_place", "to_place"}  # changed is audited, the words are not


@dataclass(frozen=True)
class Receipt:
    """What became of a report: 'stored', 'changed' or 'already_stored', and the record as it is now."""

    outcome: str
    patrol: Patrol


def record_patrol(
    draft: PatrolDraft, *, by: Person, seen_by: Scope, has_findings: bool, base_rev: int | None = None
) -> Receipt:
    """Store a reported patrol exactly once; resending changes nothing, an honest edit makes the next revision.

    Same id and same content → already_stored. `base_rev` is the revision held here → stored as the next one.
    Anything else → Conflict with the record as it stands. An id outside the sender's scope → NotAllowed.
    """
    draft = replace(
        draft,
        nothing_found=draft.nothing_found and not has_findings,
        programme_ids=tuple(sorted(set(draft.programme_ids))),
    )
    if known := patrol_by_client_id(draft.client_id, for_update=True):
        return _amend(known, draft, by=by, seen_by=seen_by, has_findings=has_findings, base_rev=base_rev)
    _refuse_strangers(draft, seen_by)
    patrol = Patrol(
        client_id=draft.client_id,
        received_at=clock.now(),
        phone_time=draft.phone_time,
        source=draft.source,
        status=status_after_report(draft),
        entered_by_id=by.id,
        entered_by_name=ranked_name(by.rank, by.full_name),
    )
    _write(patrol, draft, has_findings=has_findings)
    try:
        with db.session.begin_nested():
            db.session.add(patrol)
    except IntegrityError:  # two phones racing with the same id: the other one was first
        known = patrol_by_client_id(draft.client_id, for_update=True)
        if known is None:
            raise
        return _amend(known, draft, by=by, seen_by=seen_by, has_findings=has_findings, base_rev=base_rev)
    note("patrol.recorded", patrol, by=by, changes={"status": [None, patrol.status]})
    return Receipt("stored", patrol)


def _amend(
    patrol: Patrol,
    draft: PatrolDraft,
    *,
    by: Person,
    seen_by: Scope,
    has_findings: bool,
    base_rev: int | None,
) -> Receipt:
    if not may_open(patrol, seen_by=seen_by):
        raise NotAllowed
    before = draft_of(patrol)
    after = replace(
        draft,
        source=before.source,
        phone_time=before.phone_time,
        phone_ahead_s=_further_off(before.phone_ahead_s, draft.phone_ahead_s),
    )
    if after == before and (base_rev is None or base_rev != patrol.rev):
        return Receipt("already_stored", patrol)
    if base_rev != patrol.rev:
        raise Conflict(patrol)
    if not may_edit(patrol, by=by):
        raise NotAllowed
    _refuse_strangers(draft, seen_by)
    changes = _differences(before, after)
    _write(patrol, after, has_findings=has_findings)
    _withdraw_confirmations(patrol, before, after, by=by)
    patrol.returned_because = None if after.ended_at else patrol.returned_because
    patrol.status = _status_of(patrol, after)
    patrol.rev += 1
    db.session.flush()
    note("patrol.changed", patrol, by=by, changes=changes)
    return Receipt("changed", patrol)


def _further_off(*ahead_s: int | None) -> int | None:
    """A clock that was once wrong wrote times of this patrol; that it is right now doesn't mend them."""
    return max((each for each in ahead_s if each is not None), key=abs, default=None)


def _refuse_strangers(draft: PatrolDraft, seen_by: Scope) -> None:
    """Nobody writes a patrol in which no unit of his took part: he couldn't even see it afterwards."""
    taking_part = {draft.lead_unit_id, *(unit.unit_id for unit in draft.attendance)}
    if not seen_by.is_whole_system and not taking_part & seen_by.unit_ids:
        raise Invalid({"lead_unit_id": "own_unit_absent"})


def _write(patrol: Patrol, draft: PatrolDraft, *, has_findings: bool) -> None:
    """Put the draft into the row, with the sums of its attendance and the names of its day.

    A name is taken when its unit, stretch or leader is first written, and an edit years later leaves it as it was.
    """
    units = {unit.id: unit for unit in _units_of(draft)}
    patrol.started_at = draft.started_at
    patrol.ended_at = draft.ended_at
    patrol.patrolled_on = draft.patrolled_on
    if patrol.lead_unit_id != draft.lead_unit_id:
        patrol.lead_unit_id, patrol.lead_unit_name = draft.lead_unit_id, units[draft.lead_unit_id].name
    if draft.leader_id is None:
        patrol.leader_id, patrol.leader_name = None, draft.leader_name
    elif patrol.leader_id != draft.leader_id:
        leader = db.session.get_one(Person, draft.leader_id)
        patrol.leader_id, patrol.leader_name = leader.id, ranked_name(leader.rank, leader.full_name)
    if patrol.stretch_id != draft.stretch_id:
        stretch = db.session.get_one(Stretch, draft.stretch_id)
        patrol.stretch_id, patrol.stretch_name = stretch.id, stretch.name
    patrol.from_place = draft.from_place
    patrol.to_place = draft.to_place
    patrol.means = draft.means
    patrol.weather = draft.weather
    patrol.sea = draft.sea
    patrol.nothing_found = draft.nothing_found
    patrol.note = draft.note
    patrol.phone_ahead_s = draft.phone_ahead_s
    patrol.personnel_total = draft.personnel
    patrol.militia_total = draft.militia
    patrol.security_team_total = draft.security_team
    patrol.unknown_personnel = draft.unknown_personnel
    patrol.unknown_militia = draft.unknown_militia
    patrol.unknown_security_team = draft.unknown_security_team
    patrol.force_count = len(draft.forces)
    patrol.remarks = remarks(
        draft,
        now=clock.now(),
        has_findings=has_findings,
        units_out_of_time=not all(
            holds_on(unit.valid_from, unit.valid_to, draft.patrolled_on) for unit in units.values()
        ),
        forces_for_joint=int(setting("joint_min_forces", str(FORCES_FOR_JOINT), on=draft.patrolled_on)),
    )
    patrol.programmes = list(
        db.session.scalars(
            select(Programme).where(Programme.id.in_(draft.programme_ids)).order_by(Programme.position)
        )
    )
    _write_attendance(patrol, draft, units)
    names = [patrol.lead_unit_name, patrol.leader_name, patrol.stretch_name]
    names += [row.unit_name for row in patrol.attendance]
    patrol.search_text = folded(" ".join(dict.fromkeys(names)))
    patrol.note_folded = folded(f"{patrol.from_place} {patrol.to_place} {patrol.note}")


def _units_of(draft: PatrolDraft) -> Sequence[Unit]:
    ids = {draft.lead_unit_id, *(unit.unit_id for unit in draft.attendance)}
    return db.session.scalars(select(Unit).where(Unit.id.in_(ids))).all()


def _write_attendance(patrol: Patrol, draft: PatrolDraft, units: dict[int, Unit]) -> None:
    """Rows keep their identity when their unit stays, so an edit of one force leaves the others' rows alone."""
    held = {row.unit_id: row for row in patrol.attendance}
    rows = []
    for position, unit in enumerate(draft.attendance):
        row = held.get(unit.unit_id) or Attendance(unit_id=unit.unit_id, unit_name=units[unit.unit_id].name)
        row.force_code = unit.force
        row.position = position
        row.personnel = unit.personnel
        row.militia = unit.militia
        row.security_team = unit.security_team
        rows.append(row)
    patrol.attendance = rows


def draft_of(patrol: Patrol) -> PatrolDraft:
    """The stored patrol as the draft it came from."""
    return PatrolDraft(
        client_id=patrol.client_id,
        lead_unit_id=patrol.lead_unit_id,
        stretch_id=patrol.stretch_id,
        started_at=patrol.started_at,
        ended_at=patrol.ended_at,
        attendance=tuple(
            AttendanceDraft(row.unit_id, row.force_code, row.personnel, row.militia, row.security_team)
            for row in patrol.attendance
        ),
        programme_ids=tuple(sorted(programme.id for programme in patrol.programmes)),
        leader_id=patrol.leader_id,
        leader_name="" if patrol.leader_id else patrol.leader_name,
        from_place=patrol.from_place,
        to_place=patrol.to_place,
        means=Means(patrol.means) if patrol.means else None,
        weather=Weather(patrol.weather) if patrol.weather else None,
        sea=Sea(patrol.sea) if patrol.sea else None,
        nothing_found=patrol.nothing_found,
        note=patrol.note,
        source=Source(patrol.source),
        phone_time=patrol.phone_time,
        phone_ahead_s=patrol.phone_ahead_s,
    )


def _differences(before: PatrolDraft, after: PatrolDraft) -> dict[str, list[Any]]:
    """What an edit changed, as field → [before, after] in words a person can read; free text only says that it did."""
    changes = {}
    for field in fields(PatrolDraft):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.compare and old != new:
            changes[field.name] = ["…", "…"] if field.name in FREE_TEXT else [_plain(old), _plain(new)]
    return changes


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, AttendanceDraft):
        return [value.unit_id, value.personnel, value.militia, value.security_team]
    return value if value is None or isinstance(value, int | bool) else str(value)


def _withdraw_confirmations(patrol: Patrol, before: PatrolDraft, after: PatrolDraft, *, by: Person) -> None:
    """New times ask every force again, new attendance asks the force it is about; nothing else does."""
    moved = (before.started_at, before.ended_at) != (after.started_at, after.ended_at)
    changed = {unit.force for unit in set(before.attendance) ^ set(after.attendance)}
    for confirmation in patrol.confirmations:
        if confirmation.withdrawn_at is None and (moved or confirmation.force_code in changed):
            confirmation.withdrawn_at = clock.now()
            confirmation.withdrawn_because = "times_changed" if moved else "attendance_changed"
            note(
                "patrol.confirmation_withdrawn",
                patrol,
                by=by,
                changes={"force": [confirmation.force_code, None]},
            )


def _status_of(patrol: Patrol, draft: PatrolDraft) -> Status:
    confirmed = frozenset(item.force_code for item in patrol.confirmations if item.withdrawn_at is None)
    reported = status_after_report(draft)
    if reported is Status.SUBMITTED and is_confirmed_by_all(draft.forces, confirmed):
        return Status.CONFIRMED
    return reported


def may_edit(patrol: Patrol, *, by: Person) -> bool:
    """The leader, whoever entered it, and those who write for others; and only while the record is open."""
    is_his = by.id in (patrol.leader_id, patrol.entered_by_id)
    return patrol.status in EDITABLE and person_may(by, Permission.LOG_PATROL) and (
        is_his or person_may(by, Permission.LOG_FOR_OTHERS)
    )  # fmt: skip


def may_confirm(patrol: Patrol, *, by: Person) -> bool:
    """Chỉ huy, trực ban or a leader, for a force that took part and has not confirmed yet."""
    force = by.unit.force_code
    already = {item.force_code for item in patrol.confirmations if item.withdrawn_at is None}
    return (
        person_may(by, Permission.CONFIRM_PATROL)
        and patrol.status == Status.SUBMITTED
        and force in draft_of(patrol).forces
        and force not in already
    )


def may_cancel(patrol: Patrol, *, by: Person) -> bool:
    is_his = by.id in (patrol.leader_id, patrol.entered_by_id)
    return (
        patrol.status in EDITABLE
        and person_may(by, Permission.CANCEL_PATROL)
        and (is_his or person_may(by, Permission.RETURN_PATROL))
    )


def may_return(patrol: Patrol, *, by: Person) -> bool:
    return patrol.status in (Status.SUBMITTED, Status.CONFIRMED) and person_may(by, Permission.RETURN_PATROL)


def confirm(patrol: Patrol, *, by: Person) -> None:
    """One force says the record is right; when every force present has, the patrol stands confirmed."""
    db.session.flush()
    db.session.refresh(patrol, with_for_update=True)  # two of one force at once: the second sees the first
    if not may_confirm(patrol, by=by):
        raise NotAllowed
    patrol.confirmations.append(
        Confirmation(
            force_code=by.unit.force_code,
            person_id=by.id,
            person_name=ranked_name(by.rank, by.full_name),
            confirmed_at=clock.now(),
        )
    )
    patrol.status = _status_of(patrol, draft_of(patrol))
    db.session.flush()
    note("patrol.confirmed", patrol, by=by, changes={"force": [None, by.unit.force_code]})


def send_back(patrol: Patrol, because: str, *, by: Person) -> None:
    """Return the record to its leader with a remark; it stops counting until it is handed in again."""
    if not may_return(patrol, by=by):
        raise NotAllowed
    if not because:
        raise Invalid({"because": "reason_missing"})
    _change_status(patrol, Status.RETURNED, "patrol.returned", by=by)
    patrol.returned_because = because


def cancel(patrol: Patrol, because: str, *, by: Person) -> None:
    """Take a patrol out of every figure, with a reason; the record stays."""
    if not may_cancel(patrol, by=by):
        raise NotAllowed
    if not because:
        raise Invalid({"because": "reason_missing"})
    patrol.cancelled_because = because
    _change_status(patrol, Status.CANCELLED, "patrol.cancelled", by=by)


def _change_status(patrol: Patrol, status: Status, action: str, *, by: Person) -> None:
    note(action, patrol, by=by, changes={"status": [patrol.status, status]})
    patrol.status = status
    patrol.rev += 1
    db.session.flush()


def is_counted(patrol: Patrol) -> bool:
    return patrol.status in COUNTED
