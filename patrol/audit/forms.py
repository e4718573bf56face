"""What is chosen on the page of the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..errors import Invalid
from ..parsing import Day, Input, Line, parse
from .rules import Head, parse_head


class TrailInput(Input):
    """The filters as they stand in the address, by their Vietnamese names."""

    ai: Line = ""
    viec: Line = ""
    ngay: Day | None = None


@dataclass(frozen=True)
class TrailFilter:
    """Which lines: whose name holds `actor`, whose action begins with `action`, of one local day."""

    actor: str = ""
    action: str = ""
    day: date | None = None


def parse_filter(raw: Mapping[str, str]) -> TrailFilter:
    """The filter of an address. Raises Invalid."""
    given = parse(TrailInput, {name: raw[name] for name in ("ai", "viec", "ngay") if raw.get(name)})
    return TrailFilter(given.ai, given.viec, given.ngay)


def parse_published(typed: str) -> Head | None:
    """A head copied from paper or a log, None when nothing was typed. Raises Invalid."""
    if not typed.strip():
        return None
    head = parse_head(typed[:500])
    if head is None:
        raise Invalid({"dau_chuoi": "not_a_head"})
    return head
