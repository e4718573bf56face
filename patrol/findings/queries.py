"""Reading findings and the catalogue of what they can be."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from .. import clock
from ..extensions import db
from ..patrols.models import Patrol
from .models import Category, Finding


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
