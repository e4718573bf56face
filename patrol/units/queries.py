"""Reading the register of forces, units, areas, stretches and programmes.

The register is the same for everybody, so these queries take no viewer; which patrols of a unit somebody may see is
the business of `accounts.queries.scope_of`.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from .. import clock
from ..extensions import db
from .models import (
    Area,
    AreaSuccession,
    Force,
    Programme,
    Setting,
    Stretch,
    StretchArea,
    Unit,
    UnitArea,
    UnitParent,
    UnitSuccession,
)
from .rules import IS_DEMO, SHIPPED, Answering, reach


def forces() -> Sequence[Force]:
    """Every force, in the order of protocol."""
    return db.session.scalars(select(Force).order_by(Force.position)).all()


def _begun(model: Any) -> ColumnElement[bool]:
    """What is still to come is in nobody's list."""
    return model.valid_from <= clock.today()


def _past(model: Any) -> ColumnElement[bool]:
    """To sort by: those of today first. Never NULL, which the databases sort differently."""
    return and_(model.valid_to.is_not(None), model.valid_to < clock.today())


def units(*, with_force: bool = False) -> Sequence[Unit]:
    """Every unit there is or was: those of today first, in the order of protocol."""
    wanted = (
        select(Unit)
        .outerjoin(Force)
        .where(_begun(Unit))
        .order_by(_past(Unit), Force.position, Unit.position, Unit.id)
    )
    if with_force:
        wanted = wanted.where(Unit.force_code.is_not(None))
    return db.session.scalars(wanted).all()


def unit_by_code(code: str) -> Unit | None:
    return db.session.scalar(select(Unit).where(Unit.code == code))


def stretches() -> Sequence[Stretch]:
    """Every stretch of coast, north to south, those of today first."""
    return db.session.scalars(
        select(Stretch).where(_begun(Stretch)).order_by(_past(Stretch), Stretch.position, Stretch.id)
    ).all()


def programmes() -> Sequence[Programme]:
    """Every programme there is or was, those of today first."""
    return db.session.scalars(
        select(Programme)
        .where(_begun(Programme))
        .order_by(_past(Programme), Programme.position, Programme.id)
    ).all()


def programme_by_code(code: str) -> Programme | None:
    return db.session.scalar(select(Programme).where(Programme.code == code))


def units_reached_from(unit_id: int) -> frozenset[int]:
    """The unit, those under it, those whose records it inherited, and so on down and back."""
    under: dict[int, list[int]] = defaultdict(list)
    links = db.session.execute(
        select(UnitParent.parent_id, UnitParent.unit_id)
        .join(Unit, Unit.id == UnitParent.parent_id)
        # under its parent today, or to the parent's end
        .where(or_(UnitParent.valid_to.is_(None), UnitParent.valid_to >= Unit.valid_to))
    )
    for parent_id, child_id in links:
        under[parent_id].append(child_id)
    before: dict[int, list[int]] = defaultdict(list)
    for predecessor_id, successor_id in db.session.execute(
        select(UnitSuccession.predecessor_id, UnitSuccession.successor_id).where(
            UnitSuccession.inherits_records
        )
    ):
        before[successor_id].append(predecessor_id)
    return reach([unit_id], under, before)


def areas(*, on: date | None = None) -> Sequence[Area]:
    """Every area there is or was, those of today first; or those of one day."""
    wanted = select(Area).order_by(_past(Area), Area.kind.desc(), Area.name, Area.id)
    if on is None:
        wanted = wanted.where(_begun(Area))
    else:
        wanted = wanted.where(Area.valid_from <= on, or_(Area.valid_to.is_(None), Area.valid_to >= on))
    return db.session.scalars(wanted).all()


def neighbours(unit_id: int, *, on: date) -> tuple[frozenset[int], frozenset[int]]:
    """The units that answer for an area this unit answers for too, itself included, and the stretches there."""
    rows = db.session.execute(
        select(UnitArea.area_id, UnitArea.unit_id).where(
            UnitArea.kind == Answering.JURISDICTION,
            UnitArea.valid_from <= on,
            or_(UnitArea.valid_to.is_(None), UnitArea.valid_to >= on),
        )
    ).all()
    home = frozenset(area_id for area_id, answering_id in rows if answering_id == unit_id)
    near = frozenset(answering_id for area_id, answering_id in rows if area_id in home)
    return near | {unit_id}, stretches_in(home)


def stretches_granted_to(unit_id: int, *, on: date) -> frozenset[int]:
    """The stretches in areas this unit was granted to look at."""
    return stretches_in(areas_granted_to(unit_id, on=on))


def stretches_in(area_ids: frozenset[int]) -> frozenset[int]:
    """The stretches that lie, or lay, in these areas."""
    if not area_ids:
        return frozenset()
    return frozenset(
        db.session.scalars(select(StretchArea.stretch_id).where(StretchArea.area_id.in_(area_ids))).all()
    )


def areas_granted_to(unit_id: int, *, on: date) -> frozenset[int]:
    """The areas this unit was granted to look at, their parts and what they grew out of."""
    granted = db.session.scalars(
        select(UnitArea.area_id).where(
            UnitArea.unit_id == unit_id,
            UnitArea.kind == "granted",
            UnitArea.valid_from <= on,
            or_(UnitArea.valid_to.is_(None), UnitArea.valid_to >= on),
        )
    ).all()
    if not granted:
        return frozenset()
    parts: dict[int, list[int]] = defaultdict(list)
    for area_id, parent_id in db.session.execute(
        select(Area.id, Area.parent_id).where(Area.parent_id.is_not(None))
    ):
        parts[parent_id].append(area_id)
    before: dict[int, list[int]] = defaultdict(list)
    for predecessor_id, successor_id in db.session.execute(
        select(AreaSuccession.predecessor_id, AreaSuccession.successor_id)
    ):
        before[successor_id].append(predecessor_id)
    return reach(granted, parts, before)


def setting_steps(key: str) -> list[tuple[date, str]]:
    """The values of a dated setting as (first day, value), oldest first, from the value it was shipped with."""
    rows = db.session.execute(
        select(Setting.valid_from, Setting.value).where(Setting.key == key).order_by(Setting.valid_from)
    ).all()
    return [(date.min, SHIPPED[key]), *((day, value) for day, value in rows)]


def setting(key: str, *, on: date | None = None) -> str:
    """The value of a dated setting on a day (today unless said)."""
    day = on or clock.today()
    return [value for since, value in setting_steps(key) if since <= day][-1]


def is_demo() -> bool:
    """Whether everything in this database is sample data."""
    return setting(IS_DEMO) == "yes"


def has_settings() -> bool:
    """Whether the register was ever set up."""
    return db.session.scalar(select(Unit.id).limit(1)) is not None
