"""From what was typed or sent to FindingDrafts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5

from pydantic import AfterValidator, Field

from .. import clock
from ..errors import Invalid
from ..parsing import Clock, Input, Line, Number, PastDay, Prose, When, no_more_than, parse, to_the_minute
from .rules import (
    LARGEST_QUANTITY,
    FindingDraft,
    MeasureCode,
    OutcomeCode,
    OutcomeDraft,
    moment_of_night,
    stated_measures,
)

DECIMALS = 3  # what a page shows and the column keeps, so that reading a record back changes nothing
Rounded = AfterValidator(lambda number: round(number, DECIMALS))
Quantity = Annotated[Number, Field(ge=0, le=LARGEST_QUANTITY), Rounded]


class ExtraInput(Input):
    """A number in a unit chosen beside it: '12,5' and 'gam'."""

    code: MeasureCode | None = None
    quantity: Quantity | None = None


class FindingInput(Input):
    client_id: UUID | None = None
    category: str | None = None
    measures: dict[MeasureCode, Quantity] = {}
    extra: Annotated[tuple[ExtraInput, ...], no_more_than(20)] = ()
    found_at: When | None = None
    found_time: Clock | None = None
    place: Line = ""
    km: Annotated[Number, Field(ge=0, le=5000), Rounded] | None = None
    outcome: OutcomeCode | None = None
    note: Prose = ""
    removed: bool = False

    @property
    def is_blank(self) -> bool:
        return self.removed or (
            self.category is None and not self.quantities and not self.note and not self.place
        )

    @property
    def quantities(self) -> dict[str, float | None]:
        """Every number given, by its unit."""
        extra = {row.code.value: row.quantity for row in self.extra if row.code and row.quantity is not None}
        return {**{code.value: quantity for code, quantity in self.measures.items()}, **extra}


class FindingsInput(Input):
    findings: Annotated[tuple[FindingInput, ...], no_more_than(50)] = ()


def parse_findings(
    raw: Mapping[str, Any],
    *,
    counted_in: Mapping[str, Sequence[str]],
    started_at: datetime | None,
    patrol_id: UUID | None,
) -> tuple[FindingDraft, ...]:
    """The findings in `raw["findings"]`; blank rows are left out. Raises Invalid.

    A row without an id of its own gets one from the patrol's and its number, so that the same page sent twice names the
    same findings. `counted_in` maps the categories that may be chosen to the units each is counted in.
    A bare clock time is of the patrol's night: before its start means after midnight.
    """
    given = parse(FindingsInput, {"findings": raw.get("findings") or []}).findings
    wrong: dict[str, str] = {}
    for number, row in enumerate(given):
        if row.is_blank:
            continue
        if row.category is None:
            wrong[f"findings.{number}.category"] = "required"
        elif row.category not in counted_in:
            wrong[f"findings.{number}.category"] = "unknown_choice"
        for place, extra in enumerate(row.extra):
            if extra.quantity is not None and extra.code is None:
                wrong[f"findings.{number}.extra.{place}.code"] = "required"
    if wrong:
        raise Invalid(wrong)
    return tuple(
        _draft(row, row.client_id or uuid5(patrol_id or uuid4(), str(number)), counted_in, started_at)
        for number, row in enumerate(given)
        if not row.is_blank
    )


def _draft(
    row: FindingInput, client_id: UUID, counted_in: Mapping[str, Sequence[str]], started_at: datetime | None
) -> FindingDraft:
    assert row.category is not None
    return FindingDraft(
        client_id=client_id,
        category=row.category,
        measures=stated_measures(row.quantities, tuple(counted_in[row.category])),
        found_at=to_the_minute(row.found_at) or _typed_moment(row, started_at),
        place=row.place,
        km=row.km,
        outcome=row.outcome,
        note=row.note,
    )


def _typed_moment(row: FindingInput, started_at: datetime | None) -> datetime | None:
    if row.found_time is None or started_at is None:
        return None
    return moment_of_night(row.found_time, started_at)


class OutcomeInput(Input):
    code: OutcomeCode
    happened_on: PastDay
    handed_to: Line = ""
    paper_number: Annotated[Line, Field(max_length=60)] = ""


def parse_outcome(raw: Mapping[str, Any], *, found_on: date) -> OutcomeDraft:
    """One more step of what came of a finding; not before it was found, not in the future. Raises Invalid."""
    given = parse(OutcomeInput, raw)
    if given.happened_on > clock.today():
        raise Invalid({"happened_on": "day_in_future"})
    if given.happened_on < found_on:
        raise Invalid({"happened_on": "before_the_finding"})
    return OutcomeDraft(given.code, given.happened_on, given.handed_to, given.paper_number)


class ReclassificationInput(Input):
    category: Line
    because: Prose


def parse_reclassification(raw: Mapping[str, Any]) -> tuple[str, str]:
    """The new category and the reason, both needed. Raises Invalid."""
    given = parse(ReclassificationInput, raw)
    return given.category, given.because
