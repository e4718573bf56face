"""What hangs on what in the register, and when: units on superiors, areas on who answers for them, stretches on areas.

Each function notes what it did. No commit. `by` is a Person, or None for the system.
"""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from ..audit.services import note
from ..errors import Invalid
from ..extensions import db
from .models import Area, Programme, Stretch, StretchArea, Unit, UnitArea, UnitParent
from .rules import Answering, dates_problem, makes_circle, overlaps

DAY = timedelta(days=1)
Thing = Area | Unit | Stretch | Programme


def place_under(unit: Unit, parent: Unit, since: date, until: date | None = None, *, by: Any) -> bool:
    """The unit stands under that superior from that day; whoever it stood under till then is so no more.

    Says whether anything changed. Raises Invalid.
    """
    _refuse_link_outside(unit, parent, since, until)
    children: dict[int, list[int]] = defaultdict(list)
    for parent_id, child_id in db.session.execute(select(UnitParent.parent_id, UnitParent.unit_id)):
        children[parent_id].append(child_id)
    if makes_circle(parent.id, unit.id, children):
        raise Invalid({"parent_id": "parent_circle"})
    for link in db.session.scalars(select(UnitParent).where(UnitParent.unit_id == unit.id)):
        if not overlaps((link.valid_from, link.valid_to), (since, until)):
            continue
        if (link.parent_id, link.valid_from) == (parent.id, since):
            return _move_link(link, until, unit, by=by)
        if link.parent_id == parent.id and link.valid_to == until:
            return False
        if link.valid_from >= since:
            raise Invalid({"valid_from": "link_later"})
        link.valid_to = since - DAY
    return _link(
        UnitParent(unit_id=unit.id, parent_id=parent.id, valid_from=since, valid_to=until), unit, parent, by
    )


def answer_for(
    unit: Unit, area: Area, kind: Answering, since: date, until: date | None = None, *, by: Any
) -> bool:
    """The unit answers for an area, or may look at it, from that day. Says whether anything changed."""
    _refuse_link_outside(unit, area, since, until)
    wanted = select(UnitArea).where(
        UnitArea.unit_id == unit.id, UnitArea.area_id == area.id, UnitArea.kind == kind
    )
    return _lie_in(UnitArea(unit_id=unit.id, area_id=area.id, kind=kind, valid_from=since, valid_to=until),
                   wanted, unit, area, by)  # fmt: skip


def lay_in(stretch: Stretch, area: Area, since: date, until: date | None = None, *, by: Any) -> bool:
    """The stretch lies in an area from that day: who may look at the area sees its patrols. Says if that is new."""
    _refuse_link_outside(stretch, area, since, until)
    wanted = select(StretchArea).where(StretchArea.stretch_id == stretch.id, StretchArea.area_id == area.id)
    return _lie_in(StretchArea(stretch_id=stretch.id, area_id=area.id, valid_from=since, valid_to=until),
                   wanted, stretch, area, by)  # fmt: skip


def end_link(link: Any, last_day: date, *, of: Thing, by: Any) -> None:
    """A superior, an area or a place in one holds no longer after that day. Raises Invalid."""
    if wrong := dates_problem(link.valid_from, last_day):
        raise Invalid(wrong)
    _move_link(link, last_day, of, by=by)


def _lie_in(new: Any, same: Any, thing: Thing, other: Thing, by: Any) -> bool:
    for link in db.session.scalars(same):
        if link.valid_from == new.valid_from:
            return _move_link(link, new.valid_to, thing, by=by)
        if overlaps((link.valid_from, link.valid_to), (new.valid_from, new.valid_to)):
            raise Invalid({"area_id": "linked_already"})
    return _link(new, thing, other, by)


def _link(link: Any, thing: Thing, other: Thing, by: Any) -> bool:
    db.session.add(link)
    db.session.flush()
    note(
        "register.linked",
        thing,
        by=by,
        changes={"link": [None, other.name], "valid_from": [None, plain(link.valid_from)]},
    )
    return True


def _move_link(link: Any, until: date | None, thing: Thing, *, by: Any) -> bool:
    before = link.valid_to
    if before == until:
        return False
    link.valid_to = until
    db.session.flush()
    note("register.unlinked", thing, by=by, changes={"valid_to": [plain(before), plain(until)]})
    return True


def _refuse_link_outside(one: Thing, other: Thing, since: date, until: date | None) -> None:
    if wrong := dates_problem(since, until):
        raise Invalid(wrong)
    for thing in (one, other):
        starts_before = since < thing.valid_from
        outlives = thing.valid_to is not None and (until is None or until > thing.valid_to)
        if starts_before or outlives:
            raise Invalid({"valid_from": "link_outside"})


def plain(value: Any) -> Any:
    """A value as the audit trail keeps it."""
    return value.isoformat() if isinstance(value, date) else value
