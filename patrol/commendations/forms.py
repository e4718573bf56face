"""From what was typed to drafts of commendations."""

from collections.abc import Container, Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from ..errors import Invalid
from ..parsing import Day, Id, Input, Line, PastDay, parse
from .rules import CommendationDraft, Form, Occasion, Recipient, problems


class CommendationInput(Input):
    client_id: UUID
    recipient: Recipient
    recipient_name: Line
    unit_id: Id
    form: Form
    decided_by_id: Id | None = None
    decided_by_name: Line = ""
    decision_number: Annotated[Line, Field(max_length=60)]
    decided_on: PastDay
    occasion: Occasion = Occasion.REVIEW
    occasion_name: Line
    occasion_on: PastDay


def parse_commendation(
    raw: Mapping[str, Any], *, units: Container[int], bodies: Container[int], today: date
) -> CommendationDraft:
    """Turn untrusted input into a CommendationDraft, or raise Invalid with every problem at once.

    `units` whose people may be commended, `bodies` of the register that may decide it.
    """
    given = parse(CommendationInput, raw)
    wrong = {} if given.unit_id in units else {"unit_id": "unknown_choice"}
    if given.decided_by_id is not None and given.decided_by_id not in bodies:
        wrong["decided_by_id"] = "unknown_choice"
    draft = CommendationDraft(**dict(given))
    if wrong := problems(draft, today=today) | wrong:
        raise Invalid(wrong)
    return draft


class FilterInput(Input):
    """The filters of the list as they stand in its address, by their Vietnamese names."""

    tu: Day | None = None
    den: Day | None = None
    dip: Occasion | None = None
    trang: Id = 1


FILTERS = tuple(FilterInput.model_fields)


def parse_filter(raw: Mapping[str, str]) -> tuple[date | None, date | None, Occasion | None, int]:
    """First day, last day, kind of occasion and page of an address. Raises Invalid on what can't be read."""
    given = parse(FilterInput, raw)
    if given.tu and given.den and given.den < given.tu:
        raise Invalid({"den": "ends_before_it_starts"})
    return given.tu, given.den, given.dip, max(1, given.trang)
