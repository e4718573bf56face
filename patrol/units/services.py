"""Keeping the register: added, corrected, ended, succeeded; never deleted. Each function notes what it did. No commit.

`by` is a Person, or None for the system. Records keep the names of their day, whatever happens here.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..audit.services import note
from ..errors import Invalid
from ..extensions import db
from .linking import DAY, Thing, plain
from .models import (
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
from .rules import (
    FIXED_BY_RECORDS,
    AreaDraft,
    ProgrammeDraft,
    SettingKey,
    StretchDraft,
    Succession,
    SuccessionKind,
    UnitDraft,
    code_of,
    dates_problem,
    makes_circle,
    overlaps,
    setting_problem,
    succession_problem,
)

Draft = AreaDraft | UnitDraft | StretchDraft | ProgrammeDraft
MODELS: dict[type, Any] = {
    AreaDraft: Area,
    UnitDraft: Unit,
    StretchDraft: Stretch,
    ProgrammeDraft: Programme,
}
# The dated links of a thing: table and column that points to it. They end with it and may pass on to its successor.
LINKS: dict[Any, tuple[tuple[Any, str], ...]] = {
    Area: ((UnitArea, "area_id"), (StretchArea, "area_id")),
    Unit: ((UnitParent, "unit_id"), (UnitParent, "parent_id"), (UnitArea, "unit_id")),
    Stretch: ((StretchArea, "stretch_id"),),
    Programme: (),
}
EDGES: dict[Any, Any] = {Area: AreaSuccession, Unit: UnitSuccession}


def add(draft: Draft, *, by: Any) -> Any:
    """A new area, unit, stretch or programme. Raises Invalid, e.g. when its code is true at that time already.

    Without a code one is made of the name, and then the name may not be in use at that time: the same form sent twice
    makes one thing.
    """
    model = MODELS[type(draft)]
    values = _columns(draft)
    if model is not Area:
        if not draft.code:
            _refuse_namesake(model, values)
        taken = frozenset(db.session.scalars(select(model.code)))
        if draft.code in taken:
            raise Invalid({"code": "code_taken"})
        values["code"] = draft.code or code_of(draft.name, taken)
    _refuse_impossible(model, values, thing=None)
    thing = model(**values)
    try:
        with db.session.begin_nested():
            db.session.add(thing)
    except IntegrityError:  # the same form at the same moment
        raise Invalid({"name": "name_taken"}) from None
    note("register.added", thing, by=by, changes=_told({}, values))
    return thing


def correct(thing: Thing, draft: Draft, *, is_used: bool, by: Any) -> bool:
    """Put right what was written wrongly, and say whether anything changed. A code stays what it is.

    `is_used`: records hang on it, so nothing may change that their figures rest on. A new end is the end of its links
    too. What happened to it (a new name, a merger) is no correction but a succession. Raises Invalid.
    """
    after = _columns(draft) | {"code": thing.code}
    if isinstance(thing, Area):  # half of its key
        after["valid_from"] = thing.valid_from
    before = {name: getattr(thing, name) for name in after}
    changed = {name for name in after if after[name] != before[name]}
    fixed = FIXED_BY_RECORDS.get(thing.__tablename__, set()) if is_used else set()
    if wrong := {name: "fixed_by_records" for name in changed & fixed if before[name] is not None}:
        raise Invalid(wrong)
    _refuse_impossible(type(thing), after, thing=thing)
    if "valid_to" in changed:
        _refuse_reviving(thing, after["valid_to"])
        _move_end(thing, after["valid_to"])
    for name in changed:
        setattr(thing, name, after[name])
    db.session.flush()
    if changed:
        note("register.corrected", thing, by=by, changes=_told(before, after))
    return bool(changed)


def end(thing: Thing, last_day: date, *, by: Any) -> None:
    """From the day after, it is no more: no list offers it for today. Its records stay. Raises Invalid."""
    if wrong := dates_problem(thing.valid_from, last_day):
        raise Invalid(wrong)
    before = thing.valid_to
    _refuse_reviving(thing, last_day)
    _move_end(thing, last_day)
    thing.valid_to = last_day
    db.session.flush()
    note("register.ended", thing, by=by, changes=_told({"valid_to": before}, {"valid_to": last_day}))


def succeed(predecessor: Any, successor: Any, what: Succession, *, by: Any) -> None:
    """Write down that one thing came after another. The predecessor ends the day before, unless only duties passed on.

    With `carries_links`, what hung on the predecessor that day (its superior and its subordinates, its areas, the
    stretches that lie in it) hangs on the successor from then on; where only duties passed on, it never does. Raises
    Invalid, e.g. on a circle.
    """
    if problem := succession_problem(_dates(predecessor), _dates(successor), what.since):
        raise Invalid({"valid_from": problem})
    model = type(predecessor)
    if makes_circle(predecessor.id, successor.id, _edges_of(model)):
        raise Invalid({"predecessor_ids": "succession_circle"})
    if model in EDGES:
        edge = EDGES[model]
        known = {edge.predecessor_id: predecessor.id, edge.successor_id: successor.id}
        if db.session.scalar(select(edge.id).where(*(column == value for column, value in known.items()))):
            raise Invalid({"predecessor_ids": "succeeded_already"})
        inherits = {"inherits_records": True} if model is Unit else {}
        db.session.add(
            edge(
                predecessor_id=predecessor.id,
                successor_id=successor.id,
                kind=what.kind,
                since=what.since,
                **inherits,
            )
        )
    else:
        if predecessor.successor_id not in (None, successor.id):
            raise Invalid({"predecessor_ids": "succeeded_already"})
        predecessor.successor_id = successor.id
    if what.carries_links and what.kind != SuccessionKind.DUTIES_TO:
        _pass_links_on(predecessor, successor, what.since)
    last_day = what.since - DAY
    if what.kind != SuccessionKind.DUTIES_TO and (
        predecessor.valid_to is None or predecessor.valid_to > last_day
    ):
        _move_end(predecessor, last_day)
        predecessor.valid_to = last_day
    db.session.flush()
    note(
        "register.succeeded",
        predecessor,
        by=by,
        changes={"successor": [None, successor.name], "succession": [None, what.kind],
                 "valid_to": [None, plain(predecessor.valid_to)]},
    )  # fmt: skip


def set_rule(key: SettingKey, value: str, since: date, *, has_records: bool, by: Any) -> None:
    """A rule of counting holds from that day. `has_records`: patrols count on or after it. Raises Invalid."""
    wrong = setting_problem(key, value, since, today=clock.today(), has_records=has_records)
    if wrong:
        raise Invalid(wrong)
    held = db.session.scalar(select(Setting).where(Setting.key == key, Setting.valid_from == since))
    before = held.value if held else None
    if held is None:
        db.session.add(Setting(key=key, value=value, valid_from=since))
    else:
        held.value = value
    db.session.flush()
    if before != value:
        note(
            "setting.set",
            by=by,
            changes={"setting": [None, key], "value": [before, value], "valid_from": [None, plain(since)]},
        )


def _refuse_namesake(model: Any, values: Mapping[str, Any]) -> None:
    for other in db.session.scalars(select(model).where(model.name == values["name"])):
        if overlaps(_dates(other), (values["valid_from"], values["valid_to"])):
            raise Invalid({"name": "name_taken"})


def _refuse_impossible(model: Any, values: Mapping[str, Any], *, thing: Thing | None) -> None:
    if wrong := dates_problem(values["valid_from"], values["valid_to"]):
        raise Invalid(wrong)
    if model is not Area:
        return
    if values["parent_id"] and thing and makes_circle(values["parent_id"], thing.id, _parts()):
        raise Invalid({"parent_id": "parent_circle"})
    for other in db.session.scalars(select(Area).where(Area.code == values["code"])):
        if other is not thing and overlaps(_dates(other), (values["valid_from"], values["valid_to"])):
            raise Invalid({"code": "code_taken_then"})


def _refuse_reviving(thing: Thing, last_day: date | None) -> None:
    """What has a successor doesn't live on beside it."""
    if type(thing) in EDGES:
        edge = EDGES[type(thing)]
        days = db.session.scalars(
            select(edge.since).where(edge.predecessor_id == thing.id, edge.kind != SuccessionKind.DUTIES_TO)
        )
        since = min(days, default=None)
    else:
        successor = db.session.get(type(thing), thing.successor_id) if thing.successor_id else None
        since = successor.valid_from if successor else None
    if since is not None and (last_day is None or last_day >= since):
        raise Invalid({"valid_to": "has_successor"})


def _links_of(thing: Thing) -> list[tuple[Any, str]]:
    return [
        (link, column)
        for model, column in LINKS[type(thing)]
        for link in db.session.scalars(select(model).where(getattr(model, column) == thing.id))
    ]


def _move_end(thing: Thing, until: date | None) -> None:
    """The links that lasted as long as the thing still do."""
    for link, _ in _links_of(thing):
        if link.valid_to != thing.valid_to and not (
            until and (link.valid_to is None or link.valid_to > until)
        ):
            continue
        if until is not None and link.valid_from > until:
            raise Invalid({"valid_to": "link_later"})
        link.valid_to = until


def _pass_links_on(predecessor: Thing, successor: Thing, since: date) -> None:
    for link, column in _links_of(predecessor):
        if link.valid_from >= since or (link.valid_to is not None and link.valid_to < since - DAY):
            continue
        columns = [column.name for column in link.__table__.columns]
        values = {
            name: getattr(link, name) for name in columns if name not in ("id", "valid_from", "valid_to")
        } | {column: successor.id}
        model = type(link)
        if model is UnitParent and _has_superior(values["unit_id"], values["parent_id"], since):
            continue
        same = [getattr(model, name) == value for name, value in values.items()]
        open_end = link.valid_to if link.valid_to not in (None, since - DAY) else None
        if not db.session.scalar(select(model.id).where(*same, model.valid_from <= since)):
            db.session.add(model(**values, valid_from=since, valid_to=open_end))
        if link.valid_to is None or link.valid_to >= since:
            link.valid_to = since - DAY


def _has_superior(unit_id: int, parent_id: int, day: date) -> bool:
    """Whether a unit stands under somebody else that day already, or would stand under itself."""
    others = db.session.scalars(
        select(UnitParent).where(UnitParent.unit_id == unit_id, UnitParent.valid_from == day)
    )
    return unit_id == parent_id or any(link.parent_id != parent_id for link in others)


def _edges_of(model: Any) -> dict[int, list[int]]:
    edges: dict[int, list[int]] = defaultdict(list)
    if model in EDGES:
        rows = select(EDGES[model].predecessor_id, EDGES[model].successor_id)
    else:
        rows = select(model.id, model.successor_id).where(model.successor_id.is_not(None))
    for before, after in db.session.execute(rows):
        edges[before].append(after)
    return edges


def _parts() -> dict[int, list[int]]:
    parts: dict[int, list[int]] = defaultdict(list)
    for area_id, parent_id in db.session.execute(select(Area.id, Area.parent_id)):
        if parent_id is not None:
            parts[parent_id].append(area_id)
    return parts


def _columns(draft: Draft) -> dict[str, Any]:
    return {name: str(value) if name == "kind" else value for name, value in asdict(draft).items()}


def _dates(thing: Any) -> tuple[date, date | None]:
    return thing.valid_from, thing.valid_to


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What changed as field → [before, after]; of a line only that it did."""
    changes = {}
    for name, value in after.items():
        held = before.get(name)
        if value != held and not (held is None and value in ("", False)):
            label = "register_kind" if name == "kind" else name
            changes[label] = ["…", "…"] if name == "line" else [plain(held), plain(value)]
    return changes
