"""Reading findings and the catalogue of what they can be."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_, select, true
from sqlalchemy.orm import selectinload

from .. import clock
from ..accounts.rules import Scope
from ..errors import NotFound
from ..extensions import db
from ..patrols.models import Patrol
from ..patrols.queries import opens
from .models import Category, Finding, Outcome
from .rules import DetectedVia


def categories(*, on: date | None = None) -> Sequence[Category]:
    """The catalogue in its order: of one day, or (no day) the newest version begun of every code there ever was."""
    wanted = select(Category).order_by(Category.position, Category.valid_from)
    if on is None:
        wanted = wanted.where(Category.valid_from <= clock.today())
    else:
        wanted = wanted.where(
            Category.valid_from <= on, or_(Category.valid_to.is_(None), Category.valid_to >= on)
        )
    newest = {category.code: category for category in db.session.scalars(wanted)}
    return sorted(newest.values(), key=lambda category: category.position)


def every_finding_of(patrol: Patrol) -> Sequence[Finding]:
    """Those taken off the patrol again too: each keeps its record, and may come back to it."""
    return db.session.scalars(select(Finding).where(Finding.patrol_id == patrol.id)).all()


def finding_to_open(finding_id: int, *, seen_by: Scope) -> Finding:
    """One finding, whole: of a patrol the viewer may open, or kept by his units. NotFound for every other."""
    kept_by_his: ColumnElement[bool] = (
        true() if seen_by.is_whole_system else Finding.unit_id.in_(seen_by.unit_ids)
    )
    if not seen_by.reads_tips:  # nobody else learns of a tip, nor of what came of it
        kept_by_his = and_(kept_by_his, Finding.detected_via != DetectedVia.TIP)
    found = db.session.scalar(
        select(Finding)
        .outerjoin(Patrol, Patrol.id == Finding.patrol_id)
        .where(
            Finding.id == finding_id, case((Finding.patrol_id.is_(None), kept_by_his), else_=opens(seen_by))
        )
    )
    if found is None:
        raise NotFound
    return found


def every_outcome_of(findings: Sequence[Finding]) -> Sequence[Outcome]:
    """The steps of these findings, those taken back too, in the order they happened."""
    ids = [finding.id for finding in findings]
    return db.session.scalars(
        select(Outcome).where(Outcome.finding_id.in_(ids)).order_by(Outcome.happened_on, Outcome.id)
    ).all()


def finding_by_client_id(client_id: UUID) -> Finding | None:
    """The record a page named, whoever may see it: the caller checks the scope before showing any of it."""
    return db.session.scalar(select(Finding).where(Finding.client_id == client_id))


def findings_of(patrol: Patrol) -> list[Finding]:
    """The findings of a patrol the caller was allowed to open, in the order they were written."""
    return list(
        db.session.scalars(
            select(Finding)
            .where(Finding.patrol_id == patrol.id, Finding.is_withdrawn.is_(False))
            .order_by(Finding.position)
        )
    )


def findings_of_many(patrols: Sequence[Patrol]) -> dict[int, list[Finding]]:
    """The findings of patrols the caller was allowed to open, by patrol, with their measures and outcomes."""
    found: dict[int, list[Finding]] = {}
    wanted = (
        select(Finding)
        .where(Finding.patrol_id.in_([patrol.id for patrol in patrols]), Finding.is_withdrawn.is_(False))
        .options(selectinload(Finding.measures), selectinload(Finding.outcomes))
        .order_by(Finding.patrol_id, Finding.position)
    )
    for finding in db.session.scalars(wanted):
        if finding.patrol_id is not None:
            found.setdefault(finding.patrol_id, []).append(finding)
    return found
