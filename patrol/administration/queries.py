"""Reading the register whole, as who keeps it needs it: what holds, what is to come, what held before. No patrol."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select

from .. import clock, wording
from ..accounts.models import Person
from ..commendations.models import Commendation
from ..errors import NotFound
from ..extensions import db
from ..findings.models import Category, Finding
from ..patrols.models import Attendance, Patrol, PatrolProgramme
from ..patrols.rules import COUNTED
from ..reviews.models import DeclaredFigure, ReportingCalendar, Review
from ..schemes.models import Scheme
from ..tips.models import Tip
from ..units.models import (
    Area,
    AreaSuccession,
    Programme,
    Setting,
    Stretch,
    StretchArea,
    Unit,
    UnitArea,
    UnitParent,
    UnitSuccession,
)
from ..units.rules import SettingKey
from .rules import Kind, Standing, standing

MODELS: dict[Kind, Any] = {
    Kind.AREA: Area,
    Kind.UNIT: Unit,
    Kind.STRETCH: Stretch,
    Kind.PROGRAMME: Programme,
    Kind.CATEGORY: Category,
    Kind.CALENDAR: ReportingCalendar,
}
ORDER: dict[Kind, Any] = {
    Kind.AREA: (Area.name,),
    Kind.UNIT: (Unit.force_code, Unit.position, Unit.name),
    Kind.STRETCH: (Stretch.position, Stretch.name),
    Kind.PROGRAMME: (Programme.position, Programme.name),
    Kind.CATEGORY: (Category.position, Category.name),
    Kind.CALENDAR: (ReportingCalendar.position, ReportingCalendar.name),
}
LINK_TABLES: dict[str, Any] = {each.__tablename__: each for each in (UnitParent, UnitArea, StretchArea)}


def things(kind: Kind) -> Sequence[Any]:
    """Everything of a kind there is, was or will be, in its order."""
    model = MODELS[kind]
    return db.session.scalars(select(model).order_by(*ORDER[kind], model.valid_from, model.id)).all()


def by_standing(found: Sequence[Any]) -> dict[Standing, list[Any]]:
    """The same in three parts, each in its order."""
    parts: dict[Standing, list[Any]] = {each: [] for each in Standing}
    for thing in found:
        parts[standing(thing.valid_from, thing.valid_to, clock.today())].append(thing)
    return parts


def thing_by_id(kind: Kind, thing_id: int) -> Any:
    """One of them, or NotFound."""
    thing = db.session.get(MODELS[kind], thing_id)
    if thing is None:
        raise NotFound
    return thing


def counts() -> dict[Kind, int]:
    """How many of each kind hold today."""
    today = clock.today()
    return {
        kind: db.session.scalar(
            select(func.count(model.id)).where(
                model.valid_from <= today, or_(model.valid_to.is_(None), model.valid_to >= today)
            )
        )
        or 0
        for kind, model in MODELS.items()
    }


def is_used(thing: Any) -> bool:
    """Whether a record hangs on it, so that its figures rest on what it is now."""
    if isinstance(thing, Category):  # the versions of a code share its findings; each has those of its days
        until = thing.valid_to or date.max
        days = Finding.found_on.between(thing.valid_from, until)
        return _any(Finding.category_code == thing.code, days)
    wanted = {
        Unit: (
            Patrol.lead_unit_id, Attendance.unit_id, Finding.unit_id, Tip.from_unit_id, Tip.to_unit_id,
            Scheme.unit_id, Commendation.unit_id, DeclaredFigure.unit_id,
        ),
        Stretch: (Patrol.stretch_id,),
        Area: (Scheme.area_id,),
        Programme: (PatrolProgramme.programme_id, Review.programme_id, DeclaredFigure.programme_id),
        ReportingCalendar: (Review.calendar_id,),
    }[type(thing)]  # fmt: skip
    return any(_any(column == thing.id) for column in wanted)


def _any(*conditions: Any) -> bool:
    return bool(db.session.scalar(select(exists().where(*conditions))))


def has_findings_since(code: str, day: date) -> bool:
    return _any(Finding.category_code == code, Finding.found_on >= day)


def has_patrols_since(day: date) -> bool:
    """Whether a patrol counts on or after that day."""
    return _any(Patrol.status.in_(COUNTED), Patrol.patrolled_on >= day)


def versions(thing: Any) -> Sequence[Any]:
    """Every version of a code, oldest first."""
    model = type(thing)
    return db.session.scalars(select(model).where(model.code == thing.code).order_by(model.valid_from)).all()


def fields_of(thing: Any) -> dict[str, Any]:
    """What stands in the register as the fields of the form."""
    values = {column.name: getattr(thing, column.name) for column in thing.__table__.columns}
    values = {
        name: wording.day(value) if isinstance(value, date) else "" if value is None else value
        for name, value in values.items()
    }
    if "measures" in values:
        values["main_measure"], *values["other_measures"] = values["measures"]
    if "line" in values:
        values["shape"] = "held" if values["line"] else "none"
    for name in ("from_km", "to_km"):
        if values.get(name, "") != "":
            values[name] = wording.number(values[name])
    return values


@dataclass(frozen=True)
class Step:
    """What came before or after something: how and from which day. `how` is empty where nobody says."""

    thing: Any
    how: str
    since: date


def successor_ids(thing: Any) -> set[int]:
    """What comes right after it, by id."""
    return {step.thing.id for step in steps_after(thing)}


def steps_before(thing: Any) -> list[Step]:
    """What it came after."""
    return _steps(thing, before=True)


def steps_after(thing: Any) -> list[Step]:
    """What came after it."""
    return _steps(thing, before=False)


def _steps(thing: Any, *, before: bool) -> list[Step]:
    model = type(thing)
    edges = {Area: AreaSuccession, Unit: UnitSuccession}
    if model in edges:
        edge = edges[model]
        here, there = edge.successor_id, edge.predecessor_id
        if not before:
            here, there = there, here
        rows = db.session.execute(
            select(model, edge.kind, edge.since).join(edge, there == model.id).where(here == thing.id)
            .order_by(edge.since, model.name)
        )  # fmt: skip
        return [Step(*row) for row in rows]
    if model is Category:
        condition = model.successor_code == thing.code if before else model.code == thing.successor_code
        found = db.session.scalars(select(model).where(condition).order_by(model.valid_from)).all()
        return [Step(each, "", thing.valid_from if before else each.valid_from) for each in found[-1:]]
    if model is ReportingCalendar:
        return []
    condition = model.successor_id == thing.id if before else model.id == thing.successor_id
    found = db.session.scalars(select(model).where(condition).order_by(model.id)).all()
    return [Step(each, "", thing.valid_from if before else each.valid_from) for each in found]


@dataclass(frozen=True)
class Link:
    """One dated link as its page shows it: a row of `table`, and what it leads to."""

    row: Any
    table: str
    label: str
    other: Any
    other_kind: Kind


def links_of(thing: Any) -> list[Link]:
    """Superiors, areas and stretches that hang on something, now or at another time; oldest first."""
    links: list[Link] = []
    if isinstance(thing, Unit):
        links += _links(
            UnitParent, UnitParent.unit_id == thing.id, Unit, UnitParent.parent_id, "superior", Kind.UNIT
        )
        links += _links(
            UnitParent, UnitParent.parent_id == thing.id, Unit, UnitParent.unit_id, "subordinate", Kind.UNIT
        )
        links += _links(UnitArea, UnitArea.unit_id == thing.id, Area, UnitArea.area_id, "", Kind.AREA)
    elif isinstance(thing, Area):
        links += _links(UnitArea, UnitArea.area_id == thing.id, Unit, UnitArea.unit_id, "", Kind.UNIT)
        links += _links(StretchArea, StretchArea.area_id == thing.id, Stretch, StretchArea.stretch_id, "holds_stretch",
                        Kind.STRETCH)  # fmt: skip
    elif isinstance(thing, Stretch):
        links += _links(
            StretchArea, StretchArea.stretch_id == thing.id, Area, StretchArea.area_id, "lies_in", Kind.AREA
        )
    return links


def _links(table: Any, here: Any, other: Any, there: Any, label: str, kind: Kind) -> list[Link]:
    rows = db.session.execute(
        select(table, other).join(other, there == other.id).where(here).order_by(table.valid_from, table.id)
    )
    return [Link(row, table.__tablename__, label or row.kind, found, kind) for row, found in rows]


def link_by_id(table: str, link_id: int) -> Any:
    link = db.session.get(LINK_TABLES[table], link_id) if table in LINK_TABLES else None
    if link is None:
        raise NotFound
    return link


def people_of(unit: Unit) -> Sequence[Person]:
    """The accounts of a unit that are in use."""
    return db.session.scalars(
        select(Person).where(Person.unit_id == unit.id, Person.is_active).order_by(Person.full_name)
    ).all()


def coast_lines() -> dict[int, Any]:
    """The lines other stretches can be cut out of."""
    return {
        stretch.id: stretch.line
        for stretch in db.session.scalars(select(Stretch).where(Stretch.line.is_not(None)))
    }


def settings_so_far() -> Sequence[Setting]:
    """Every step of every rule of counting, the newest first."""
    return db.session.scalars(
        select(Setting)
        .where(Setting.key.in_(list(SettingKey)))
        .order_by(Setting.valid_from.desc(), Setting.key)
    ).all()
