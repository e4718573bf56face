"""From what was typed to drafts of tips, of their verification and of the cases they led to."""

import re
from collections.abc import Container, Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..errors import Invalid
from ..findings.forms import Quantity
from ..findings.rules import CaseDraft, MeasureCode, OutcomeCode
from ..parsing import Cleaned, Day, Id, Input, Line, PastDay, no_more_than, parse
from .rules import (
    Judgement,
    TipDraft,
    TipFilter,
    TipOutcome,
    Urgency,
    VerificationDraft,
    Void,
    day_problem,
    problems,
)


def _number(typed: str) -> str:
    """'05/tb-đb' → '05/TB-ĐB'. Digits, letters and strokes without a space: a number of the book can't tell a story."""
    if not re.fullmatch(r"[0-9A-ZĐ]{1,12}([/.-][0-9A-ZĐ]{1,12}){0,3}", typed.upper()) or len(typed) > 30:
        raise PydanticCustomError("not_a_number_of_the_book", "not a number of the book")
    return typed.upper()


class TipInput(Input):
    client_id: UUID
    number: Annotated[str, Cleaned, AfterValidator(_number)]
    passed_on: PastDay
    from_unit_id: Id
    to_unit_id: Id
    category: Line
    urgency: Urgency = Urgency.ROUTINE


def parse_tip(
    raw: Mapping[str, Any], *, units: Container[int], categories: Container[str], today: date
) -> TipDraft:
    """Turn untrusted input into a TipDraft, or raise Invalid with every problem at once."""
    given = parse(TipInput, raw)
    wrong = {
        name: "unknown_choice" for name in ("from_unit_id", "to_unit_id") if getattr(given, name) not in units
    }
    if given.category not in categories:
        wrong["category"] = "unknown_choice"
    draft = TipDraft(**dict(given))
    if wrong := problems(draft, today=today) | wrong:
        raise Invalid(wrong)
    return draft


class VerificationInput(Input):
    client_id: UUID
    verified_on: PastDay
    unit_ids: Annotated[tuple[Id, ...], no_more_than(20)] = ()


def parse_verification(
    raw: Mapping[str, Any], *, units: Container[int], passed_on: date, today: date
) -> VerificationDraft:
    given = parse(VerificationInput, raw)
    wrong = {}
    if problem := day_problem(given.verified_on, passed_on=passed_on, today=today):
        wrong["verified_on"] = problem
    if not given.unit_ids:
        wrong["unit_ids"] = "required"
    elif any(unit_id not in units for unit_id in given.unit_ids):
        wrong["unit_ids"] = "unknown_choice"
    if wrong:
        raise Invalid(wrong)
    return VerificationDraft(given.client_id, given.verified_on, tuple(dict.fromkeys(given.unit_ids)))


class CaseInput(Input):
    client_id: UUID
    category: Line
    found_on: PastDay
    measures: dict[MeasureCode, Annotated[Quantity, Field(ge=0)]] = {}
    outcome: OutcomeCode | None = None


def parse_case(raw: Mapping[str, Any], *, passed_on: date, today: date) -> CaseDraft:
    """The case a tip led to. It has no line for words."""
    given = parse(CaseInput, raw)
    if problem := day_problem(given.found_on, passed_on=passed_on, today=today):
        raise Invalid({"found_on": problem})
    return CaseDraft(
        client_id=given.client_id,
        category=given.category,
        found_on=given.found_on,
        measures={code.value: quantity for code, quantity in given.measures.items()},
        outcome=given.outcome,
    )


class JudgementInput(Input):
    judgement: Judgement
    tip_outcome: TipOutcome | None = None


def parse_judgement(raw: Mapping[str, Any]) -> tuple[bool, TipOutcome | None]:
    """Whether the tip was of value, and what came of it."""
    given = parse(JudgementInput, raw)
    if given.judgement is Judgement.UNJUDGED:
        raise Invalid({"judgement": "required"})
    return given.judgement is Judgement.VALUED, given.tip_outcome


class VoidInput(Input):
    voided_as: Void


def parse_void(raw: Mapping[str, Any]) -> Void:
    return parse(VoidInput, raw).voided_as


class LinkInput(Input):
    finding_id: Id


def parse_link(raw: Mapping[str, Any]) -> int:
    return parse(LinkInput, raw).finding_id


class FilterInput(Input):
    """The filters of the list as they stand in its address, by their Vietnamese names."""

    tu: Day | None = None
    den: Day | None = None
    ben_gui: Line = ""
    ben_nhan: Line = ""
    loai: Line = ""
    danh_gia: Judgement | None = None
    trang: Id = 1


FILTERS = tuple(name.replace("_", "-") for name in FilterInput.model_fields)


def parse_filter(raw: Mapping[str, str]) -> tuple[TipFilter, int]:
    """The filter of an address and the page wanted. Raises Invalid on what can't be read."""
    given = parse(FilterInput, {name.replace("-", "_"): value for name, value in raw.items()})
    if given.tu and given.den and given.den < given.tu:
        raise Invalid({"den": "ends_before_it_starts"})
    wanted = TipFilter(given.tu, given.den, given.ben_gui, given.ben_nhan, given.loai, given.danh_gia)
    return wanted, max(1, given.trang)
