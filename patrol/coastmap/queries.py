"""What the map shows of a question. The figures beside it come from `totals`, from the same statement of patrols."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import selectinload

from ..accounts.models import Person
from ..accounts.rules import Scope
from ..extensions import db
from ..findings.models import Finding, Measure
from ..patrols.models import Patrol
from ..patrols.queries import opens
from ..totals.queries import Question, findings_behind, records_behind
from ..totals.rules import PATROL_FIGURES
from ..tracks.models import PatrolTrack
from ..tracks.queries import shows_tracks
from ..tracks.rules import Kind
from ..units.queries import forces, stretches, units
from .rules import Box, place_at

SORTIES = PATROL_FIGURES[0]


def patrols_of(question: Question) -> Select[tuple[Patrol]]:
    """The patrols the figure of sorties counts: the map and its table speak of these and no others."""
    return records_behind(question, SORTIES)


def _routes(question: Question, viewer: Person) -> list[ColumnElement[bool]]:
    return [
        shows_tracks(question.seen_by, viewer),
        PatrolTrack.kind == Kind.RECORDED,
        PatrolTrack.west.is_not(None),
    ]


def routes_of(
    question: Question, line: str, *, viewer: Person, inside: Box | None = None
) -> list[tuple[int, int, bytes]]:
    """Patrol, number of the force that led and stored line of every recorded way this person may see, oldest first."""
    number_of = {force.code: number for number, force in enumerate(forces())}
    force_of = {unit.id: number_of.get(str(unit.force_code), len(number_of)) for unit in units()}
    found = (
        patrols_of(question)
        .join(PatrolTrack, PatrolTrack.patrol_id == Patrol.id)
        .where(*_routes(question, viewer))
        .order_by(Patrol.patrolled_on, Patrol.id)
        .with_only_columns(Patrol.id, Patrol.lead_unit_id, getattr(PatrolTrack, line))
    )
    if inside is not None:
        west, south, east, north = inside
        found = found.where(
            PatrolTrack.west <= east,
            PatrolTrack.east >= west,
            PatrolTrack.south <= north,
            PatrolTrack.north >= south,
        )
    return [(patrol_id, force_of[lead], blob) for patrol_id, lead, blob in db.session.execute(found)]


def count_routes(question: Question, *, viewer: Person) -> int:
    """How many of the patrols have a recorded way this person may see."""
    found = (
        patrols_of(question)
        .join(PatrolTrack, PatrolTrack.patrol_id == Patrol.id)
        .where(*_routes(question, viewer))
        .with_only_columns(func.count(Patrol.id))
    )
    return db.session.scalar(found) or 0


@dataclass(frozen=True)
class Spot:
    """A finding on the map: what kind, where, of which patrol. Its words stay in the log."""

    category: str
    lat: float
    lon: float
    patrol_id: int


def spots_of(question: Question) -> tuple[list[Spot], int]:
    """Findings of patrols one may open, placed by their km on the line of their stretch; and how many have no place."""
    lines = {stretch.id: stretch.line for stretch in stretches()}
    rows = db.session.execute(
        findings_behind(question)
        .where(opens(question.seen_by))
        .order_by(Finding.id)
        .with_only_columns(Finding.category_code, Finding.km, Patrol.stretch_id, Patrol.id)
    )
    spots, nowhere = [], 0
    for category, km, stretch_id, patrol_id in rows:
        place = place_at(km, lines.get(stretch_id)) if km is not None else None
        if place is None:
            nowhere += 1
        else:
            spots.append(Spot(category, *place, patrol_id))
    return spots, nowhere


def patrols_at(ids: Sequence[int], *, question: Question) -> Sequence[Patrol]:
    """Those of these patrols that are on this map and that one may open, newest first."""
    return db.session.scalars(
        patrols_of(question)
        .where(Patrol.id.in_(ids), opens(question.seen_by))
        .options(selectinload(Patrol.attendance))
        .order_by(Patrol.patrolled_on.desc(), Patrol.started_at.desc(), Patrol.id.desc())
    ).all()


def ways_shown(patrols: Sequence[Patrol], *, seen_by: Scope, viewer: Person) -> dict[int, PatrolTrack]:
    """The recorded ways of these patrols that this person may see, without their lines."""
    ids = [patrol.id for patrol in patrols]
    found = db.session.scalars(
        select(PatrolTrack)
        .join(Patrol, Patrol.id == PatrolTrack.patrol_id)
        .where(Patrol.id.in_(ids), PatrolTrack.kind == Kind.RECORDED, shows_tracks(seen_by, viewer))
    )
    return {way.patrol_id: way for way in found}


def counts_of(
    patrols: Sequence[Patrol], *, seen_by: Scope
) -> dict[int, dict[str, list[tuple[str, float | None]]]]:
    """What these patrols found: category → (unit, how much or None), never added across categories."""
    ids = [patrol.id for patrol in patrols]
    rows = db.session.execute(
        select(
            Finding.patrol_id,
            Finding.category_name,
            Measure.code,
            func.sum(Measure.quantity),
        )
        .join(Measure, Measure.finding_id == Finding.id)
        .join(Patrol, Patrol.id == Finding.patrol_id)
        .where(
            Finding.patrol_id.in_(ids),
            Finding.is_withdrawn.is_(False),
            opens(seen_by),
        )
        .group_by(Finding.patrol_id, Finding.category_code, Finding.category_name, Measure.code)
        .order_by(func.min(Finding.position), func.min(Measure.id))
    )
    counts: dict[int, dict[str, list[tuple[str, float | None]]]] = {}
    for patrol_id, category, measure, quantity in rows:
        counts.setdefault(patrol_id, {}).setdefault(category, []).append((measure, quantity))
    return counts


SORTS = {
    "moi-nhat": (Patrol.patrolled_on.desc(), Patrol.started_at.desc(), Patrol.id.desc()),
    "cu-nhat": (Patrol.patrolled_on, Patrol.started_at, Patrol.id),
    "quan-so": (Patrol.personnel_total.desc(), Patrol.patrolled_on.desc(), Patrol.id.desc()),
    "tuyen": (Patrol.stretch_name, Patrol.patrolled_on.desc(), Patrol.id.desc()),
    "chu-tri": (Patrol.lead_unit_name, Patrol.patrolled_on.desc(), Patrol.id.desc()),
    "quang-duong": (
        func.coalesce(PatrolTrack.distance_m, -1).desc(),
        Patrol.patrolled_on.desc(),
        Patrol.id.desc(),
    ),
}


def table_of(question: Question, *, viewer: Person, sort: str, limit: int, offset: int) -> Sequence[Patrol]:
    """One page of the patrols on the map in the wished order; by distance only as far as ways may be seen."""
    way = and_(
        PatrolTrack.patrol_id == Patrol.id,
        PatrolTrack.kind == Kind.RECORDED,
        shows_tracks(question.seen_by, viewer),
    )
    return db.session.scalars(
        patrols_of(question)
        .outerjoin(PatrolTrack, way)
        .options(selectinload(Patrol.attendance))
        .order_by(*SORTS[sort])
        .limit(limit)
        .offset(offset)
    ).all()
