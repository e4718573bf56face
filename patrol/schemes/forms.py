"""From what was typed to drafts of models."""

from collections.abc import Container, Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from ..errors import Invalid
from ..parsing import Day, Id, Input, Line, PastDay, Whole, parse
from .rules import SchemeDraft, SchemeFilter, Standing, end_problem, problems


class SchemeInput(Input):
    client_id: UUID
    kind: Line
    name: Line
    area_id: Id
    unit_id: Id
    founded_on: PastDay
    members: Annotated[Whole, Field(ge=0, le=100_000)] | None = None
    last_activity_on: PastDay | None = None
    is_spread_wider: bool = False


def parse_scheme(
    raw: Mapping[str, Any],
    *,
    kinds: Container[str],
    areas: Container[int],
    units: Container[int],
    today: date,
) -> SchemeDraft:
    """Turn untrusted input into a SchemeDraft, or raise Invalid with every problem at once."""
    given = parse(SchemeInput, raw)
    offered = {"kind": kinds, "area_id": areas, "unit_id": units}
    wrong = {name: "unknown_choice" for name, known in offered.items() if getattr(given, name) not in known}
    draft = SchemeDraft(**dict(given))
    if wrong := problems(draft, today=today) | wrong:
        raise Invalid(wrong)
    return draft


class EndInput(Input):
    ended_on: Day
    because: Annotated[Line, Field(max_length=200)]


def parse_end(raw: Mapping[str, Any], *, founded_on: date, today: date) -> tuple[date, str]:
    """The first day a model is no more, and why."""
    given = parse(EndInput, raw)
    if problem := end_problem(given.ended_on, founded_on=founded_on, today=today):
        raise Invalid({"ended_on": problem})
    return given.ended_on, given.because


class FilterInput(Input):
    """The filters of the list as they stand in its address, by their Vietnamese names."""

    ngay: Day | None = None
    tinh_trang: Standing = Standing.ACTIVE
    loai: Line = ""
    dia_ban: Id | None = None
    don_vi: Id | None = None
    trang: Id = 1


FILTERS = tuple(name.replace("_", "-") for name in FilterInput.model_fields)


def parse_filter(raw: Mapping[str, str], *, today: date) -> tuple[SchemeFilter, int]:
    """The filter of an address and the page wanted. Raises Invalid on what can't be read."""
    given = parse(FilterInput, {name.replace("-", "_"): value for name, value in raw.items()})
    wanted = SchemeFilter(given.ngay or today, given.tinh_trang, given.loai, given.dia_ban, given.don_vi)
    return wanted, max(1, given.trang)
