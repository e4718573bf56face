"""From what was typed or sent to a PatrolDraft: one door for the HTML form and for JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from .. import clock
from ..errors import Invalid
from ..parsing import Clock, Input, Line, PastDay, Prose, When, Whole, no_more_than, parse, to_the_minute
from .rules import (
    MOST_PER_UNIT,
    AttendanceDraft,
    Choices,
    Means,
    PatrolDraft,
    Sea,
    Source,
    Weather,
    problems,
)

Headcount = Annotated[Whole, Field(ge=0, le=MOST_PER_UNIT)]


class AttendanceInput(Input):
    unit_id: int | None = None
    personnel: Headcount | None = None
    militia: Headcount | None = None
    security_team: Headcount | None = None
    unknown: bool = False  # they were there, nobody wrote down how many

    @property
    def is_blank(self) -> bool:
        return not self.unknown and not any((self.personnel, self.militia, self.security_team))


class PatrolInput(Input):
    client_id: UUID
    lead_unit_id: int
    stretch_id: int
    started_at: When | None = None  # either the moment …
    ended_at: When | None = None
    started_on: PastDay | None = None  # … or the day and the clock, as typed
    started_time: Clock | None = None
    ended_on: PastDay | None = None
    ended_time: Clock | None = None
    leader_id: int | None = None
    leader_name: Line = ""
    attendance: Annotated[tuple[AttendanceInput, ...], no_more_than(20)] = ()
    programme_ids: Annotated[tuple[int, ...], no_more_than(20)] = ()
    from_place: Line = ""
    to_place: Line = ""
    means: Means | None = None
    weather: Weather | None = None
    sea: Sea | None = None
    nothing_found: bool = False
    note: Prose = ""
    source: Source = Source.FORM
    phone_time: When | None = None


def parse_patrol(raw: Mapping[str, Any], *, choices: Choices) -> PatrolDraft:
    """Turn untrusted input into a draft, or raise Invalid with every problem at once."""
    given = parse(PatrolInput, raw)
    wrong = _not_among(choices, given)
    started_at = to_the_minute(given.started_at) or _typed_start(given, wrong)
    if wrong or started_at is None:
        raise Invalid(wrong)
    draft = PatrolDraft(
        client_id=given.client_id,
        lead_unit_id=given.lead_unit_id,
        stretch_id=given.stretch_id,
        started_at=started_at,
        ended_at=to_the_minute(given.ended_at) or _typed_end(given, started_at),
        attendance=tuple(_attendance(row, choices) for row in given.attendance if not row.is_blank),
        programme_ids=tuple(dict.fromkeys(given.programme_ids)),
        leader_id=given.leader_id,
        leader_name="" if given.leader_id is not None else given.leader_name,
        from_place=given.from_place,
        to_place=given.to_place,
        means=given.means,
        weather=given.weather,
        sea=given.sea,
        nothing_found=given.nothing_found,
        note=given.note,
        source=given.source,
        phone_time=given.phone_time,
    )
    if found := problems(draft):
        raise Invalid(found)
    return draft


class OwnNumbersInput(Input):
    attendance: Annotated[tuple[AttendanceInput, ...], no_more_than(20)] = ()


def parse_own_numbers(raw: Mapping[str, Any], *, rows: Sequence[Any]) -> tuple[AttendanceDraft, ...]:
    """The numbers of a force as it writes them anew, one for each of its `rows`. Raises Invalid.

    A blank number is unknown, as everywhere; a row in which nothing is said at all asks for something.
    """
    force_of = {row.unit_id: row.force_code for row in rows}
    given = parse(OwnNumbersInput, raw).attendance
    wrong = {
        f"attendance.{number}.personnel": "required"
        for number, row in enumerate(given)
        if row.personnel is None and row.is_blank
    }
    if wrong:
        raise Invalid(wrong)
    return tuple(
        AttendanceDraft(row.unit_id, force_of[row.unit_id], row.personnel, row.militia, row.security_team)
        for row in given
        if row.unit_id is not None and row.unit_id in force_of
    )


def _not_among(choices: Choices, given: PatrolInput) -> dict[str, str]:
    wrong = {}
    if given.lead_unit_id not in choices.lead_unit_ids:
        wrong["lead_unit_id"] = "unknown_choice"
    if given.stretch_id not in choices.stretch_ids:
        wrong["stretch_id"] = "unknown_choice"
    if given.leader_id is not None and given.leader_id not in choices.leader_ids:
        wrong["leader_id"] = "unknown_choice"
    if not set(given.programme_ids) <= choices.programme_ids:
        wrong["programme_ids"] = "unknown_choice"
    for number, row in enumerate(given.attendance):
        if row.is_blank:
            continue
        if row.unit_id is None:
            wrong[f"attendance.{number}.unit_id"] = "required"
        elif row.unit_id not in choices.force_of:
            wrong[f"attendance.{number}.unit_id"] = "unknown_choice"
    return wrong


def _attendance(row: AttendanceInput, choices: Choices) -> AttendanceDraft:
    assert row.unit_id is not None
    return AttendanceDraft(
        unit_id=row.unit_id,
        force=choices.force_of[row.unit_id],
        personnel=row.personnel,
        militia=row.militia,
        security_team=row.security_team,
    )


def _typed_start(given: PatrolInput, wrong: dict[str, str]) -> datetime | None:
    for name in ("started_on", "started_time"):
        if getattr(given, name) is None:
            wrong[name] = "required"
    if given.started_on is None or given.started_time is None:
        return None
    return clock.at(given.started_on, given.started_time)


def _typed_end(given: PatrolInput, started_at: datetime) -> datetime | None:
    """A clock time before the start means the next day, unless a day was typed too."""
    if given.ended_time is None:
        return None
    if given.ended_on is not None:
        return clock.at(given.ended_on, given.ended_time)
    day = clock.local_day(started_at)
    same_day = clock.at(day, given.ended_time)
    return same_day if same_day >= started_at else clock.at(day + timedelta(days=1), given.ended_time)
