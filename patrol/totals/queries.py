"""The one place where a figure is computed. Map, pages, files and the command line only show what comes from here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, text
from sqlalchemy.orm import selectinload

from .. import wording
from ..accounts.rules import Scope
from ..commendations import queries as commendations
from ..db import month_of
from ..extensions import db
from ..findings.models import Finding, Measure
from ..findings.queries import categories
from ..findings.rules import DetectedVia
from ..patrols.models import Attendance, Patrol
from ..patrols.queries import allows, force_took_part, in_programme, is_counted, is_present, latest_of
from ..patrols.rules import FORCES_FOR_JOINT, UNCONFIRMED
from ..schemes import queries as schemes
from ..tips import queries as tips
from ..tracks.queries import distance_walked
from ..units.models import Programme
from ..units.queries import forces as every_force, setting_steps, units
from .rules import (
    DISTANCE,
    STOCK_FIGURES,
    Cell,
    Definition,
    Figure,
    Line,
    Period,
    added,
    finding_figures,
    lines,
    numbers,
    patrol_figures,
    tip_figures,
)


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
    def scope_name(self) -> str:
        return self.narrowed.name if self.narrowed else self.seen_by.name


def by_day(key: str, default: str, column: ColumnElement[Any], convert: Any) -> ColumnElement[Any]:
    """The value a dated setting had on the day of each patrol, as an expression."""
    steps = setting_steps(key, default)
    whens = [(column >= since, convert(value)) for since, value in reversed(steps) if since > date.min]
    return case(*whens, else_=convert(steps[0][1])) if whens else convert(steps[0][1])


def is_joint() -> ColumnElement[bool]:
    """At least as many forces as the setting of that day asks."""
    return Patrol.force_count >= by_day("joint_min_forces", str(FORCES_FOR_JOINT), Patrol.patrolled_on, int)


def personnel_of(personnel: Any, militia: Any) -> Any:
    """Lượt CBCS of a row: officers and soldiers, and militia where the setting of that day counts them in."""
    counted_in = {value for _, value in setting_steps("militia_in_personnel", "no")}
    if counted_in == {"no"}:
        return personnel
    with_militia = func.coalesce(personnel, 0) + func.coalesce(militia, 0)
    return case(
        (by_day("militia_in_personnel", "no", Patrol.patrolled_on, str) == "yes", with_militia),
        else_=personnel,
    )


def _of(question: Question, *, counted: bool = True) -> list[ColumnElement[bool]]:
    """The patrols a question is about, before whether they are joint."""
    conditions = [
        *([is_counted()] if counted else []),
        Patrol.patrolled_on.between(question.period.first, question.period.last),
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


@dataclass(frozen=True)
class Answer:
    """The figures of a question by key, and the cells their tables are made of."""

    question: Question
    figures: dict[str, Figure]
    cells: list[Cell]

    def __getitem__(self, key: str) -> Figure:
        return self.figures[key]

    @property
    def unconfirmed(self) -> int:
        """How many of the sorties still lack a confirmation."""
        return int(self["patrol.unconfirmed"].value or 0)

    def of(self, category: str, measure: str) -> Figure | None:
        """The figure of a category in one unit, or None when it isn't counted in that unit."""
        return self.figures.get(f"finding.{category}.{measure}")

    def of_category(self, category: str) -> list[Figure]:
        return [figure for figure in self.figures.values() if figure.definition.category == category]


def figures(question: Question) -> Answer:
    """Every figure of the catalogue for this question."""
    answer = running_totals(question)
    distance = _distance(question, sorties=answer["patrol.sorties"].records)
    more = {DISTANCE.key: distance} | _finding_figures(question) | _register_figures(question)
    return replace(answer, figures=answer.figures | more)


def _distance(question: Question, *, sorties: int) -> Figure:
    """The metres walked as far as they were recorded; every other sortie is unknown."""
    metres, recorded = distance_walked(*_of(question), is_joint())
    unknown = sorties - recorded
    return Figure(DISTANCE, added(metres, unknown=unknown, records=sorties), unknown, sorties)


def running_totals(question: Question) -> Answer:
    """The figures of patrols alone: what a first page shows."""
    cells = _cells(question)
    return Answer(question, patrol_figures(cells), cells)


def _cells(question: Question) -> list[Cell]:
    """The patrols of a question in one pass over them."""
    joint = is_joint()
    groups = (
        month_of(Patrol.patrolled_on),
        Patrol.lead_unit_id,
        Patrol.lead_unit_name,
        Patrol.stretch_id,
        Patrol.stretch_name,
    )

    def count_if(condition: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.sum(case((condition, 1), else_=0))

    rows = db.session.execute(
        select(
            *groups,
            case((joint, 1), else_=0).label("joint"),
            func.count(Patrol.id),
            func.sum(personnel_of(Patrol.personnel_total, Patrol.militia_total)),
            count_if(Patrol.unknown_personnel > 0),
            func.sum(Patrol.militia_total),
            count_if(Patrol.unknown_militia > 0),
            func.sum(Patrol.security_team_total),
            count_if(Patrol.unknown_security_team > 0),
            count_if(Patrol.force_count >= 3),
            count_if(Patrol.force_count == 2),
            count_if(Patrol.nothing_found),
            count_if(Patrol.status == UNCONFIRMED),
        )
        .where(*_of(question))
        .group_by(*groups, text("joint"))
    )
    return [
        Cell(
            date.fromisoformat(f"{month}-01"),
            lead_id,
            lead,
            stretch_id,
            stretch,
            bool(is_joint),
            *map(int, sums),
        )
        for month, lead_id, lead, stretch_id, stretch, is_joint, *sums in rows
    ]


def _finding_figures(question: Question) -> dict[str, Figure]:
    found = {
        (category, measure): (known, unknown, records)
        for category, measure, known, unknown, records in db.session.execute(
            select(
                Finding.category_code,
                Measure.code,
                func.sum(Measure.quantity),
                func.sum(case((Measure.quantity.is_(None), 1), else_=0)),
                func.count(Measure.id),
            )
            .join(Measure, Measure.finding_id == Finding.id)
            .join(Patrol, Patrol.id == Finding.patrol_id)
            .where(*_of_findings(question))
            .group_by(Finding.category_code, Measure.code)
        )
    }
    definitions = finding_definitions(extra=found)
    return {
        definition.key: Figure(
            definition,
            added(known, unknown=unknown, records=records),
            unknown,
            records,
        )
        for definition in definitions
        for known, unknown, records in [found.get((definition.category, definition.measure), (0, 0, 0))]
    }


def _register_figures(question: Question) -> dict[str, Figure]:
    """Of tips none at all for a viewer to whom there are none: a zero would be a statement too."""
    if question.stretch_id or question.force or question.month or question.lead_unit_id:
        return {}  # narrowed by what only patrols have
    asked = question.of_registers
    found = numbers(STOCK_FIGURES, schemes.counts(**asked) | commendations.counts(**asked))
    if question.seen_by.reads_tips:
        definitions = tip_figures(every_force(), categories(), wording.MEASURE)
        found |= numbers(definitions, tips.counts(**asked), tips.case_sums(**asked))
    return found


def _of_findings(question: Question) -> list[ColumnElement[bool]]:
    return [
        *_of(question),
        is_joint(),
        Finding.detected_via == DetectedVia.PATROL,
        Finding.is_withdrawn.is_(False),
    ]


def finding_definitions(*, extra: Any = ()) -> list[Definition]:
    """The finding figures of the whole catalogue, and of units that records carry beyond it."""
    catalogue = [(category.code, category.name, list(category.measures)) for category in categories()]
    for code, _, measures in catalogue:
        measures.extend(unit for kind, unit in extra if kind == code and unit not in measures)
    return finding_figures(catalogue, wording.MEASURE)


def by_month(answer: Answer) -> list[Line]:
    """Sorties and personnel of each month that has any; they add up to the period."""
    return lines(
        answer.cells,
        key=lambda cell: cell.month,
        label=lambda cell: wording.month(cell.month),
        where=lambda cell: {"thang": f"{cell.month:%Y-%m}"},
    )


def by_lead_unit(answer: Answer) -> list[Line]:
    """By the unit that led, under the name it had then; they add up to the period."""
    return lines(
        answer.cells,
        key=lambda cell: cell.lead_unit_id,
        label=lambda cell: cell.lead_unit_name,
        where=lambda cell: {"chu-tri": cell.lead_unit_id},
    )


def by_stretch(answer: Answer) -> list[Line]:
    """By stretch of coast; every patrol has one, so they add up to the period."""
    return lines(
        answer.cells,
        key=lambda cell: cell.stretch_id,
        label=lambda cell: cell.stretch_name,
        where=lambda cell: {"tuyen": cell.stretch_id},
    )


@dataclass(frozen=True)
class ForceLine:
    """One force: how many sorties it led and joined, and how many of its people went.

    `led` and `personnel` add up to the period. `joined` doesn't: a joint sortie has several forces.
    """

    code: str
    name: str
    led: int
    joined: int
    personnel: int
    counted: int  # in how many sorties somebody wrote down how many of its people went

    @property
    def known_personnel(self) -> int | None:
        """None when it went and nobody ever wrote down how many."""
        return None if self.joined and not self.counted and not self.personnel else self.personnel


def by_force(answer: Answer, forces: Sequence[Any]) -> list[ForceLine]:
    """The forces in their order of protocol."""
    force_of = {unit.id: unit.force_code for unit in units()}
    led: Counter[str] = Counter()
    for line in by_lead_unit(answer):
        led[force_of[int(line.where["chu-tri"])]] += line.sorties
    personnel = personnel_of(Attendance.personnel, Attendance.militia)
    joined = {
        code: (sorties, people, counted)
        for code, sorties, people, counted in db.session.execute(
            select(
                Attendance.force_code,
                func.count(func.distinct(case((is_present(), Patrol.id)))),
                func.coalesce(func.sum(personnel), 0),
                func.count(Attendance.personnel),
            )
            .join(Patrol, Patrol.id == Attendance.patrol_id)
            .where(*_of(answer.question), is_joint())
            .group_by(Attendance.force_code)
        )
    }
    return [
        ForceLine(force.code, force.name, led[force.code], *map(int, joined.get(force.code, (0, 0, 0))))
        for force in forces
        if force.code in led or force.code in joined
    ]


def left_out(question: Question) -> dict[str, int]:
    """Patrols of the same programme, period and scope that no figure counts, by state."""
    rows = db.session.execute(
        select(Patrol.status, func.count(Patrol.id))
        .where(*_of(question, counted=False), ~is_counted())
        .group_by(Patrol.status)
    )
    return dict(rows.all())


def findings_behind(question: Question) -> Select[Any]:
    """Every finding that counts, whatever it is counted in."""
    return select(Finding).join(Patrol, Patrol.id == Finding.patrol_id).where(*_of_findings(question))


def records_behind(question: Question, definition: Definition) -> Select[Any]:
    """The records a figure is made of, as a statement to page through; their number is its `records`."""
    if definition.register:
        room: Any = {"tips": tips, "schemes": schemes, "commendations": commendations}[definition.register]
        return room.records_behind(definition.name_in_register, **question.of_registers)
    if definition.category:
        return (
            findings_behind(question)
            .join(Measure, Measure.finding_id == Finding.id)
            .where(
                Finding.category_code == definition.category,
                Measure.code == definition.measure,
            )
        )
    extra: dict[str, ColumnElement[bool]] = {
        "patrol.three_forces": and_(is_joint(), Patrol.force_count >= 3),
        "patrol.two_forces": and_(is_joint(), Patrol.force_count == 2),
        "patrol.single_force": ~is_joint(),
        "patrol.unconfirmed": and_(is_joint(), Patrol.status == UNCONFIRMED),
        "patrol.nothing_found": and_(is_joint(), Patrol.nothing_found),
    }
    return select(Patrol).where(*_of(question), extra.get(definition.key, is_joint()))


def page_of_records(
    question: Question, definition: Definition, *, page: int, per_page: int
) -> tuple[Sequence[Finding], Sequence[Patrol]]:
    """One page of what a figure is made of, newest first: findings with their patrols, or patrols alone."""
    behind = records_behind(question, definition)
    if not definition.category:
        return [], latest_of(behind, limit=per_page, offset=(page - 1) * per_page)
    found = db.session.scalars(
        behind.options(
            selectinload(Finding.patrol), selectinload(Finding.measures), selectinload(Finding.outcomes)
        )
        .order_by(Finding.found_on.desc(), Finding.id.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    ).all()
    return found, [finding.patrol for finding in found if finding.patrol]
