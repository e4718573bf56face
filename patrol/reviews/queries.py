"""Reading conferences and calendars, and gathering everything a review is written from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from .. import clock, wording
from ..accounts.rules import Scope
from ..exports.queries import counting_rules, findings_of, listed
from ..exports.rules import Listed
from ..extensions import db
from ..findings.models import Category, Finding, Measure, Outcome
from ..findings.queries import categories
from ..findings.rules import MeasureCode, OutcomeCode
from ..patrols.models import Patrol
from ..patrols.queries import allows, in_programme, is_counted
from ..sheets.tables import Moved
from ..totals import queries as totals
from ..totals.queries import Answer, ForceLine, Question
from ..totals.rules import Cell, Line, Period, lines
from ..units import queries as register
from ..units.models import Area, StretchArea, Unit, UnitArea, UnitSuccession
from ..units.rules import holds_on
from .models import DeclaredFigure, ReportingCalendar, Review
from .rules import Declared, covers, heir_of, so_far, year_before


def calendars() -> Sequence[ReportingCalendar]:
    """Every reporting calendar, in its order."""
    return db.session.scalars(
        select(ReportingCalendar).order_by(ReportingCalendar.position, ReportingCalendar.id)
    ).all()


def reviews() -> Sequence[Review]:
    """Every conference, the latest first. They belong to all forces; their figures are cut to the reader."""
    return db.session.scalars(
        select(Review)
        .options(selectinload(Review.programme), selectinload(Review.unit))
        .order_by(Review.held_on.desc(), Review.id.desc())
    ).all()


def review_by_id(review_id: int) -> Review | None:
    return db.session.get(Review, review_id)


def review_by_client_id(client_id: UUID) -> Review | None:
    return db.session.scalar(select(Review).where(Review.client_id == client_id))


def declaration_by_client_id(client_id: UUID) -> DeclaredFigure | None:
    return db.session.scalar(select(DeclaredFigure).where(DeclaredFigure.client_id == client_id))


def declarations(*, seen_by: Scope) -> Sequence[DeclaredFigure]:
    """What was declared for units in reach, withdrawn ones too: the latest period first, then as entered."""
    return db.session.scalars(
        select(DeclaredFigure)
        .where(DeclaredFigure.unit_id.in_(seen_by.unit_ids))
        .options(selectinload(DeclaredFigure.unit), selectinload(DeclaredFigure.programme))
        .order_by(DeclaredFigure.period_first.desc(), DeclaredFigure.id)
    ).all()


def declaration(declaration_id: int, *, seen_by: Scope) -> DeclaredFigure | None:
    return db.session.scalar(
        select(DeclaredFigure).where(
            DeclaredFigure.id == declaration_id, DeclaredFigure.unit_id.in_(seen_by.unit_ids)
        )
    )


def declared(question: Question, unit_id: int) -> dict[str, Declared]:
    """What was declared of a unit for exactly these days and this programme; the newest word on each figure."""
    narrowing = (question.stretch_id, question.force or None, question.month, question.lead_unit_id)
    if any(each is not None for each in narrowing) or unit_id not in question.seen_by.unit_ids:
        return {}
    rows = db.session.scalars(
        select(DeclaredFigure)
        .where(
            DeclaredFigure.unit_id == unit_id,
            DeclaredFigure.programme_id == question.programme.id,
            DeclaredFigure.period_first == question.period.first,
            DeclaredFigure.period_last == question.period.last,
            DeclaredFigure.withdrawn_at.is_(None),
        )
        .order_by(DeclaredFigure.id)
    )
    return {row.key: Declared(_whole(row.value), row.source) for row in rows}


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else value


def log_begins(question: Question) -> date | None:
    """The day of the first patrol that counts for this programme and scope."""
    counted = [is_counted(), in_programme(question.programme.id), allows(question.seen_by)]
    if question.narrowed:
        counted.append(allows(question.narrowed))
    return db.session.scalar(
        select(Patrol.patrolled_on).where(*counted).order_by(Patrol.patrolled_on).limit(1)
    )


def not_stated(question: Question, answer: Answer) -> int:
    """Sorties of which nobody wrote whether anything was found."""
    found = (
        select(Finding.id)
        .where(Finding.patrol_id == Patrol.id, Finding.is_withdrawn.is_(False))
        .correlate(Patrol)
        .exists()
    )
    behind = totals.records_behind(question, answer["patrol.sorties"].definition)
    silent = behind.where(Patrol.nothing_found.is_(False), ~found)
    return (
        db.session.scalar(select(func.count()).select_from(silent.with_only_columns(Patrol.id).subquery()))
        or 0
    )


def dispersed_sites(question: Question, answer: Answer) -> dict[str, int]:
    """Category → how many of its findings of sites (tụ điểm) were dispersed."""
    was_dispersed = select(Outcome.finding_id).where(
        Outcome.code == OutcomeCode.DISPERSED, Outcome.is_withdrawn.is_(False)
    )
    return {
        figure.definition.category: db.session.scalar(
            select(func.count()).select_from(
                totals.records_behind(question, figure.definition)
                .where(Finding.id.in_(was_dispersed))
                .with_only_columns(Measure.id)
                .subquery()
            )
        )
        or 0
        for figure in answer.figures.values()
        if figure.definition.measure == MeasureCode.SITES and figure.definition.category and figure.records
    }


def heirs_today(unit_ids: Sequence[int]) -> dict[int, tuple[Unit, ...]]:
    """Unit → who stands for it today."""
    today = clock.today()
    everyone = {unit.id: unit for unit in register.units()}
    successors: dict[int, list[int]] = defaultdict(list)
    for predecessor_id, successor_id in db.session.execute(
        select(UnitSuccession.predecessor_id, UnitSuccession.successor_id).where(
            UnitSuccession.since <= today
        )
    ):
        successors[predecessor_id].append(successor_id)
    current = frozenset(
        unit.id for unit in everyone.values() if holds_on(unit.valid_from, unit.valid_to, today)
    )
    coastal = frozenset(
        db.session.scalars(
            select(UnitArea.unit_id)
            .join(StretchArea, StretchArea.area_id == UnitArea.area_id)
            .where(
                UnitArea.kind == "jurisdiction",
                UnitArea.valid_from <= today,
                or_(UnitArea.valid_to.is_(None), UnitArea.valid_to >= today),
                StretchArea.valid_from <= today,
                or_(StretchArea.valid_to.is_(None), StretchArea.valid_to >= today),
            )
        )
    )
    return {
        unit_id: tuple(
            everyone[heir]
            for heir in sorted(
                heir_of(unit_id, successors, current=current, on_the_coast=coastal),
                key=lambda each: (everyone[each].position, each),
            )
        )
        for unit_id in unit_ids
    }


def by_unit_of_today(answer: Answer) -> list[Line]:
    """By the unit that stands today for the one that led; the same sums in other lines."""
    heirs = heirs_today(sorted({cell.lead_unit_id for cell in answer.cells}))
    return lines(
        answer.cells,
        key=lambda cell: tuple((unit.position, unit.id) for unit in heirs[cell.lead_unit_id]),
        label=lambda cell: " và ".join(unit.name for unit in heirs[cell.lead_unit_id]),
        where=lambda _cell: {},
    )


@dataclass(frozen=True)
class Material:
    """Everything a review is written from: this period, the same days a year before, and the tables."""

    answer: Answer
    before: Answer
    declared: dict[str, Declared]
    log_begins: date | None
    months: list[Line]
    forces: list[ForceLine]
    units_then: list[Line]
    units_now: list[Line]
    stretches: list[Line]
    areas: list[Line]
    left_out: dict[str, int]
    not_stated: int
    dispersed: dict[str, int]
    categories: Sequence[Category]
    as_of: datetime
    is_demo: bool
    whole_period: Period  # the one asked for; the answer stops at today while it still goes on

    @property
    def question(self) -> Question:
        return self.answer.question

    @property
    def scope_name(self) -> str:
        """Whose figures these are, and whether the reader sees only a part of them."""
        asked, seen_by = self.question.narrowed, self.question.seen_by
        if asked is None or seen_by.is_whole_system or asked.unit_ids <= seen_by.unit_ids:
            return self.question.scope_name
        return f"{asked.name}, phần {seen_by.name} được xem"

    @property
    def is_running(self) -> bool:
        """Whether the period asked for goes on after today."""
        return self.whole_period != self.question.period

    @property
    def before_period(self) -> Period:
        return self.before.question.period

    @property
    def is_covered(self) -> bool:
        """Whether the log reaches back over the whole of the period compared with."""
        return covers(self.log_begins, self.before_period)


def material(question: Question, *, unit_id: int) -> Material:
    """Gather a review of this question; declared figures are those of the unit."""
    now = clock.now()
    answer = totals.figures(replace(question, period=so_far(question.period, clock.local_day(now))))
    before_question = replace(question, period=year_before(answer.question.period))
    return Material(
        answer=answer,
        before=totals.figures(before_question),
        declared=declared(before_question, unit_id),
        log_begins=log_begins(question),
        months=totals.by_month(answer),
        forces=totals.by_force(answer, register.forces()),
        units_then=totals.by_lead_unit(answer),
        units_now=by_unit_of_today(answer),
        stretches=totals.by_stretch(answer),
        areas=by_area(answer),
        left_out=totals.left_out(answer.question),
        not_stated=not_stated(answer.question, answer),
        dispersed=dispersed_sites(answer.question, answer),
        categories=categories(),
        as_of=now,
        is_demo=register.is_demo(),
        whole_period=question.period,
    )


@dataclass(frozen=True)
class Sources:
    """The patrols and findings behind the figures, to be walked through once, and how many of each there are."""

    patrols: Iterable[Listed]
    patrol_count: int
    findings: Iterable[Finding]
    finding_count: int
    rules: str  # by which it was counted, in words


def sources(answer: Answer) -> Sources:
    """Every sortie counted and every finding of one, oldest first. Raises Moved when the figures moved meanwhile."""
    question = answer.question
    sorties = answer["patrol.sorties"]
    behind = totals.records_behind(question, sorties.definition)
    patrols, patrol_count = listed(behind, seen_by=question.seen_by)
    if patrol_count != sorties.records:
        raise Moved
    findings, finding_count = findings_of(totals.findings_behind(question))
    return Sources(patrols, patrol_count, findings, finding_count, counting_rules(question.period.last))


def by_area(answer: Answer) -> list[Line]:
    """By the area in which the stretch lay in the month of the patrol. Every patrol stands on one line: a stretch that
    lies in several areas has a line of its own that names them all, one that lies in none says so."""
    lies_in: dict[int, list[tuple[StretchArea, Area]]] = defaultdict(list)
    rows = db.session.execute(
        select(StretchArea, Area).join(Area, Area.id == StretchArea.area_id).order_by(Area.name, Area.id)
    )
    for link, area in rows:
        lies_in[link.stretch_id].append((link, area))

    def label(cell: Cell) -> str:
        last = clock.month_end(cell.month)
        names = [
            area.name
            for link, area in lies_in[cell.stretch_id]
            if holds_on(link.valid_from, link.valid_to, last)
        ]
        return "; ".join(names) or "Tuyến chưa gắn với địa bàn nào"

    return lines(answer.cells, key=label, label=label, where=lambda _cell: {})


def asked_words(question: Question) -> str:
    """How a question was narrowed, in words: for the last lines of a file."""
    stretch = next((each.name for each in register.stretches() if each.id == question.stretch_id), "")
    lead = next((each.name for each in register.units() if each.id == question.lead_unit_id), "")
    force = next((each.name for each in register.forces() if each.code == question.force), "")
    parts = [
        f"chương trình {question.programme.name}",
        f"tuyến {stretch}" if stretch else "",
        f"đơn vị chủ trì {lead}" if lead else "",
        f"lực lượng {force}" if force else "",
        wording.month(question.month).lower() if question.month else "",
    ]
    return "; ".join(part for part in parts if part)
