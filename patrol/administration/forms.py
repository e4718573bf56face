"""From what was typed, on a page or in a row of a spreadsheet, to drafts of the register."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from ..accounts.rules import Role
from ..errors import Invalid
from ..findings.rules import MeasureCode
from ..parsing import Day, Id, Input, Line, Number, Prose, Whole, parse
from ..reviews.rules import LAST_START_DAY, CalendarKind
from ..units.coastline import Point, cut, measured, posts_problem, read_points
from ..units.rules import (
    FORCE_OF,
    Answering,
    AreaDraft,
    AreaKind,
    ProgrammeDraft,
    SettingKey,
    StretchDraft,
    Succession,
    SuccessionKind,
    UnitDraft,
    UnitKind,
)
from .rules import CalendarDraft, CategoryDraft, Following

Text = Annotated[Line, Field(min_length=1)]
Place = Annotated[Whole, Field(ge=0, le=9_999)]
Code = Annotated[Line, Field(max_length=40)]
Km = Annotated[Number, Field(ge=0, le=4_000)]
CODE = re.compile(r"[a-z0-9][a-z0-9_.-]*")


class DatedInput(Input):
    name: Text
    valid_from: Day
    valid_to: Day | None = None
    code: Code = ""


class AreaInput(DatedInput):
    code: Annotated[Line, Field(min_length=1, max_length=40)]
    kind: AreaKind
    is_hotspot: bool = False
    parent_id: Id | None = None


def parse_area(raw: Mapping[str, Any], *, areas: Container[int]) -> AreaDraft:
    """An area. Raises Invalid with every problem at once, as all parsers here."""
    given = parse(AreaInput, raw)
    if given.parent_id is not None and given.parent_id not in areas:
        raise Invalid({"parent_id": "unknown_choice"})
    return AreaDraft(**dict(given))


class UnitInput(DatedInput):
    kind: UnitKind
    position: Place = 0


def parse_unit(raw: Mapping[str, Any]) -> UnitDraft:
    """A unit; its force follows from what kind of unit it is."""
    given = _with_good_code(parse(UnitInput, raw))
    return UnitDraft(**dict(given), force_code=FORCE_OF[given.kind])


class StretchInput(DatedInput):
    position: Place = 0
    shape: Line = "none"
    part_of: Id | None = None
    from_km: Km | None = None
    to_km: Km | None = None
    points: Annotated[str, Field(max_length=40_000)] = ""


def parse_stretch(
    raw: Mapping[str, Any],
    *,
    lines: Mapping[int, Sequence[Sequence[float]]],
    recorded: Sequence[Point] = (),
    posts: Sequence[Sequence[float]] = (),
    held: StretchDraft | None = None,
) -> StretchDraft:
    """A stretch with its line, by `shape`: 'none', 'part' of a stretch of `lines` from km to km, 'points' typed,
    'gpx' (`recorded`: the points of that file), 'posts' (with their own km), 'held' (as it is in `held`)."""
    given = _with_good_code(parse(StretchInput, raw))
    line: list[list[float]] | None = None
    if given.shape == "part":
        if given.part_of not in lines:
            raise Invalid({"part_of": "unknown_choice" if given.part_of else "required"})
        if wrong := {name: "required" for name in ("from_km", "to_km") if getattr(given, name) is None}:
            raise Invalid(wrong)
        line = cut(lines[given.part_of], given.from_km or 0.0, given.to_km or 0.0)
    elif given.shape in ("points", "gpx"):
        points = read_points(given.points) if given.shape == "points" else recorded
        if not points:
            raise Invalid({"points" if given.shape == "points" else "gpx": "required"})
        line = measured(points, from_km=given.from_km or 0.0)
    elif given.shape == "posts":
        line = [list(post) for post in posts]
        if problem := posts_problem(line):
            raise Invalid({"points": problem})
    elif given.shape == "held" and held is not None:
        line = held.line
    elif given.shape != "none":
        raise Invalid({"shape": "unknown_choice"})
    ends = (line[0][0], line[-1][0]) if line else (None, None)
    return StretchDraft(
        name=given.name,
        code=given.code,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        position=given.position,
        from_km=ends[0],
        to_km=ends[1],
        line=line,
    )


class ProgrammeInput(DatedInput):
    position: Place = 0


def parse_programme(raw: Mapping[str, Any]) -> ProgrammeDraft:
    return ProgrammeDraft(**dict(_with_good_code(parse(ProgrammeInput, raw))))


class CategoryInput(DatedInput):
    group_name: Text
    position: Place = 0
    legal_note: Prose = ""
    main_measure: MeasureCode
    other_measures: list[MeasureCode] = []


def parse_category(raw: Mapping[str, Any]) -> CategoryDraft:
    """A category; the main unit of counting first, the others in the order of the catalogue of units."""
    given = _with_good_code(parse(CategoryInput, raw))
    others = [each for each in given.other_measures if each != given.main_measure]
    values = {
        name: value for name, value in dict(given).items() if name not in ("main_measure", "other_measures")
    }
    return CategoryDraft(**values, measures=tuple(map(str, dict.fromkeys([given.main_measure, *others]))))


class CalendarInput(DatedInput):
    kind: CalendarKind
    start_day: Annotated[Whole, Field(ge=1, le=LAST_START_DAY)]
    start_month: Annotated[Whole, Field(ge=1, le=12)]
    starts_year_before: bool = False
    position: Place = 0


def parse_calendar(raw: Mapping[str, Any]) -> CalendarDraft:
    return CalendarDraft(**dict(_with_good_code(parse(CalendarInput, raw))))


class FollowingInput(Input):
    predecessor_ids: list[Id] = []
    how: SuccessionKind | None = None
    valid_from: Day
    carries_links: bool = False


def parse_following(raw: Mapping[str, Any], *, offered: Container[int]) -> Following:
    """Whom something that begins on `valid_from` comes after."""
    given = parse(FollowingInput, raw)
    if not given.predecessor_ids:
        return Following()
    if any(each not in offered for each in given.predecessor_ids):
        raise Invalid({"predecessor_ids": "unknown_choice"})
    if given.how is None:
        raise Invalid({"how": "required"})
    return Following(
        tuple(dict.fromkeys(given.predecessor_ids)),
        Succession(given.how, given.valid_from, given.carries_links),
    )


class EndInput(Input):
    last_day: Day


def parse_end(raw: Mapping[str, Any]) -> date:
    """The last day something is true."""
    return parse(EndInput, raw).last_day


class SuccessorInput(Input):
    successor_id: Id
    how: SuccessionKind
    since: Day
    carries_links: bool = False


def parse_successor(raw: Mapping[str, Any]) -> tuple[int, Succession]:
    """What that is there already comes after something, how and since when."""
    given = parse(SuccessorInput, raw)
    return given.successor_id, Succession(given.how, given.since, given.carries_links)


@dataclass(frozen=True)
class LinkDraft:
    """One thing hangs on another from a day on."""

    other_id: int
    since: date
    until: date | None
    kind: Answering


class LinkInput(Input):
    other_id: Id
    since: Day
    until: Day | None = None
    kind: Answering = Answering.JURISDICTION


def parse_link(raw: Mapping[str, Any]) -> LinkDraft:
    return LinkDraft(**dict(parse(LinkInput, raw)))


class SettingInput(Input):
    value: Line
    valid_from: Day


def parse_setting(key: str, raw: Mapping[str, Any]) -> tuple[str, date]:
    """The value of a rule of counting and the day it begins."""
    if key not in set(SettingKey):
        raise Invalid({"key": "unknown_choice"})
    given = parse(SettingInput, raw)
    return given.value, given.valid_from


# Rows of the file a ward is set up from; things are named by their codes there.


class PersonInput(Input):
    username: Text
    full_name: Text
    rank: Annotated[Line, Field(max_length=60)] = ""
    role: Role
    unit: Text


def parse_person(raw: Mapping[str, Any]) -> PersonInput:
    """An account."""
    return parse(PersonInput, raw)


class AnsweringInput(Input):
    unit: Text
    area: Text
    kind: Answering
    valid_from: Day
    valid_to: Day | None = None


def parse_answering(raw: Mapping[str, Any]) -> AnsweringInput:
    """A unit and an area it answers for or may look at."""
    return parse(AnsweringInput, raw)


class PostInput(Input):
    km: Km | None = None
    lat: Number
    lon: Number


def parse_post(raw: Mapping[str, Any]) -> PostInput:
    """A point of a stretch."""
    return parse(PostInput, raw)


class SinceInput(Input):
    valid_from: Day


def parse_day(raw: Mapping[str, Any]) -> date:
    """The first day of something: half of its key where codes come again."""
    return parse(SinceInput, raw).valid_from


def _with_good_code(given: Any) -> Any:
    if given.code and not CODE.fullmatch(given.code):
        raise Invalid({"code": "not_a_code"})
    return given
