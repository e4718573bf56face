"""How units and areas hang together over time, and what may be changed in the register. Pure."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..text import folded


def holds_on(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Whether something dated is true on that day; both ends belong to it."""
    return valid_from <= day and (valid_to is None or day <= valid_to)


def reach(start: Iterable[int], *edges: Mapping[int, Iterable[int]]) -> frozenset[int]:
    """Everything that can be reached from `start` over any of the edges, `start` included."""
    reached: set[int] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node in reached:
            continue
        reached.add(node)
        for edge in edges:
            waiting.extend(edge.get(node, ()))
    return frozenset(reached)


class AreaKind(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"  # until 30/06/2025
    WARD = "ward"
    COMMUNE = "commune"
    SPECIAL_ZONE = "special_zone"  # đặc khu


class UnitKind(StrEnum):
    PROVINCIAL_MILITARY_COMMAND = "provincial_military_command"
    AREA_DEFENCE_COMMAND = "area_defence_command"
    DISTRICT_MILITARY_COMMAND = "district_military_command"
    COMMUNE_MILITARY_COMMAND = "commune_military_command"
    PROVINCIAL_POLICE = "provincial_police"
    DISTRICT_POLICE = "district_police"
    COMMUNE_POLICE = "commune_police"
    BORDER_COMMAND = "border_command"
    BORDER_POST = "border_post"
    COAST_GUARD = "coast_guard"
    PEOPLE_COMMITTEE = "people_committee"
    OTHER = "other_unit"


FORCE_OF = {
    UnitKind.PROVINCIAL_MILITARY_COMMAND: "military",
    UnitKind.AREA_DEFENCE_COMMAND: "military",
    UnitKind.DISTRICT_MILITARY_COMMAND: "military",
    UnitKind.COMMUNE_MILITARY_COMMAND: "military",
    UnitKind.PROVINCIAL_POLICE: "police",
    UnitKind.DISTRICT_POLICE: "police",
    UnitKind.COMMUNE_POLICE: "police",
    UnitKind.BORDER_COMMAND: "border_guard",
    UnitKind.BORDER_POST: "border_guard",
    UnitKind.COAST_GUARD: "other",
    UnitKind.PEOPLE_COMMITTEE: None,  # looks, doesn't patrol
    UnitKind.OTHER: "other",
}


class SuccessionKind(StrEnum):
    RENAMED = "renamed"
    MERGED_INTO = "merged_into"
    SPLIT_INTO = "split_into"
    DUTIES_TO = "duties_to"  # the predecessor may go on for a while


class Answering(StrEnum):
    """How a unit has to do with an area: it answers for it, or it may look at it."""

    JURISDICTION = "jurisdiction"
    GRANTED = "granted"


class SettingKey(StrEnum):
    """What a place may decide for itself: rules of counting, and how long points, files and photos are kept."""

    JOINT_MIN_FORCES = "joint_min_forces"
    MILITIA_IN_PERSONNEL = "militia_in_personnel"
    KEEP_TRACKS_MONTHS = "keep_tracks_months"
    KEEP_PHOTOS_MONTHS = "keep_photos_months"


TERMS = (SettingKey.KEEP_TRACKS_MONTHS, SettingKey.KEEP_PHOTOS_MONTHS)
MONTHS = ("6", "12", "18", "24", "36", "60")
SETTING_VALUES = {
    SettingKey.JOINT_MIN_FORCES: ("2", "3"),
    SettingKey.MILITIA_IN_PERSONNEL: ("no", "yes"),
    SettingKey.KEEP_TRACKS_MONTHS: MONTHS,
    SettingKey.KEEP_PHOTOS_MONTHS: MONTHS,
}
SETTING_AT_FIRST: dict[str, str] = {
    SettingKey.JOINT_MIN_FORCES: "2",
    SettingKey.MILITIA_IN_PERSONNEL: "no",
    SettingKey.KEEP_TRACKS_MONTHS: "12",
    SettingKey.KEEP_PHOTOS_MONTHS: "24",
}
IS_DEMO = "is_demo"  # a mark of the whole database, on no page
SHIPPED: dict[str, str] = {IS_DEMO: "no", **SETTING_AT_FIRST}


@dataclass(frozen=True)
class AreaDraft:
    """An area as somebody wants it. The code is the state's and comes again; (code, valid_from) is the key."""

    code: str
    name: str
    kind: AreaKind
    valid_from: date
    valid_to: date | None = None
    is_hotspot: bool = False
    parent_id: int | None = None


@dataclass(frozen=True)
class UnitDraft:
    """A unit as somebody wants it. No code: one is made of the name. `force_code` None: a People's Committee."""

    name: str
    kind: UnitKind
    force_code: str | None
    valid_from: date
    valid_to: date | None = None
    position: int = 0
    code: str = ""


@dataclass(frozen=True)
class StretchDraft:
    """A stretch as somebody wants it. Its line is [[km, latitude, longitude], …], or None: a name in a list."""

    name: str
    valid_from: date
    valid_to: date | None = None
    position: int = 0
    from_km: float | None = None
    to_km: float | None = None
    line: list[list[float]] | None = None
    code: str = ""


@dataclass(frozen=True)
class ProgrammeDraft:
    name: str
    valid_from: date
    valid_to: date | None = None
    position: int = 0
    code: str = ""


@dataclass(frozen=True)
class Succession:
    """What becomes of something: how, from which day, and whether its links pass on to what comes after it."""

    kind: SuccessionKind
    since: date
    carries_links: bool = True


# What may not be corrected any more once a record hangs on it: old figures would change.
FIXED_BY_RECORDS = {"units": {"force_code"}, "stretches": {"from_km", "to_km", "line"}}


def dates_problem(valid_from: date, valid_to: date | None) -> dict[str, str]:
    """Why something can't be true from one day to the other."""
    return {"valid_to": "ends_before_it_starts"} if valid_to is not None and valid_to < valid_from else {}


def overlaps(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether there is a day on which both are true."""
    (first, last), (since, until) = one, other
    return (last is None or since <= last) and (until is None or first <= until)


def makes_circle(start: int, goal: int, edges: Mapping[int, Iterable[int]]) -> bool:
    """Whether an edge from `start` to `goal` would close a circle."""
    return start in reach([goal], edges)


def code_of(name: str, taken: Container[str]) -> str:
    """A code made of a name: letters without accents, and a number when somebody has it already."""
    made = re.sub(r"[^a-z0-9]+", "_", folded(name)).strip("_")[:34].rstrip("_") or "muc"
    code, number = made, 2
    while code in taken:
        code, number = f"{made}_{number}", number + 1
    return code


def succession_problem(
    predecessor: tuple[date, date | None], successor: tuple[date, date | None], since: date
) -> str | None:
    """Why one thing can't follow the other on that day, as a wording code."""
    if since <= predecessor[0]:
        return "since_before_predecessor"
    if since < successor[0] or (successor[1] is not None and since > successor[1]):
        return "since_outside_successor"
    return None


def setting_problem(
    key: SettingKey, value: str, since: date, *, today: date, has_records: bool
) -> dict[str, str]:
    """Why a rule can't begin on that day: it would change figures that were told, or remove files this very night."""
    if value not in SETTING_VALUES[key]:
        return {"value": "unknown_choice"}
    if key in TERMS:
        return {"valid_from": "term_begins_already"} if since <= today else {}
    return {"valid_from": "changes_told_figures"} if since <= today and has_records else {}
