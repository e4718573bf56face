"""Reading models: a stock at the end of a day, and what began and ended between two days."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from ..accounts.rules import Scope
from ..errors import NotFound
from ..extensions import db
from .models import Scheme, SchemeKind
from .rules import SchemeFilter, Standing


def allows(seen_by: Scope) -> ColumnElement[bool]:
    """The models somebody may see: his units answer for them, or they lie in an area granted to him."""
    if seen_by.is_whole_system:
        return true()
    return or_(Scheme.unit_id.in_(seen_by.unit_ids), Scheme.area_id.in_(seen_by.area_ids))


def active_on(day: date) -> ColumnElement[bool]:
    """As `rules.is_active`."""
    return and_(Scheme.founded_on <= day, or_(Scheme.ended_on.is_(None), Scheme.ended_on > day))


def kinds(*, on: date | None = None) -> Sequence[SchemeKind]:
    """The list of kinds in its order: of one day, or (no day) the newest version of every code there ever was."""
    wanted = select(SchemeKind).order_by(SchemeKind.position, SchemeKind.valid_from)
    if on is not None:
        wanted = wanted.where(
            SchemeKind.valid_from <= on, or_(SchemeKind.valid_to.is_(None), SchemeKind.valid_to >= on)
        )
    newest = {kind.code: kind for kind in db.session.scalars(wanted)}
    return sorted(newest.values(), key=lambda kind: kind.position)


def matching(wanted: SchemeFilter, *, seen_by: Scope) -> Select[tuple[Scheme]]:
    """The models of a filter, as they stood at the end of its day, unsorted."""
    is_there = active_on(wanted.on) if wanted.standing is Standing.ACTIVE else Scheme.ended_on <= wanted.on
    found = select(Scheme).where(allows(seen_by), Scheme.cancelled_because.is_(None), is_there)
    if wanted.kind:
        found = found.where(Scheme.kind_code == wanted.kind)
    if wanted.area_id is not None:
        found = found.where(Scheme.area_id == wanted.area_id)
    if wanted.unit_id is not None:
        found = found.where(Scheme.unit_id == wanted.unit_id)
    return found


def scheme_page(
    wanted: SchemeFilter, *, seen_by: Scope, page: int = 1, per_page: int = 20
) -> tuple[Sequence[Scheme], int]:
    """One page of the list, by area and name, and how many there are in all."""
    found = matching(wanted, seen_by=seen_by)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return page_of(found, limit=per_page, offset=(page - 1) * per_page), total


def page_of(found: Select[tuple[Scheme]], *, limit: int, offset: int = 0) -> Sequence[Scheme]:
    return db.session.scalars(
        found.order_by(Scheme.area_name, Scheme.kind_code, Scheme.name, Scheme.id).limit(limit).offset(offset)
    ).all()


def scheme_to_open(scheme_id: int, *, seen_by: Scope) -> Scheme:
    """One model, or NotFound when it is out of sight."""
    scheme = db.session.scalar(select(Scheme).where(Scheme.id == scheme_id, allows(seen_by)))
    if scheme is None:
        raise NotFound
    return scheme


def scheme_by_client_id(client_id: UUID) -> Scheme | None:
    """The record a page named, whoever may see it: the caller checks the scope before showing any of it."""
    return db.session.scalar(select(Scheme).where(Scheme.client_id == client_id))


# Figures. `within` narrows to one unit's reach on top of what the viewer may see.


def counts(first: date, last: date, *, seen_by: Scope, within: Scope | None = None) -> dict[str, int]:
    """How many models each figure counts, by the last part of its key."""
    names = ("active_at_end", "new", "ended")
    row = db.session.execute(
        select(*(func.sum(case((_is(name, first, last), 1), else_=0)) for name in names)).where(
            *_counted(seen_by, within)
        )
    ).one()
    return {name: number or 0 for name, number in zip(names, row, strict=True)}


def records_behind(
    name: str, first: date, last: date, *, seen_by: Scope, within: Scope | None = None
) -> Select[tuple[Scheme]]:
    """The models a figure counts, by the last part of its key."""
    return select(Scheme).where(*_counted(seen_by, within), _is(name, first, last))


def _is(name: str, first: date, last: date) -> ColumnElement[bool]:
    return {
        "active_at_end": active_on(last),
        "new": Scheme.founded_on.between(first, last),
        "ended": Scheme.ended_on.between(first, last),
    }[name]


def _counted(seen_by: Scope, within: Scope | None) -> list[ColumnElement[bool]]:
    return [Scheme.cancelled_because.is_(None), allows(seen_by), *([allows(within)] if within else [])]
