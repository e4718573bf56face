"""What a new database starts with: the register of this coast and a first administrator. No commit here.

The register is text in `reference/`: forces, areas, units, stretches, programmes, categories, each with its dates
and what came after it. Loading adds what is missing and leaves the rest alone, so a release may bring new rows.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from .accounts.queries import count_people
from .accounts.rules import Role
from .accounts.services import create_person, one_time_password
from .audit.services import note
from .extensions import db
from .findings.models import Category
from .reviews.models import ReportingCalendar
from .schemes.models import SchemeKind
from .units.models import (
    Area,
    AreaSuccession,
    Force,
    Programme,
    Stretch,
    StretchArea,
    Unit,
    UnitArea,
    UnitParent,
    UnitSuccession,
)
from .units.queries import has_settings, unit_by_code

REFERENCE = Path(__file__).parent / "reference"
LONG_BEFORE = date(1900, 1, 1)  # longer than this log reaches back
HOST = "ubnd_dien_ban_dong"  # keeps the system, so its administrator and auditor belong to it
ADMINISTRATOR = "quantri"


def load_reference() -> bool:
    """Add what the register lacks of the shipped text, and say whether anything was missing.

    Areas, units and stretches are those of the Điện Bàn coast: a database set up for another one stays without.
    """
    added = [_load_what_holds_everywhere()]
    if not has_settings() or unit_by_code(HOST):
        added += [_load_areas(), _load_units(), _load_coast()]
    return _noted(sum(added))


def load_what_holds_everywhere() -> bool:
    """Forces, programmes, categories, calendars and kinds of models: what a ward on another coast begins with."""
    return _noted(_load_what_holds_everywhere())


def _noted(added: int) -> bool:
    if added:
        note("database.set_up", by=None, changes={"rows": [None, added]})
    return bool(added)


def _load_what_holds_everywhere() -> int:
    added = [
        _add(Force, ["code"], _texts("forces", "force")),
        _add(Programme, ["code"], _texts("programmes", "programme")),
        _add(Category, ["code", "valid_from"], _categories()),
        _add(ReportingCalendar, ["code", "valid_from"], _texts("calendars", "calendar")),
        _add(SchemeKind, ["code", "valid_from"], _texts("schemes", "kind")),
    ]
    return sum(added)


def first_administrator() -> tuple[str, str] | None:
    """Make the account that makes the others: its name and one-time password. None when anybody has one."""
    if count_people():
        return None
    host = unit_by_code(HOST)
    assert host is not None, "the reference data comes first"
    password = one_time_password()
    create_person(
        username=ADMINISTRATOR, full_name="Quản trị hệ thống", role=Role.ADMIN, unit=host, password=password
    )
    return ADMINISTRATOR, password


def _load_areas() -> int:
    texts = _texts("areas", "area")
    added = _add(Area, ["code", "valid_from"], [_without(text, "key", "parent") for text in texts])
    ids = _area_ids()
    for text in texts:
        if parent := text.get("parent"):
            area = db.session.get_one(Area, ids[text["key"]])
            area.parent_id = area.parent_id or ids[parent]
    return added + _add(
        AreaSuccession, ["predecessor_id", "successor_id"], _successions(_texts("areas", "succession"), ids)
    )


def _load_units() -> int:
    texts = _texts("units", "unit")
    rows = [{**_without(text, "force", "parents"), "force_code": text.get("force")} for text in texts]
    added = _add(Unit, ["code"], rows)
    ids = _ids_by_code(Unit)
    areas = _area_ids()
    parents = [
        {**_dates(under), "unit_id": ids[text["code"]], "parent_id": ids[under["code"]]}
        for text in texts
        for under in text.get("parents", ())
    ]
    unit_areas = [
        {**_dates(text), "unit_id": ids[text["unit"]], "area_id": areas[key], "kind": text["kind"]}
        for text in _texts("units", "unit_area")
        for key in text["areas"]
    ]
    return sum(
        [
            added,
            _add(UnitParent, ["unit_id", "parent_id", "valid_from"], parents),
            _add(
                UnitSuccession,
                ["predecessor_id", "successor_id"],
                _successions(_texts("units", "succession"), ids),
            ),
            _add(UnitArea, ["unit_id", "area_id", "kind", "valid_from"], unit_areas),
        ]
    )


def _load_coast() -> int:
    added = _add(Stretch, ["code"], _texts("coast", "stretch"))
    ids = _ids_by_code(Stretch)
    areas = _area_ids()
    rows = [
        {**_dates(text), "stretch_id": ids[code], "area_id": areas[text["area"]]}
        for text in _texts("coast", "stretch_area")
        for code in text["stretches"]
    ]
    return added + _add(StretchArea, ["stretch_id", "area_id", "valid_from"], rows)


def _categories() -> list[dict[str, Any]]:
    """The catalogue in the order of the file; the versions of a category stand in the same place."""
    rows = []
    places: dict[str, int] = {}
    for text in _texts("categories", "category"):
        position = places.setdefault(text["code"], len(places) + 1)
        rows.append(
            {
                "valid_from": LONG_BEFORE,
                **_without(text, "group"),
                "group_name": text["group"],
                "position": position,
            }
        )
    return rows


def _successions(texts: Iterable[Mapping[str, Any]], ids: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            **_without(text, "from", "to"),
            "predecessor_id": ids[text["from"]],
            "successor_id": ids[text["to"]],
        }
        for text in texts
    ]


def _add(model: Any, key: list[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Add the rows whose key is not in the table yet; say how many."""
    columns = [getattr(model, name) for name in key]
    known = {tuple(row) for row in db.session.execute(select(*columns))}
    missing = [row for row in rows if tuple(row[name] for name in key) not in known]
    db.session.add_all(model(**row) for row in missing)
    db.session.flush()
    return len(missing)


def _ids_by_code(model: Any) -> dict[str, int]:
    return dict(db.session.execute(select(model.code, model.id)).all())


def _area_ids() -> dict[str, int]:
    """Our own word for an area → its id; the state's code alone would not tell two of them apart."""
    rows = db.session.execute(select(Area.code, Area.valid_from, Area.id))
    ids = {(code, since): area_id for code, since, area_id in rows}
    return {text["key"]: ids[text["code"], text["valid_from"]] for text in _texts("areas", "area")}


def _texts(file: str, kind: str) -> list[dict[str, Any]]:
    return tomllib.loads((REFERENCE / f"{file}.toml").read_text(encoding="utf-8")).get(kind, [])


def _dates(text: Mapping[str, Any]) -> dict[str, date | None]:
    return {"valid_from": text["valid_from"], "valid_to": text.get("valid_to")}


def _without(text: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in text.items() if name not in names}
