"""What a patrol is, what can't be read as one, what is merely odd, and how its life goes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from .. import clock

Number = TypeVar("Number", int, float)


class Status(StrEnum):
    IN_PROGRESS = "in_progress"  # đang tuần tra
    SUBMITTED = "submitted"  # đã nộp
    CONFIRMED = "confirmed"  # xác nhận
    CLOSED = "closed"  # chốt
    RETURNED = "returned"  # trả lại
    CANCELLED = "cancelled"  # huỷ


COUNTED = (Status.SUBMITTED, Status.CONFIRMED, Status.CLOSED)  # a figure counts these and nothing else
UNCONFIRMED = Status.SUBMITTED  # counted, but some force has not confirmed yet
NOT_HANDED_IN = (Status.IN_PROGRESS, Status.RETURNED)  # its leader hands it in, nobody else
EDITABLE = (Status.IN_PROGRESS, Status.SUBMITTED, Status.CONFIRMED, Status.RETURNED)


class Source(StrEnum):
    FORM = "form"
    PHONE = "phone"
    PAPER = "paper"
    IMPORT = "import"


class Means(StrEnum):
    ON_FOOT = "on_foot"
    MOTORBIKE = "motorbike"
    CAR = "car"
    BOAT = "boat"


class Weather(StrEnum):
    CLEAR = "clear"
    CLOUDY = "cloudy"
    RAIN = "rain"
    STORM = "storm"
    FOG = "fog"


class Sea(StrEnum):
    CALM = "calm"
    MODERATE = "moderate"
    ROUGH = "rough"


TEXTS = ("note", "from_place", "to_place", "returned_because", "cancelled_because")  # free text of the record
MOST_PER_UNIT = 200
LARGEST_TEAM = 60
LONGEST_PATROL = timedelta(hours=16)
SAME_SORTIE_SHARE = 0.5  # two records of one stretch and unit that overlap so much may be of one patrol
PHONE_CLOCK_SLACK = timedelta(minutes=10)
PHONE_CLOCK_OFF = timedelta(minutes=5)


@dataclass(frozen=True)
class AttendanceDraft:
    """One participating unit. None is unknown; 0 is nobody."""

    unit_id: int
    force: str
    personnel: int | None
    militia: int | None = 0
    security_team: int | None = 0

    @property
    def is_present(self) -> bool:
        """Whether its force took part: officers or soldiers, or militia for it, were there or may have been."""
        return self.personnel != 0 or self.militia not in (0, None)


@dataclass(frozen=True)
class PatrolDraft:
    """A joint patrol as reported, already well-typed but not yet accepted."""

    client_id: UUID
    lead_unit_id: int
    stretch_id: int
    started_at: datetime
    ended_at: datetime | None  # None while the team is still out
    attendance: tuple[AttendanceDraft, ...]
    programme_ids: tuple[int, ...]
    leader_id: int | None = None  # an account, or …
    leader_name: str = ""  # … rank and name as text
    from_place: str = ""
    to_place: str = ""
    means: Means | None = None
    weather: Weather | None = None
    sea: Sea | None = None
    nothing_found: bool = False
    note: str = ""
    source: Source = Source.FORM
    phone_time: datetime | None = None
    # By how many seconds the phone's clock was ahead of ours: of the way it came, not of what it says.
    phone_ahead_s: int | None = field(default=None, compare=False)

    @property
    def patrolled_on(self) -> date:
        """The local day it counts for: the day it started, even when it ends after midnight."""
        return clock.local_day(self.started_at)

    @property
    def personnel(self) -> int:
        """Lượt cán bộ, chiến sĩ: the sum of those present, not the number of different people."""
        return sum(unit.personnel or 0 for unit in self.attendance)

    @property
    def militia(self) -> int:
        return sum(unit.militia or 0 for unit in self.attendance)

    @property
    def security_team(self) -> int:
        return sum(unit.security_team or 0 for unit in self.attendance)

    @property
    def unknown_personnel(self) -> int:
        """How many units were there without anybody writing down how many they were."""
        return sum(unit.personnel is None for unit in self.attendance)

    @property
    def unknown_militia(self) -> int:
        return sum(unit.militia is None for unit in self.attendance)

    @property
    def unknown_security_team(self) -> int:
        return sum(unit.security_team is None for unit in self.attendance)

    @property
    def forces(self) -> frozenset[str]:
        """The forces that took part."""
        return frozenset(unit.force for unit in self.attendance if unit.is_present)


def known(value: Number, *, unknown: int, records: int) -> Number | None:
    """A sum of what was written down: None when every record lacks a number and none gives one, for unknown is not 0.

    A record of which a single unit is unknown still adds what the others wrote down.
    """
    return None if unknown == records > 0 and value == 0 else value


def problems(draft: PatrolDraft) -> dict[str, str]:
    """Say what can't be read as a patrol at all, as field → code; only this refuses a record."""
    wrong = {}
    if draft.ended_at is not None and draft.ended_at < draft.started_at:
        wrong["ended_time"] = "ends_before_start"
    if len({unit.unit_id for unit in draft.attendance}) < len(draft.attendance):
        wrong["attendance"] = "unit_twice"
    if draft.leader_id is None and not draft.leader_name:
        wrong["leader_name"] = "leader_missing"
    return wrong


def remarks(
    draft: PatrolDraft,
    *,
    now: datetime,
    has_findings: bool,
    forces_for_joint: int,
    units_out_of_time: bool = False,
) -> list[str]:
    """What is odd but may be true: kept, shown to leader and commander, never a reason to refuse. Sorted codes.

    `units_out_of_time`: a unit of the draft did not exist on that day. `forces_for_joint`: how many that day asks.
    """
    is_over = draft.ended_at is not None
    odd = {
        "few_forces": is_over and len(draft.forces) < forces_for_joint,
        "in_the_future": draft.started_at > now + PHONE_CLOCK_SLACK
        or (draft.ended_at is not None and draft.ended_at > now + PHONE_CLOCK_SLACK),
        "very_long": draft.ended_at is not None and draft.ended_at - draft.started_at > LONGEST_PATROL,
        "very_large": draft.personnel + draft.militia + draft.security_team > LARGEST_TEAM,
        "no_attendance": is_over and not draft.attendance,
        "personnel_unknown": is_over and draft.unknown_personnel > 0,
        "findings_not_stated": is_over and not has_findings and not draft.nothing_found,
        "unit_out_of_time": units_out_of_time,
        "no_programme": not draft.programme_ids,
        "phone_clock_off": abs(draft.phone_ahead_s or 0) > PHONE_CLOCK_OFF.total_seconds(),
        "lead_not_present": is_over
        and bool(draft.attendance)
        and draft.lead_unit_id not in {unit.unit_id for unit in draft.attendance},
    }
    return sorted(code for code, holds in odd.items() if holds)


def overlap_share(first: tuple[datetime, datetime | None], second: tuple[datetime, datetime | None]) -> float:
    """Which part of the shorter of two patrols both were out, 0 … 1. One that is still out ends with the other."""
    (start, end), (other_start, other_end) = first, second
    last = end or other_end or max(start, other_start)
    other_last = other_end or last
    shorter = min(last - start, other_last - other_start)
    if shorter <= timedelta(0):  # of no length, or ended before the other began
        return float(start == other_start)
    return max(timedelta(0), min(last, other_last) - max(start, other_start)) / shorter


def status_after_report(draft: PatrolDraft) -> Status:
    """In progress until an end is reported, then handed in."""
    return Status.IN_PROGRESS if draft.ended_at is None else Status.SUBMITTED


def is_confirmed_by_all(forces_present: frozenset[str], forces_confirmed: frozenset[str]) -> bool:
    """Whether every force that took part has said so."""
    return bool(forces_present) and forces_present <= forces_confirmed


@dataclass(frozen=True)
class Choices:
    """What this person may choose from; ids outside are refused. `force_of` holds every unit that can take part."""

    force_of: Mapping[int, str]  # unit → force
    lead_unit_ids: frozenset[int]
    stretch_ids: frozenset[int]
    programme_ids: frozenset[int]
    leader_ids: frozenset[int]


@dataclass(frozen=True)
class PatrolFilter:
    """Which patrols of a list are wanted; what is None or empty doesn't narrow. Days are inclusive."""

    first: date | None = None
    last: date | None = None
    programme_id: int | None = None
    stretch_id: int | None = None
    unit_id: int | None = None  # leads or takes part
    lead_unit_id: int | None = None
    force: str = ""
    statuses: tuple[str, ...] = ()
    text: str = ""
