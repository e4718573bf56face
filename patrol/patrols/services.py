"""Writing patrols: one function per intention, no commit, safe to repeat."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Permission, Scope, person_may, ranked_name
from ..audit.services import note
from ..errors import Conflict, Invalid, NotAllowed
from ..extensions import db, lock, store_once
from ..history.rules import Edit, RedactionReason
from ..history.services import blot_out, keep_edits
from .models import Confirmation, Patrol
from .queries import may_open, patrol_by_client_id
from .rows import draft_of, edits_of, make_searchable, read_by_people, write
from .rules import (
    COUNTED,
    EDITABLE,
    NOT_HANDED_IN,
    TEXTS,
    AttendanceDraft,
    PatrolDraft,
    Status,
    is_confirmed_by_all,
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
    write(patrol, draft, has_findings=has_findings)
    stored = store_once(patrol, lambda: patrol_by_client_id(draft.client_id, for_update=True))
    if stored is not patrol:  # two phones racing with the same id: the other one was first
        return _amend(stored, draft, by=by, seen_by=seen_by, has_findings=has_findings, base_rev=base_rev)
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
    _refuse_confirmed(patrol, before, after, by=by)
    _change(patrol, before, after, by=by, has_findings=has_findings, status=None)
    return Receipt("changed", patrol)


def _change(
    patrol: Patrol,
    before: PatrolDraft,
    after: PatrolDraft,
    *,
    by: Person,
    has_findings: bool,
    status: Status | None,
) -> None:
    """Make the record the next revision; `status` is kept as it is, None lets the report decide."""
    read = read_by_people(patrol)
    write(patrol, after, has_findings=has_findings)
    _withdraw_confirmations(patrol, before, after, by=by)
    if status is None:
        patrol.returned_because = None if after.ended_at else patrol.returned_because
    patrol.status = status or _status_of(patrol, after)
    patrol.rev += 1
    db.session.flush()
    note("patrol.changed", patrol, by=by, changes=_differences(before, after))
    keep_edits(patrol, edits_of(read, read_by_people(patrol)), by=by)


def correct_own_number(
    patrol: Patrol,
    numbers: Sequence[AttendanceDraft],
    *,
    by: Person,
    has_findings: bool,
    base_rev: int | None,
) -> Receipt:
    """A force writes its own numbers anew, and nothing else; its confirmation falls, the others stand.

    `numbers`: units of that force that stand in the record, others are ignored. Nothing new → already_stored.
    Another revision than `base_rev` → Conflict. Not one of that force, or a record no longer open → NotAllowed.
    """
    lock(patrol)
    if not may_correct_own_number(patrol, by=by):
        raise NotAllowed
    before = draft_of(patrol)
    mine = {row.unit_id: row for row in numbers}
    after = replace(
        before,
        attendance=tuple(
            mine.get(row.unit_id, row) if row.force == by.unit.force_code else row
            for row in before.attendance
        ),
    )
    if after == before:
        return Receipt("already_stored", patrol)
    if base_rev != patrol.rev:
        raise Conflict(patrol)
    status = Status(patrol.status) if patrol.status in NOT_HANDED_IN else None
    _change(patrol, before, after, by=by, has_findings=has_findings, status=status)
    return Receipt("changed", patrol)


def _further_off(*ahead_s: int | None) -> int | None:
    """A clock that was once wrong wrote times of this patrol; that it is right now doesn't mend them."""
    return max((each for each in ahead_s if each is not None), key=abs, default=None)


def is_strange(draft: PatrolDraft, *, seen_by: Scope) -> bool:
    """Whether no unit of the writer took part, so that he couldn't even see the patrol afterwards: it is refused."""
    taking_part = {draft.lead_unit_id, *(unit.unit_id for unit in draft.attendance)}
    return not seen_by.is_whole_system and not taking_part & seen_by.unit_ids


def _refuse_strangers(draft: PatrolDraft, seen_by: Scope) -> None:
    if is_strange(draft, seen_by=seen_by):
        raise Invalid({"lead_unit_id": "own_unit_absent"})


def _refuse_confirmed(patrol: Patrol, before: PatrolDraft, after: PatrolDraft, *, by: Person) -> None:
    """What a force has confirmed of itself, only that force changes."""
    confirmed = {item.force_code for item in patrol.confirmations if item.withdrawn_at is None}
    if _forces_changed(before, after) & confirmed - {by.unit.force_code}:
        raise Invalid({"attendance": "confirmed_by_its_force"})


def _forces_changed(before: PatrolDraft, after: PatrolDraft) -> set[str]:
    """The forces whose attendance differs."""
    return {unit.force for unit in set(before.attendance) ^ set(after.attendance)}


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
    changed = _forces_changed(before, after)
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


def may_correct_own_number(patrol: Patrol, *, by: Person) -> bool:
    """Whoever writes patrols, for units of his force that stand in a record that is open."""
    return (
        patrol.status in EDITABLE
        and person_may(by, Permission.LOG_PATROL)
        and by.unit.force_code in {row.force_code for row in patrol.attendance}
    )


def awaits_confirmation(patrol: Patrol) -> bool:
    """Whether the record is handed in and some force has still to say that it is right."""
    return patrol.status == Status.SUBMITTED and bool(forces_to_confirm(patrol))


def forces_to_confirm(patrol: Patrol) -> frozenset[str]:
    """The forces that took part and have not confirmed, or have to do it again."""
    already = {item.force_code for item in patrol.confirmations if item.withdrawn_at is None}
    return draft_of(patrol).forces - already


def may_confirm(patrol: Patrol, *, by: Person) -> bool:
    """Chỉ huy, trực ban or a leader, for a force that took part and has not confirmed yet."""
    return (
        person_may(by, Permission.CONFIRM_PATROL)
        and patrol.status == Status.SUBMITTED
        and by.unit.force_code in forces_to_confirm(patrol)
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


def confirm(patrol: Patrol, *, by: Person, on_device_of: Person | None = None) -> None:
    """One force says the record is right; when every force present has, the patrol stands confirmed.

    `on_device_of`: whose sign-in the phone is used under, when `by` gave his own on it for this one act.
    """
    lock(patrol)
    if not may_confirm(patrol, by=by):
        raise NotAllowed
    patrol.confirmations.append(
        Confirmation(
            force_code=by.unit.force_code,
            person_id=by.id,
            person_name=ranked_name(by.rank, by.full_name),
            confirmed_at=clock.now(),
            on_device_of=ranked_name(on_device_of.rank, on_device_of.full_name) if on_device_of else None,
        )
    )
    patrol.status = _status_of(patrol, draft_of(patrol))
    db.session.flush()
    changes = {"force": [None, by.unit.force_code]}
    if on_device_of:
        changes["on_device_of"] = [None, on_device_of.full_name]
    note("patrol.confirmed", patrol, by=by, changes=changes)


def send_back(patrol: Patrol, because: str, *, by: Person) -> None:
    """Return the record to its leader with a remark; it stops counting until it is handed in again."""
    lock(patrol)
    if not may_return(patrol, by=by):
        raise NotAllowed
    if not because:
        raise Invalid({"because": "reason_missing"})
    keep_edits(patrol, [Edit("returned_because", patrol.returned_because, because)], by=by)
    patrol.returned_because = because
    _change_status(patrol, Status.RETURNED, "patrol.returned", by=by)


def cancel(patrol: Patrol, because: str, *, by: Person) -> None:
    """Take a patrol out of every figure, with a reason; the record stays."""
    lock(patrol)
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


def redact(
    patrol: Patrol, field: str, reason: RedactionReason, *, by: Person, only_old: bool = False
) -> None:
    """Blot out a text of the record itself; figures, confirmations and state stay as they are. See `blot_out`."""
    if field not in TEXTS:
        raise Invalid({"text": "unknown_choice"})
    lock(patrol)
    blot_out(patrol, field, reason, by=by, only_old=only_old)
    make_searchable(patrol)
    patrol.rev += 1  # a form opened before must not bring the text back
    db.session.flush()


def is_counted(patrol: Patrol) -> bool:
    return patrol.status in COUNTED
