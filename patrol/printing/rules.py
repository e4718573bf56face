"""What stands under a printed list. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..patrols.rules import COUNTED

MOST_LINES = 1000  # a list nobody would print


@dataclass(frozen=True)
class Sums:
    """Sums over the lines that count; vụ, đối tượng, tụ điểm are never added to each other."""

    lines: int
    counted: int
    joint: int
    personnel: int
    militia: int
    security_team: int
    unknown_personnel: int  # patrols of which somebody's number is unknown
    nothing_found: int
    findings: Mapping[str, Mapping[str, float]]  # category → unit of counting → how many

    @property
    def not_counted(self) -> int:
        return self.lines - self.counted


def sums_of(patrols: Sequence[Any], found: Iterable[tuple[str, str, float | None]]) -> Sums:
    """Add up the patrols of a list that count, and what they found: (category, unit, quantity)."""
    counted = [patrol for patrol in patrols if patrol.status in COUNTED]
    findings: dict[str, dict[str, float]] = {}
    for category, measure, quantity in found:
        sums = findings.setdefault(category, {})
        sums[measure] = sums.get(measure, 0) + (quantity or 0)
    return Sums(
        lines=len(patrols),
        counted=len(counted),
        joint=sum("few_forces" not in patrol.remarks for patrol in counted),
        personnel=sum(patrol.personnel_total for patrol in counted),
        militia=sum(patrol.militia_total for patrol in counted),
        security_team=sum(patrol.security_team_total for patrol in counted),
        unknown_personnel=sum(patrol.unknown_personnel > 0 for patrol in counted),
        nothing_found=sum(patrol.nothing_found for patrol in counted),
        findings=findings,
    )


def handy_periods(today: date) -> list[tuple[str, date, date]]:
    """What is printed most: (name, first day, last day). A night is the day its patrols set out."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last_month = first - timedelta(days=1)
    yesterday = today - timedelta(days=1)
    return [
        ("Đêm qua", yesterday, yesterday),
        ("Hôm nay", today, today),
        ("Tuần này", monday, monday + timedelta(days=6)),
        ("Tuần trước", monday - timedelta(days=7), monday - timedelta(days=1)),
        ("Tháng này", first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)),
        ("Tháng trước", last_month.replace(day=1), last_month),
    ]
