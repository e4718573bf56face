"""Reporting calendars, the same period a year before, and how two numbers compare. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from ..totals.rules import Period
from ..units.rules import reach


class ReviewKind(StrEnum):
    INTERIM = "interim"  # sơ kết
    FINAL = "final"  # tổng kết


class CalendarKind(StrEnum):
    YEAR = "year"
    HALF_YEAR = "half_year"
    QUARTER = "quarter"
    NINE_MONTHS = "nine_months"


MONTHS = {
    CalendarKind.YEAR: 12,
    CalendarKind.HALF_YEAR: 6,
    CalendarKind.QUARTER: 3,
    CalendarKind.NINE_MONTHS: 9,
}
PARTS = {
    CalendarKind.YEAR: 1,
    CalendarKind.HALF_YEAR: 2,
    CalendarKind.QUARTER: 4,
    CalendarKind.NINE_MONTHS: 1,  # the first nine months; a year has no second nine
}
LAST_START_DAY = 28  # every month has it, so no calendar breaks on a February


@dataclass(frozen=True)
class Calendar:
    """Into what a reporting year is divided, and on which day it begins.

    `starts_year_before`: the year 2023 of a calendar that begins on 15/12 begins on 15/12/2022.
    """

    kind: CalendarKind
    start_day: int = 1
    start_month: int = 1
    starts_year_before: bool = False


def period_of(calendar: Calendar, year: int, part: int = 1) -> Period:
    """The days of one part of a reporting year; ValueError when the calendar has no such part."""
    if not 1 <= part <= PARTS[calendar.kind]:
        raise ValueError(f"{calendar.kind} has no part {part}")
    months = MONTHS[calendar.kind]
    start = date(year - calendar.starts_year_before, calendar.start_month, calendar.start_day)
    return Period(_later(start, (part - 1) * months), _later(start, part * months) - timedelta(days=1))


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def so_far(period: Period, today: date) -> Period:
    """The part of a period that is over; a period still to come is left whole."""
    return Period(period.first, today) if period.first <= today < period.last else period


def year_before(period: Period) -> Period:
    """The same days a year before; the end of a February stays the end of February."""
    return Period(_year_back(period.first), _year_back(period.last, is_end=True))


def _year_back(day: date, *, is_end: bool = False) -> date:
    is_end_of_february = (day + timedelta(days=1)).month == 3 and day.month == 2
    if is_end_of_february and (is_end or day.day == 29):
        return date(day.year - 1, 3, 1) - timedelta(days=1)
    return day.replace(year=day.year - 1)


LATE_BEGINNING = timedelta(days=7)  # between the first day of a period and the first patrol of its log


class Origin(StrEnum):
    """Where the number of the year before comes from."""

    RECORDS = "records"
    PARTLY = "partly"  # from records, but the log began within that period
    DECLARED = "declared"  # from paper: stated by somebody, opens into nothing
    MISSING = "missing"


@dataclass(frozen=True)
class Declared:
    """A number that exists only on paper, and on which paper."""

    value: float | int
    source: str


@dataclass(frozen=True)
class Base:
    """What a figure is compared with."""

    value: float | int | None
    origin: Origin
    source: str = ""


def covers(log_begins: date | None, period: Period) -> bool:
    """Whether the log reaches back over all of a period; nobody patrols on every single day."""
    return log_begins is not None and log_begins <= period.first + LATE_BEGINNING


def base_of(
    computed: float | int | None, *, records: int, declared: Declared | None, is_covered: bool
) -> Base:
    """What to compare with. A declared number counts only for a period that began before the log did.

    Then an empty computed one is no zero but nothing at all, and one from a few records says that it is partial.
    """
    if is_covered:
        return Base(computed, Origin.RECORDS)
    if declared is not None:
        return Base(declared.value, Origin.DECLARED, declared.source)
    return Base(computed, Origin.PARTLY) if records else Base(None, Origin.MISSING)


@dataclass(frozen=True)
class Comparison:
    """Two numbers of the same kind; either may be unknown, and then nothing is said of their difference."""

    now: float | int | None
    before: float | int | None

    @property
    def difference(self) -> float | int | None:
        if self.now is None or self.before is None:
            return None
        difference = round(self.now - self.before, 3)
        return int(difference) if difference == int(difference) else difference

    @property
    def share(self) -> float | None:
        """The difference as a share of the year before; none where that was 0 or is unknown."""
        return self.difference / self.before if self.difference is not None and self.before else None


def heir_of(
    unit_id: int,
    successors: Mapping[int, Iterable[int]],
    *,
    current: frozenset[int],
    on_the_coast: frozenset[int],
) -> frozenset[int]:
    """Who stands today for a unit: itself while it exists, else the last of its successors.

    Where duties went to several, the one that answers for the coast today; if that doesn't single one out, all of
    them together, so that every patrol stays on exactly one line.
    """
    if unit_id in current:
        return frozenset({unit_id})
    heirs = (reach([unit_id], successors) - {unit_id}) & current
    coastal = heirs & on_the_coast
    return coastal if len(coastal) == 1 else heirs or frozenset({unit_id})


@dataclass(frozen=True)
class ReviewDraft:
    """A conference as entered. `unit_id` None: the figures of whoever looks."""

    client_id: UUID
    kind: ReviewKind
    held_on: date
    host_id: int
    subject: str
    calendar_id: int
    year: int
    part: int
    period: Period
    unit_id: int | None
    programme_id: int


@dataclass(frozen=True)
class Declaration:
    """A figure copied from paper, as entered."""

    client_id: UUID
    key: str
    period: Period
    unit_id: int
    programme_id: int
    value: float
    source: str
