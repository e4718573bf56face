"""Keeping the register: what asks for more than one room. Areas, units, stretches and programmes are kept by
`units.services`; the versions of categories and calendars, and people who follow their unit, here. No commit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from ..accounts.models import Person
from ..accounts.rules import Role
from ..accounts.services import transfer
from ..audit.services import note
from ..errors import Invalid
from ..extensions import db
from ..findings.models import Category
from ..units import services as register
from ..units.models import Unit
from ..units.rules import Succession, SuccessionKind, code_of, dates_problem, overlaps
from .queries import MODELS, has_findings_since, has_patrols_since, is_used, thing_by_id, versions
from .rules import (
    CORRECTABLE,
    VERSIONED,
    CalendarDraft,
    CategoryDraft,
    Following,
    Kind,
    measures_problem,
)

DAY = timedelta(days=1)
Version = CategoryDraft | CalendarDraft


def add(kind: Kind, draft: Any, following: Following, *, by: Person | None) -> Any:
    """Something new in the register, and what it comes after. Raises Invalid."""
    if kind in VERSIONED:
        return _add_version(MODELS[kind], draft, following, by=by)
    thing = register.add(draft, by=by)
    if following.what:
        for predecessor_id in following.predecessor_ids:
            register.succeed(thing_by_id(kind, predecessor_id), thing, following.what, by=by)
    return thing


def correct(kind: Kind, thing: Any, draft: Any, *, by: Person | None) -> bool:
    """Put right what was written wrongly, and say whether anything changed. Raises Invalid."""
    if kind in VERSIONED:
        return _correct_version(thing, draft, by=by)
    return register.correct(thing, draft, is_used=is_used(thing), by=by)


def end(kind: Kind, thing: Any, last_day: date, *, by: Person | None) -> None:
    """After that day no list offers it for today any more; its records stay. Raises Invalid."""
    if kind not in VERSIONED:
        register.end(thing, last_day, by=by)
        return
    _refuse_dates(thing, thing.valid_from, last_day)
    before, thing.valid_to = thing.valid_to, last_day
    db.session.flush()
    note("register.ended", thing, by=by, changes={"valid_to": [_plain(before), _plain(last_day)]})


def succeed(kind: Kind, thing: Any, successor: Any, what: Succession, *, by: Person | None) -> None:
    """Something that is there already comes after it. Raises Invalid."""
    if kind is Kind.CATEGORY:
        _succeed_category(thing, successor, what.since, by=by)
    elif kind is not Kind.CALENDAR:
        register.succeed(thing, successor, what, by=by)


def set_rule(key: Any, value: str, since: date, *, by: Person | None) -> None:
    """A rule of counting holds from that day. Raises Invalid when patrols were counted by another one since."""
    register.set_rule(key, value, since, has_records=has_patrols_since(since), by=by)


def move_people(people: Sequence[Person], unit: Unit, *, by: Person) -> int:
    """The accounts of a unit go to the one that came after it; how many. What they wrote stays where it was written."""
    return sum(transfer(person, unit=unit, role=Role(person.role), by=by) for person in people)


def _add_version(model: Any, draft: Version, following: Following, *, by: Person | None) -> Any:
    """A new code, or the next version of one: the version before it ends the day before."""
    before = None
    if following.predecessor_ids:
        before = db.session.get_one(model, following.predecessor_ids[0])
        if len(following.predecessor_ids) > 1:
            raise Invalid({"predecessor_ids": "one_version_before"})
        draft = replace(draft, code=before.code)
    elif draft.code:
        before = _version_before(model, draft)
    if before is not None:
        _make_room(before, draft, by=by)
    if before is None and not draft.code:  # the same form sent twice makes one thing
        for other in db.session.scalars(select(model).where(model.name == draft.name)):
            if overlaps((other.valid_from, other.valid_to), (draft.valid_from, draft.valid_to)):
                raise Invalid({"name": "name_taken"})
    taken = frozenset(db.session.scalars(select(model.code)))
    values = _columns(draft) | {"code": draft.code or code_of(draft.name, taken)}
    version = model(**values)
    _refuse_dates(version, draft.valid_from, draft.valid_to)
    db.session.add(version)
    db.session.flush()
    _refuse_broken_line(version)
    note("register.added", version, by=by, changes=_told({}, values))
    return version


def _version_before(model: Any, draft: Version) -> Any:
    """The version of that code that holds, or held last, before the draft begins."""
    return db.session.scalars(
        select(model)
        .where(model.code == draft.code, model.valid_from < draft.valid_from)
        .order_by(model.valid_from.desc())
        .limit(1)
    ).first()


def _make_room(before: Any, draft: Version, *, by: Person | None) -> None:
    """End a version the day before its newer one. Raises Invalid where that would change figures."""
    if draft.valid_from <= before.valid_from:
        raise Invalid({"valid_from": "since_before_predecessor"})
    if isinstance(draft, CategoryDraft):
        told = has_findings_since(before.code, draft.valid_from)
        if problem := measures_problem(before.measures, draft.measures, has_findings=told):
            raise Invalid({"other_measures": problem})
    last_day = draft.valid_from - DAY
    if before.valid_to is None or before.valid_to > last_day:
        end(Kind.CATEGORY if isinstance(before, Category) else Kind.CALENDAR, before, last_day, by=by)


def _correct_version(thing: Any, draft: Version, *, by: Person | None) -> bool:
    after = _columns(draft) | {"code": thing.code}
    before = {name: getattr(thing, name) for name in after}
    changed = {name for name in after if after[name] != before[name]}
    fixed = changed - CORRECTABLE[thing.__tablename__]
    if fixed and (is_used(thing) or "valid_from" in fixed):  # (code, valid_from) is its key
        raise Invalid({_field(name): "fixed_version" for name in fixed})
    _refuse_dates(thing, thing.valid_from, after["valid_to"])
    for name in changed:
        setattr(thing, name, after[name])
    db.session.flush()
    _refuse_broken_line(thing)
    if changed:
        note("register.corrected", thing, by=by, changes=_told(before, after))
    return bool(changed)


def _refuse_broken_line(thing: Any) -> None:
    """The versions of a category build on each other's units of counting."""
    if isinstance(thing, Category):
        for before, after in pairwise(versions(thing)):
            if problem := measures_problem(before.measures, after.measures, has_findings=False):
                raise Invalid({"other_measures": problem})


def _succeed_category(thing: Category, successor: Category, since: date, *, by: Person | None) -> None:
    """Another category takes over what this one was: it ends, and says by whom it was replaced."""
    codes: Mapping[str, str | None] = dict(
        db.session.execute(select(Category.code, Category.successor_code)).all()  # type: ignore[arg-type]
    )
    step: str | None = successor.code
    while step is not None:
        if step == thing.code:
            raise Invalid({"successor_id": "succession_circle"})
        step = codes.get(step)
    if since < successor.valid_from or since <= thing.valid_from:
        raise Invalid({"since": "since_outside_successor"})
    thing.successor_code = successor.code
    if thing.valid_to is None or thing.valid_to >= since:
        thing.valid_to = since - DAY
    db.session.flush()
    note("register.succeeded", thing, by=by,
         changes={"successor": [None, successor.name], "succession": [None, SuccessionKind.RENAMED],
                  "valid_to": [None, _plain(thing.valid_to)]})  # fmt: skip


def _refuse_dates(thing: Any, valid_from: date, valid_to: date | None) -> None:
    if wrong := dates_problem(valid_from, valid_to):
        raise Invalid(wrong)
    for other in versions(thing):
        if other is not thing and overlaps((other.valid_from, other.valid_to), (valid_from, valid_to)):
            raise Invalid({"valid_to" if valid_from < other.valid_from else "valid_from": "code_taken_then"})


def _columns(draft: Version) -> dict[str, Any]:
    values = asdict(draft)
    if isinstance(draft, CategoryDraft):
        values["measures"] = list(draft.measures)
    else:
        values["kind"] = str(draft.kind)
    return values


def _field(column: str) -> str:
    """Where on the form a column is written."""
    return "other_measures" if column == "measures" else column


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        "register_kind" if name == "kind" else name: [_plain(before.get(name)), _plain(value)]
        for name, value in after.items()
        if value != before.get(name) and (name in before or value not in ("", False))
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
