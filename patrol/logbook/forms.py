"""The patrol as a person reports it: the patrol and its findings, through one door for the page and for JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import Invalid
from ..findings.forms import parse_findings
from ..findings.rules import FindingDraft
from ..parsing import Day, Id, Input, Line, parse
from ..patrols.forms import parse_patrol
from ..patrols.rules import Choices, PatrolFilter, Status
from .rules import LogDraft


def parse_log(
    raw: Mapping[str, Any], *, choices: Choices, counted_in: Mapping[str, Sequence[str]]
) -> LogDraft:
    """Turn untrusted input into a LogDraft, or raise Invalid with every problem of patrol and findings at once."""
    wrong: dict[str, str] = {}
    patrol = None
    findings: tuple[FindingDraft, ...] = ()
    try:
        patrol = parse_patrol(raw, choices=choices)
    except Invalid as problem:
        wrong |= problem.fields
    try:
        findings = parse_findings(
            raw,
            counted_in=counted_in,
            started_at=patrol.started_at if patrol else None,
            patrol_id=patrol.client_id if patrol else None,
        )
    except Invalid as problem:
        wrong |= problem.fields
    if wrong or patrol is None:
        raise Invalid(wrong)
    return LogDraft(patrol, findings)


class FilterInput(Input):
    """The filters of a list as they stand in its address, by their Vietnamese names."""

    tu: Day | None = None
    den: Day | None = None
    chuong_trinh: Line = ""
    tuyen: Id | None = None
    don_vi: Id | None = None
    luc_luong: Line = ""
    trang_thai: Status | None = None
    tim: Line = ""
    trang: Id = 1


FILTERS = tuple(name.replace("_", "-") for name in FilterInput.model_fields)


def parse_filter(raw: Mapping[str, str], *, programme_ids: Mapping[str, int]) -> tuple[PatrolFilter, int]:
    """The filter of an address and the page wanted. Raises Invalid on what can't be read."""
    given = parse(FilterInput, {name.replace("-", "_"): value for name, value in raw.items()})
    if given.tu and given.den and given.den < given.tu:
        raise Invalid({"den": "ends_before_it_starts"})
    if given.chuong_trinh and given.chuong_trinh not in programme_ids:
        raise Invalid({"chuong-trinh": "unknown_choice"})
    wanted = PatrolFilter(
        first=given.tu,
        last=given.den,
        programme_id=programme_ids.get(given.chuong_trinh),
        stretch_id=given.tuyen,
        unit_id=given.don_vi,
        force=given.luc_luong,
        statuses=(given.trang_thai,) if given.trang_thai else (),
        text=given.tim,
    )
    return wanted, max(1, given.trang)
