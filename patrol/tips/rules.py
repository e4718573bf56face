"""A tip (nguồn tin) passed from one force to another: that it was passed, never what it said nor who said it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

MILITARY, POLICE, BORDER_GUARD = "military", "police", "border_guard"
SOLDIERS = (MILITARY, BORDER_GUARD)  # whose tips to the police are counted when they proved valuable
FORCES_FOR_JOINT = 2


class Urgency(StrEnum):
    ROUTINE = "routine"
    URGENT = "urgent"
    IMMEDIATE = "immediate"


class TipOutcome(StrEnum):
    """What came of a tip, as a choice: words of one's own would tell what it said."""

    CASE_FOUND = "case_found"
    PREVENTED = "prevented"
    HANDED_ON = "handed_on"
    STILL_OPEN = "still_open"
    NO_CASE = "no_case"


class Void(StrEnum):
    """Why a record is out of every figure. Nothing is deleted."""

    DUPLICATE = "duplicate"
    MISTAKE = "mistake"


class Judgement(StrEnum):
    """How a list is narrowed by what the receiver thought of a tip."""

    VALUED = "valued"
    NOT_VALUED = "not_valued"
    UNJUDGED = "unjudged"


@dataclass(frozen=True)
class TipDraft:
    """A tip as it stands in the book."""

    client_id: UUID
    number: str
    passed_on: date
    from_unit_id: int
    to_unit_id: int
    category: str
    urgency: Urgency = Urgency.ROUTINE


@dataclass(frozen=True)
class VerificationDraft:
    """That a tip was checked on a day, and by which units together."""

    client_id: UUID
    verified_on: date
    unit_ids: tuple[int, ...]


@dataclass(frozen=True)
class TipFilter:
    """Which tips of a list are wanted; what is None or empty doesn't narrow. Days are inclusive."""

    first: date | None = None
    last: date | None = None
    from_force: str = ""
    to_force: str = ""
    category: str = ""
    judgement: Judgement | None = None


def problems(draft: TipDraft, *, today: date) -> dict[str, str]:
    """What can't be true of a tip, as field → code."""
    wrong = {}
    if draft.from_unit_id == draft.to_unit_id:
        wrong["to_unit_id"] = "same_unit"
    if draft.passed_on > today:
        wrong["passed_on"] = "day_in_future"
    return wrong


def day_problem(day: date, *, passed_on: date, today: date) -> str | None:
    """Why something can't have come of a tip on that day, as a wording code."""
    if day < passed_on:
        return "before_the_tip"
    return "day_in_future" if day > today else None


def is_joint(forces: Iterable[str]) -> bool:
    """Whether a verification was done by at least two forces together."""
    return len(set(forces)) >= FORCES_FOR_JOINT
