"""A draft into the row of a patrol, the row as a draft again, and what a person reads in it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import ranked_name
from ..extensions import db
from ..history.rules import Edit, edits_between
from ..text import folded
from ..units.models import Programme, Stretch, Unit
from ..units.queries import setting
from ..units.rules import SettingKey, holds_on
from .models import Attendance, Patrol
from .rules import AttendanceDraft, Means, PatrolDraft, Sea, Source, Weather, remarks


def write(patrol: Patrol, draft: PatrolDraft, *, has_findings: bool) -> None:
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
        forces_for_joint=int(setting(SettingKey.JOINT_MIN_FORCES, on=draft.patrolled_on)),
    )
    patrol.programmes = list(
        db.session.scalars(
            select(Programme).where(Programme.id.in_(draft.programme_ids)).order_by(Programme.position)
        )
    )
    _write_attendance(patrol, draft, units)
    make_searchable(patrol)


def make_searchable(patrol: Patrol) -> None:
    """What the record itself says can be searched for: the leader and its words only where it may be opened.

    A folded text is one line; what stands after the first is of the findings, and stays.
    """
    names = [patrol.lead_unit_name, patrol.stretch_name, *(row.unit_name for row in patrol.attendance)]
    words = [patrol.leader_name, patrol.from_place, patrol.to_place, patrol.note]
    patrol.search_text = _first_line(patrol.search_text, folded(" ".join(dict.fromkeys(names))))
    patrol.note_folded = _first_line(patrol.note_folded, folded(" ".join(words)))


def _first_line(stored: str | None, line: str) -> str:
    _, end, rest = (stored or "").partition("\n")
    return f"{line}{end}{rest}"


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


def read_by_people(patrol: Patrol) -> dict[str, Any]:
    """The patrol as its history keeps it: names instead of ids, codes that have words, attendance by unit."""
    return {
        "started_at": patrol.started_at.isoformat(),
        "ended_at": patrol.ended_at.isoformat() if patrol.ended_at else None,
        "lead_unit_id": patrol.lead_unit_name,
        "leader_id": patrol.leader_name,
        "stretch_id": patrol.stretch_name,
        "programme_ids": [programme.name for programme in patrol.programmes],
        "from_place": patrol.from_place,
        "to_place": patrol.to_place,
        "means": patrol.means,
        "weather": patrol.weather,
        "sea": patrol.sea,
        "nothing_found": patrol.nothing_found,
        "note": patrol.note,
        "returned_because": patrol.returned_because,
        "attendance": {
            row.unit_id: {
                "unit": row.unit_name,
                "personnel": row.personnel,
                "militia": row.militia,
                "security_team": row.security_team,
            }
            for row in patrol.attendance
        },
    }


def edits_of(before: dict[str, Any], after: dict[str, Any]) -> list[Edit]:
    """What differs between two readings of a patrol; attendance unit by unit."""
    before, after = dict(before), dict(after)
    held, stands = before.pop("attendance"), after.pop("attendance")
    edits = edits_between(before, after)
    for unit_id in [*held, *(each for each in stands if each not in held)]:
        old, new = held.get(unit_id), stands.get(unit_id)
        if old != new:
            about = (new or old)["unit"]
            edits.append(Edit("attendance", _numbers(old), _numbers(new), about))
    return edits


def _numbers(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return {name: number for name, number in row.items() if name != "unit"} if row else None
