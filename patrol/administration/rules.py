"""What can be kept in the register, and what of it may change. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..reviews.rules import CalendarKind
from ..units.rules import Succession, holds_on


class Kind(StrEnum):
    """The parts of the register, by the name they have in addresses."""

    AREA = "dia-ban"
    UNIT = "don-vi"
    STRETCH = "tuyen"
    PROGRAMME = "chuong-trinh"
    CATEGORY = "loai-phat-hien"
    CALENDAR = "lich-bao-cao"


# Their versions share a code: the newer one takes the older one's place.
VERSIONED = frozenset({Kind.CATEGORY, Kind.CALENDAR})


class Standing(StrEnum):
    """Where a day lies in the time something is true."""

    CURRENT = "holds_now"
    TO_COME = "to_come"
    PAST = "held_before"


@dataclass(frozen=True)
class CategoryDraft:
    """A category as somebody wants it from a day on. The first of `measures` counts the finding itself."""

    name: str
    group_name: str
    measures: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    position: int = 0
    legal_note: str = ""
    code: str = ""


@dataclass(frozen=True)
class CalendarDraft:
    """A reporting calendar as somebody wants it from a day on."""

    name: str
    kind: CalendarKind
    start_day: int
    start_month: int
    valid_from: date
    starts_year_before: bool = False
    valid_to: date | None = None
    position: int = 0
    code: str = ""


@dataclass(frozen=True)
class Following:
    """Whom something new comes after, and how. Nobody: it is new."""

    predecessor_ids: tuple[int, ...] = ()
    what: Succession | None = None


# What of a version may be corrected in place; everything else asks for a newer version.
CORRECTABLE = {
    "finding_categories": {"name", "group_name", "position", "legal_note", "valid_to"},
    "reporting_calendars": {"name", "position", "valid_to"},
}


def standing(valid_from: date, valid_to: date | None, today: date) -> Standing:
    if holds_on(valid_from, valid_to, today):
        return Standing.CURRENT
    return Standing.TO_COME if valid_from > today else Standing.PAST


def measures_problem(before: Sequence[str], after: Sequence[str], *, has_findings: bool) -> str | None:
    """Why a newer version of a category can't be counted like that, as a wording code.

    What was counted goes on being counted in the same unit, or the figures of old years would vanish; a unit may be
    added, but not on days whose findings were written without it.
    """
    if list(after[: len(before)]) != list(before):
        return "measures_lost"
    return "measures_told_otherwise" if list(after) != list(before) and has_findings else None
