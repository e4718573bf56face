"""What stands under a printed list. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..patrols.rules import COUNTED, known

MOST_LINES = 1000  # a list nobody would print


@dataclass(frozen=True)
class Sum:
    """What is known of a sum, None when nothing is, and in how many of its records a number is missing."""

    value: int | float | None
    unknown: int


@dataclass(frozen=True)
class Sums:
    """Sums over the lines that count; vụ, đối tượng, tụ điểm are never added to each other."""

    lines: int
    counted: int
    joint: int
    personnel: Sum
    militia: Sum
    security_team: Sum
    nothing_found: int
    findings: Mapping[str, Mapping[str, Sum]]  # category → unit of counting → how many

    @property
    def not_counted(self) -> int:
        return self.lines - self.counted


def sums_of(patrols: Sequence[Any], found: Iterable[tuple[str, str, float | None]]) -> Sums:
    """Add up the patrols of a list that count, and what they found: (category, unit, quantity)."""
    counted = [patrol for patrol in patrols if patrol.status in COUNTED]
    quantities: dict[str, dict[str, list[float | None]]] = {}
    for category, measure, quantity in found:
        quantities.setdefault(category, {}).setdefault(measure, []).append(quantity)
    return Sums(
        lines=len(patrols),
        counted=len(counted),
        joint=sum("few_forces" not in patrol.remarks for patrol in counted),
        personnel=_added((patrol.personnel_total, patrol.unknown_personnel > 0) for patrol in counted),
        militia=_added((patrol.militia_total, patrol.unknown_militia > 0) for patrol in counted),
        security_team=_added(
            (patrol.security_team_total, patrol.unknown_security_team > 0) for patrol in counted
        ),
        nothing_found=sum(patrol.nothing_found for patrol in counted),
        findings={
            category: {
                measure: _added((quantity or 0, quantity is None) for quantity in each)
                for measure, each in measures.items()
            }
            for category, measures in quantities.items()
        },
    )


def _added(records: Iterable[tuple[int | float, bool]]) -> Sum:
    """Add up records, each with what is known of it and whether something is missing."""
    numbers = list(records)
    unknown = sum(is_short for _, is_short in numbers)
    return Sum(known(sum(number for number, _ in numbers), unknown=unknown, records=len(numbers)), unknown)


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
