"""The one place where a figure is computed. Map, pages, files and the command line only show what comes from here."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import selectinload

from .. import wording
from ..commendations import queries as commendations
from ..extensions import db
from ..findings.models import Category, Finding, Measure
from ..findings.queries import categories
from ..patrols.models import Patrol
from ..patrols.queries import latest_of
from ..patrols.rules import UNCONFIRMED
from ..schemes import queries as schemes
from ..tips import queries as tips
from ..units.queries import forces as every_force, units
from .months import (
    Question,
    cell,
    cells_of,
    finding_sums,
    findings_of,
    force_sums,
    left_out_sums,
    monthly,
    patrols_of,
    walked_sums,
)
from .rules import (
    DISTANCE,
    STOCK_FIGURES,
    Cell,
    Definition,
    Figure,
    Line,
    added,
    finding_figures,
    lines,
    numbers,
    patrol_figures,
    tip_figures,
)


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
    answer, catalogue = running_totals(question), categories()
    distance = _distance(question, sorties=answer["patrol.sorties"].records)
    more = {DISTANCE.key: distance}
    more |= _finding_figures(question, catalogue) | _register_figures(question, catalogue)
    return replace(answer, figures=answer.figures | more)


def _distance(question: Question, *, sorties: int) -> Figure:
    """The metres walked as far as they were recorded; every other sortie is unknown."""
    months = monthly(question, walked_sums)
    unknown = sorties - sum(recorded for _, recorded in months)
    metres = int(sum(metres for metres, _ in months))
    return Figure(DISTANCE, added(metres, unknown=unknown, records=sorties), unknown, sorties)


def _added_by_name(rows: Iterable[Sequence[Any]], *, names: int) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Rows of some names and then numbers, added up over the months: names → sums."""
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        name, sums = tuple(row[:names]), tuple(row[names:])
        found[name] = tuple(map(add, found[name], sums)) if name in found else sums
    return found


def running_totals(question: Question) -> Answer:
    """The figures of patrols alone: what a first page shows."""
    cells = monthly(question, cells_of, cell)
    return Answer(question, patrol_figures(cells), cells)


def _finding_figures(question: Question, catalogue: Sequence[Category]) -> dict[str, Figure]:
    found = _added_by_name(monthly(question, finding_sums), names=2)
    definitions = _finding_definitions(catalogue, extra=found)
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


def _register_figures(question: Question, catalogue: Sequence[Category]) -> dict[str, Figure]:
    """Of tips none at all for a viewer to whom there are none: a zero would be a statement too."""
    if question.stretch_id or question.force or question.month or question.lead_unit_id:
        return {}  # narrowed by what only patrols have
    asked = question.of_registers
    found = numbers(STOCK_FIGURES, schemes.counts(**asked) | commendations.counts(**asked))
    if question.seen_by.reads_tips:
        definitions = tip_figures(every_force(), catalogue, wording.MEASURE)
        found |= numbers(definitions, tips.counts(**asked), tips.case_sums(**asked))
    return found


def _finding_definitions(catalogue: Sequence[Category], *, extra: Any) -> list[Definition]:
    """The finding figures of the whole catalogue, and of units that records carry beyond it."""
    counted_in = [(category.code, category.name, list(category.measures)) for category in catalogue]
    for code, _, measures in counted_in:
        measures.extend(unit for kind, unit in extra if kind == code and unit not in measures)
    return finding_figures(counted_in, wording.MEASURE)


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
    joined = _added_by_name(monthly(answer.question, force_sums), names=1)
    return [
        ForceLine(force.code, force.name, led[force.code], *map(int, joined.get((force.code,), (0, 0, 0))))
        for force in forces
        if force.code in led or (force.code,) in joined
    ]


def left_out(question: Question) -> dict[str, int]:
    """Patrols of the same programme, period and scope that no figure counts, by state."""
    found: Counter[str] = Counter()
    for status, patrols in monthly(question, left_out_sums):
        found[status] += patrols
    return dict(found)


def findings_behind(question: Question) -> Select[Any]:
    """Every finding that counts, whatever it is counted in."""
    return select(Finding).join(Patrol, Patrol.id == Finding.patrol_id).where(*findings_of(question))


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
        "patrol.three_forces": and_(question.is_joint, Patrol.force_count >= 3),
        "patrol.two_forces": and_(question.is_joint, Patrol.force_count == 2),
        "patrol.single_force": ~question.is_joint,
        "patrol.unconfirmed": and_(question.is_joint, Patrol.status == UNCONFIRMED),
        "patrol.nothing_found": and_(question.is_joint, Patrol.nothing_found),
    }
    return select(Patrol).where(*patrols_of(question), extra.get(definition.key, question.is_joint))


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
