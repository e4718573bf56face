"""Reading commendations."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, true

from ..accounts.rules import Scope
from ..errors import NotFound
from ..extensions import db
from .models import Commendation
from .rules import Occasion, Recipient

RECIPIENTS = {"collectives": Recipient.COLLECTIVE, "individuals": Recipient.INDIVIDUAL}


def allows(seen_by: Scope) -> ColumnElement[bool]:
    """The commendations somebody may see: of his units' people, and those his units decided."""
    if seen_by.is_whole_system:
        return true()
    return or_(Commendation.unit_id.in_(seen_by.unit_ids), Commendation.decided_by_id.in_(seen_by.unit_ids))


def commendation_page(
    first: date | None,
    last: date | None,
    occasion: Occasion | None,
    *,
    seen_by: Scope,
    page: int = 1,
    per_page: int = 20,
) -> tuple[Sequence[Commendation], int]:
    """One page of the list by day of the occasion, newest first, and how many there are in all."""
    found = select(Commendation).where(allows(seen_by))
    if first is not None:
        found = found.where(Commendation.occasion_on >= first)
    if last is not None:
        found = found.where(Commendation.occasion_on <= last)
    if occasion is not None:
        found = found.where(Commendation.occasion == occasion)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return page_of(found, limit=per_page, offset=(page - 1) * per_page), total


def page_of(found: Select[tuple[Commendation]], *, limit: int, offset: int = 0) -> Sequence[Commendation]:
    return db.session.scalars(
        found.order_by(Commendation.occasion_on.desc(), Commendation.recipient, Commendation.id)
        .limit(limit)
        .offset(offset)
    ).all()


def commendation_to_open(commendation_id: int, *, seen_by: Scope) -> Commendation:
    """One commendation, or NotFound when it is out of sight."""
    found = db.session.scalar(select(Commendation).where(Commendation.id == commendation_id, allows(seen_by)))
    if found is None:
        raise NotFound
    return found


def commendation_by_client_id(client_id: UUID) -> Commendation | None:
    """The record a page named, whoever may see it: the caller checks the scope before showing any of it."""
    return db.session.scalar(select(Commendation).where(Commendation.client_id == client_id))


# Figures. `within` narrows to one unit's reach on top of what the viewer may see.


def counts(first: date, last: date, *, seen_by: Scope, within: Scope | None = None) -> dict[str, int]:
    """How many commendations each figure counts, by the last part of its key."""
    rows = dict(
        db.session.execute(
            select(Commendation.recipient, func.count(Commendation.id))
            .where(*_counted(first, last, seen_by, within))
            .group_by(Commendation.recipient)
        ).all()
    )
    return {name: rows.get(recipient, 0) for name, recipient in RECIPIENTS.items()}


def records_behind(
    name: str, first: date, last: date, *, seen_by: Scope, within: Scope | None = None
) -> Select[tuple[Commendation]]:
    """The commendations a figure counts, by the last part of its key."""
    return select(Commendation).where(
        *_counted(first, last, seen_by, within), Commendation.recipient == RECIPIENTS[name]
    )


def _counted(first: date, last: date, seen_by: Scope, within: Scope | None) -> list[ColumnElement[bool]]:
    return [
        Commendation.cancelled_because.is_(None),
        Commendation.occasion == Occasion.REVIEW,
        Commendation.occasion_on.between(first, last),
        allows(seen_by),
        *([allows(within)] if within else []),
    ]
