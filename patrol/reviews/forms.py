"""From what was typed to a ReviewDraft or a Declaration."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from ..errors import Invalid
from ..parsing import YEARS, Day, Id, Input, Line, Number, Whole, parse
from ..totals.rules import Period
from .rules import PARTS, Calendar, Declaration, ReviewDraft, ReviewKind, period_of

LARGEST_VALUE = 99_999_999_999  # what the column holds
WholeNumber = Annotated[Whole, Field(le=9999)]


class ReviewInput(Input):
    client_id: UUID
    kind: ReviewKind
    held_on: Day
    host_id: Id
    subject: Line = ""
    calendar_id: Id
    year: WholeNumber
    part: WholeNumber = 1
    unit_id: Id | None = None
    programme_id: Id


class DeclarationInput(Input):
    client_id: UUID
    key: Line
    calendar_id: Id
    year: WholeNumber
    part: WholeNumber = 1
    unit_id: Id
    programme_id: Id
    value: Annotated[Number, Field(ge=0, le=LARGEST_VALUE), AfterValidator(lambda number: round(number, 3))]
    source: Line


@dataclass(frozen=True)
class Choices:
    """What may be chosen, to check against."""

    calendars: Mapping[int, Calendar]
    unit_ids: Container[int]  # of any force or none
    own_unit_ids: Container[int]  # those somebody may declare figures of
    programme_ids: Container[int]
    keys: Container[str] = ()


def parse_review(raw: Mapping[str, Any], *, choices: Choices) -> ReviewDraft:
    """Read a conference, or raise Invalid."""
    given = parse(ReviewInput, raw)
    wrong = _unknown(given, choices)
    if given.host_id not in choices.unit_ids:
        wrong["host_id"] = "unknown_choice"
    if given.unit_id is not None and given.unit_id not in choices.unit_ids:
        wrong["unit_id"] = "unknown_choice"
    return ReviewDraft(
        client_id=given.client_id,
        kind=given.kind,
        held_on=given.held_on,
        host_id=given.host_id,
        subject=given.subject,
        calendar_id=given.calendar_id,
        year=given.year,
        part=given.part,
        period=_period(given, choices, wrong),
        unit_id=given.unit_id,
        programme_id=given.programme_id,
    )


def parse_declaration(raw: Mapping[str, Any], *, choices: Choices) -> Declaration:
    """Read a figure copied from paper, or raise Invalid."""
    given = parse(DeclarationInput, raw)
    wrong = _unknown(given, choices)
    if given.unit_id not in choices.own_unit_ids:
        wrong["unit_id"] = "unknown_choice"
    if given.key not in choices.keys:
        wrong["key"] = "unknown_choice"
    return Declaration(
        client_id=given.client_id,
        key=given.key,
        period=_period(given, choices, wrong),
        unit_id=given.unit_id,
        programme_id=given.programme_id,
        value=given.value,
        source=given.source,
    )


def _unknown(given: ReviewInput | DeclarationInput, choices: Choices) -> dict[str, str]:
    wrong = {}
    if given.calendar_id not in choices.calendars:
        wrong["calendar_id"] = "unknown_choice"
    if given.programme_id not in choices.programme_ids:
        wrong["programme_id"] = "unknown_choice"
    if given.year not in YEARS[1:-1]:  # a year before and after must be days as well
        wrong["year"] = "not_a_year"
    return wrong


def _period(given: ReviewInput | DeclarationInput, choices: Choices, wrong: dict[str, str]) -> Period:
    """The days of the calendar, year and part; with everything else that is wrong when there are none."""
    calendar = choices.calendars.get(given.calendar_id)
    if calendar is not None and not 1 <= given.part <= PARTS[calendar.kind]:
        wrong["part"] = "no_such_part"
    if wrong or calendar is None:
        raise Invalid(wrong)
    return period_of(calendar, given.year, given.part)
