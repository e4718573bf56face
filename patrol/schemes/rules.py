"""A model of self-protection (mô hình tự phòng, tự quản): a stock with a beginning and an end. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Standing(StrEnum):
    """How a list of models on a day is narrowed."""

    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True)
class SchemeDraft:
    """A model as reported. `members` None: nobody knows how many."""

    client_id: UUID
    kind: str
    name: str
    area_id: int
    unit_id: int
    founded_on: date
    members: int | None = None
    last_activity_on: date | None = None
    is_spread_wider: bool = False


@dataclass(frozen=True)
class SchemeFilter:
    """Which models of a list are wanted, as they stood at the end of day `on`."""

    on: date
    standing: Standing = Standing.ACTIVE
    kind: str = ""
    area_id: int | None = None
    unit_id: int | None = None


def is_active(founded_on: date, ended_on: date | None, on: date) -> bool:
    """Whether a model counts in the stock at the end of that day: the day it is founded on yes, the day it ends no."""
    return founded_on <= on and (ended_on is None or ended_on > on)


def problems(draft: SchemeDraft, *, today: date) -> dict[str, str]:
    """What can't be true of a model, as field → code."""
    wrong = {}
    if draft.founded_on > today:
        wrong["founded_on"] = "day_in_future"
    if draft.last_activity_on is not None:
        if draft.last_activity_on > today:
            wrong["last_activity_on"] = "day_in_future"
        elif draft.last_activity_on < draft.founded_on:
            wrong["last_activity_on"] = "before_founding"
    return wrong


def end_problem(ended_on: date, *, founded_on: date, today: date) -> str | None:
    """Why a model can't have ended on that day, as a wording code."""
    if ended_on < founded_on:
        return "before_founding"
    return "day_in_future" if ended_on > today else None
