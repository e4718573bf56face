"""What patrols add up to, month by month: the sums every figure of patrols is made of.

Sums once read are kept in memory, and read again for the months whose mark has changed (services.py gives the marks).
A session that has changed something and not committed it reads for itself and keeps nothing.
"""

import calendar
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, text
from sqlalchemy.engine import Engine

from ..accounts.rules import Scope
from ..db import month_of
from ..extensions import db
from ..findings.models import Finding, Measure
from ..findings.rules import DetectedVia
from ..patrols.models import Attendance, Patrol
from ..patrols.queries import allows, force_took_part, in_programme, is_counted, is_present
from ..patrols.rules import UNCONFIRMED
from ..tracks.models import PatrolTrack
from ..units.models import Programme
from ..units.queries import setting_steps
from ..units.rules import SettingKey
from .models import CHANGING, EVERY_MONTH, MonthMark
from .rules import Cell, Period


@dataclass(frozen=True)
class Question:
    """What is asked: figures are of one programme, one period and one scope, and say so beside them.

    `narrowed` keeps to one unit (with its reach), `force`, `stretch_id`, `month` narrow further.
    """

    period: Period
    programme: Programme
    seen_by: Scope
    narrowed: Scope | None = None
    stretch_id: int | None = None
    force: str = ""
    month: date | None = None
    lead_unit_id: int | None = None

    @property
    def of_registers(self) -> dict[str, Any]:
        """The same question as the rooms of tips, models and commendations are asked it."""
        return {**vars(self.period), "seen_by": self.seen_by, "within": self.narrowed}

    @property
    def key(self) -> tuple[Any, ...]:
        """What is asked, but for the period, as a key."""
        return (
            self.programme.id, self.seen_by, self.narrowed, self.stretch_id, self.force, self.month, self.lead_unit_id,
        )  # fmt: skip

    @cached_property
    def is_joint(self) -> ColumnElement[bool]:
        """At least as many forces as the setting of that day asks."""
        return Patrol.force_count >= by_day(SettingKey.JOINT_MIN_FORCES, Patrol.patrolled_on, int)

    @property
    def scope_name(self) -> str:
        return self.narrowed.name if self.narrowed else self.seen_by.name


def by_day(key: str, column: ColumnElement[Any], convert: Any) -> ColumnElement[Any]:
    """The value a dated setting had on the day of each patrol, as an expression."""
    steps = setting_steps(key)
    whens = [(column >= since, convert(value)) for since, value in reversed(steps) if since > date.min]
    return case(*whens, else_=convert(steps[0][1])) if whens else convert(steps[0][1])


def personnel_of(personnel: Any, militia: Any) -> Any:
    """Lượt CBCS of a row: officers and soldiers, and militia where the setting of that day counts them in."""
    if (is_with_militia := _is_with_militia()) is None:
        return personnel
    return case((is_with_militia, func.coalesce(personnel, 0) + func.coalesce(militia, 0)), else_=personnel)


def lacks_personnel() -> ColumnElement[bool]:
    """Somebody's number is missing in the lượt CBCS of a patrol: of officers and soldiers, or of militia where the
    setting of that day counts them in."""
    lacks = Patrol.unknown_personnel > 0
    if (is_with_militia := _is_with_militia()) is None:
        return lacks
    return or_(lacks, and_(is_with_militia, Patrol.unknown_militia > 0))


def _is_with_militia() -> Any:
    """The setting of a patrol's day counts militia in, as an expression; None when it never did."""
    if {value for _, value in setting_steps(SettingKey.MILITIA_IN_PERSONNEL)} == {"no"}:
        return None
    return by_day(SettingKey.MILITIA_IN_PERSONNEL, Patrol.patrolled_on, str) == "yes"


def patrols_of(
    question: Question, period: Period | None = None, *, counted: bool = True
) -> list[ColumnElement[bool]]:
    """The patrols a question is about, of all its period or a part of it, before whether they are joint."""
    days = period or question.period
    conditions = [
        *([is_counted()] if counted else []),
        Patrol.patrolled_on.between(days.first, days.last),
        in_programme(question.programme.id),
        allows(question.seen_by),
    ]
    if question.narrowed:
        conditions.append(allows(question.narrowed))
    if question.stretch_id is not None:
        conditions.append(Patrol.stretch_id == question.stretch_id)
    if question.lead_unit_id is not None:
        conditions.append(Patrol.lead_unit_id == question.lead_unit_id)
    if question.month is not None:
        conditions.append(month_of(Patrol.patrolled_on) == f"{question.month:%Y-%m}")
    if question.force:
        conditions.append(force_took_part(question.force))
    return conditions


def findings_of(question: Question, period: Period | None = None) -> list[ColumnElement[bool]]:
    """The findings a question is about, of its patrols."""
    return [
        *patrols_of(question, period),
        question.is_joint,
        Finding.detected_via == DetectedVia.PATROL,
        Finding.is_withdrawn.is_(False),
    ]


# The sums, each as a statement whose first column is the month


def cells_of(question: Question, period: Period) -> Select[Any]:
    """The patrols in one pass over them, as Cell takes them."""
    groups = (
        month_of(Patrol.patrolled_on),
        Patrol.lead_unit_id,
        Patrol.lead_unit_name,
        Patrol.stretch_id,
        Patrol.stretch_name,
    )

    def count_if(condition: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.sum(case((condition, 1), else_=0))

    return (
        select(
            *groups,
            case((question.is_joint, 1), else_=0).label("joint"),
            func.count(Patrol.id),
            func.sum(personnel_of(Patrol.personnel_total, Patrol.militia_total)),
            count_if(lacks_personnel()),
            func.sum(Patrol.militia_total),
            count_if(Patrol.unknown_militia > 0),
            func.sum(Patrol.security_team_total),
            count_if(Patrol.unknown_security_team > 0),
            count_if(Patrol.force_count >= 3),
            count_if(Patrol.force_count == 2),
            count_if(Patrol.nothing_found),
            count_if(Patrol.status == UNCONFIRMED),
        )
        .where(*patrols_of(question, period))
        .group_by(*groups, text("joint"))
    )


def cell(month: str, lead_id: int, lead: str, stretch_id: int, stretch: str, joint: int, *sums: Any) -> Cell:
    first = date.fromisoformat(f"{month}-01")
    return Cell(first, lead_id, lead, stretch_id, stretch, bool(joint), *map(int, sums))


def finding_sums(question: Question, period: Period) -> Select[Any]:
    """Month, category, unit it is counted in, what is known, how many don't say, how many there are."""
    groups = (month_of(Patrol.patrolled_on), Finding.category_code, Measure.code)
    return (
        select(
            *groups,
            func.coalesce(func.sum(Measure.quantity), 0),
            func.count(Measure.id) - func.count(Measure.quantity),
            func.count(Measure.id),
        )
        .select_from(Finding)
        .join(Measure, Measure.finding_id == Finding.id)
        .join(Patrol, Patrol.id == Finding.patrol_id)
        .where(*findings_of(question, period))
        .group_by(*groups)
    )


def force_sums(question: Question, period: Period) -> Select[Any]:
    """Month, force, sorties it joined, its people, how many rows say how many went."""
    groups = (month_of(Patrol.patrolled_on), Attendance.force_code)
    return (
        select(
            *groups,
            func.count(func.distinct(case((is_present(), Patrol.id)))),
            func.coalesce(func.sum(personnel_of(Attendance.personnel, Attendance.militia)), 0),
            func.count(Attendance.personnel),
        )
        .select_from(Attendance)
        .join(Patrol, Patrol.id == Attendance.patrol_id)
        .where(*patrols_of(question, period), question.is_joint)
        .group_by(*groups)
    )


def walked_sums(question: Question, period: Period) -> Select[Any]:
    """Month, metres of the ways that count, how many patrols have one."""
    month = month_of(Patrol.patrolled_on)
    return (
        select(month, func.sum(PatrolTrack.distance_m), func.count())
        .select_from(PatrolTrack)
        .join(Patrol, Patrol.id == PatrolTrack.patrol_id)
        .where(PatrolTrack.is_counted, *patrols_of(question, period), question.is_joint)
        .group_by(month)
    )


def left_out_sums(question: Question, period: Period) -> Select[Any]:
    """Month, state, how many patrols no figure counts."""
    groups = (month_of(Patrol.patrolled_on), Patrol.status)
    return (
        select(*groups, func.count(Patrol.id))
        .where(*patrols_of(question, period, counted=False), ~is_counted())
        .group_by(*groups)
    )


# Kept in memory

MOST_KEPT = 4_000  # sums of one month, scope and kind; a page of a year takes 60


class Kept:
    """The values asked for last; beyond `most` the one not asked for the longest goes. Safe between threads."""

    def __init__(self, most: int):
        self.most = most
        self._values: OrderedDict[Hashable, list[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> list[Any] | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Hashable, value: list[Any]) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self.most:
                self._values.popitem(last=False)


Sums = Callable[[Question, Period], Select[Any]]
_kept: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()


def monthly(question: Question, sums: Sums, made: Callable[..., Any] | None = None) -> list[Any]:
    """The rows of one of the statements above over all months of a question: tuples without the month, or what `made`
    makes of the whole row."""
    marks = _marks(
        question.period
    )  # before the sums: newer sums under an older mark are read again, never believed
    if db.session.info.get(CHANGING):
        return [each for rows in _read(question, question.period, sums, made).values() for each in rows]
    kept = _kept.setdefault(db.engine, Kept(MOST_KEPT))
    rows: list[Any] = []
    missing: list[tuple[Period, Hashable]] = []
    for span in _months(question.period):
        month = span.first.replace(day=1)
        key = (sums, question.key, span, marks.get(month), marks.get(EVERY_MONTH))
        known = kept.get(key)
        if known is None:
            missing.append((span, key))
        else:
            rows += known
    for run in _runs(missing):
        found = _read(question, Period(run[0][0].first, run[-1][0].last), sums, made)
        for span, key in run:
            value = found.get(f"{span.first:%Y-%m}", [])
            kept.put(key, value)
            rows += value
    return rows


def _marks(period: Period) -> dict[date, Any]:
    of_months = MonthMark.month.between(period.first.replace(day=1), period.last)
    rows = db.session.execute(
        select(MonthMark.month, MonthMark.mark).where(or_(MonthMark.month == EVERY_MONTH, of_months))
    )
    return dict(rows.all())


def _read(
    question: Question, period: Period, sums: Sums, made: Callable[..., Any] | None
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in db.session.execute(sums(question, period)):
        found.setdefault(row[0], []).append(made(*row) if made else tuple(row[1:]))
    return found


def _months(period: Period) -> Iterator[Period]:
    """The months of a period, the first and the last cut to it."""
    first = period.first
    while first <= period.last:
        end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        yield Period(first, min(end, period.last))
        if end == date.max:
            return
        first = end + timedelta(days=1)


def _runs(missing: list[tuple[Period, Hashable]]) -> list[list[tuple[Period, Hashable]]]:
    """Months that follow one another are read together."""
    runs: list[list[tuple[Period, Hashable]]] = []
    for span, key in missing:
        if runs and runs[-1][-1][0].last + timedelta(days=1) == span.first:
            runs[-1].append((span, key))
        else:
            runs.append([(span, key)])
    return runs
