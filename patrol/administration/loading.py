"""Setting up a ward from a file: every row through the same parsers and services as the pages, all or nothing.

What a file does to what is there already, the written rule: a row is the same thing when its code is (of areas,
categories and calendars: code and first day). A blank cell leaves a field as it is; a filled one that differs is put
right, as far as a page would put it right. A superior, and an account, that is there already stays; where the file says
otherwise, the report says so. What the file doesn't name is left alone. So the same file twice changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from .. import clock
from ..accounts.models import Person
from ..accounts.queries import person_by_username
from ..accounts.rules import Role
from ..accounts.services import create_person, one_time_password
from ..audit.services import note
from ..errors import Invalid
from ..extensions import db
from ..units import linking
from ..units.models import Area, Setting, Stretch, StretchArea, Unit, UnitArea, UnitParent
from ..units.rules import Answering, SettingKey, Succession, SuccessionKind, overlaps
from . import forms, services
from .drafts import draft_of
from .queries import MODELS, fields_of, successor_ids
from .rules import VERSIONED, Following, Kind
from .workbook import Line, Page, Problem, read

KINDS = {
    Page.AREAS: Kind.AREA,
    Page.UNITS: Kind.UNIT,
    Page.STRETCHES: Kind.STRETCH,
    Page.PROGRAMMES: Kind.PROGRAMME,
    Page.CATEGORIES: Kind.CATEGORY,
    Page.CALENDARS: Kind.CALENDAR,
}
ADDED, CHANGED, SAME, KEPT = "row_added", "row_changed", "row_same", "row_kept"


@dataclass
class Report:
    """What became of a file: counts by sheet, what was put right or kept, and everything that stands in the way."""

    counts: dict[Page, dict[str, int]] = field(default_factory=dict)
    told: list[Problem] = field(default_factory=list)  # no problems: rows of which something is to be said
    problems: list[Problem] = field(default_factory=list)
    accounts: list[tuple[str, str, str]] = field(
        default_factory=list
    )  # user name, one-time password, full name

    def add(self, line: Line, what: str) -> None:
        of_page = self.counts.setdefault(line.page, dict.fromkeys((ADDED, CHANGED, SAME, KEPT), 0))
        of_page[what] += 1
        if what in (CHANGED, KEPT):
            self.told.append(line.problem("", what))

    @property
    def is_changed(self) -> bool:
        return any(row[ADDED] or row[CHANGED] for row in self.counts.values())


def load(content: bytes, *, by: Person | None) -> Report:
    """Put a file into the register. With a problem in the report nothing may be kept: the caller rolls back, as it does
    after a trial. Raises Unreadable on what is no such file."""
    lines, problems = read(content)
    report = Report(problems=problems)
    _Load(lines, report, by).run()
    if not report.problems and not _somebody_administers():
        report.problems.append(Problem(Page.PEOPLE, 0, "", "no_administrator"))
    if report.is_changed:
        rows = sum(row[ADDED] + row[CHANGED] for row in report.counts.values())
        note("register.loaded", by=by, changes={"rows": [None, rows]})
    return report


def _somebody_administers() -> bool:
    wanted = select(Person.id).where(Person.role == Role.ADMIN, Person.is_active).limit(1)
    return db.session.scalar(wanted) is not None


class _Load:
    """One file on its way in. A row that fails is undone by itself and said, and the next one is tried."""

    def __init__(self, lines: Mapping[Page, Sequence[Line]], report: Report, by: Person | None):
        self.lines = lines
        self.report = report
        self.by = by
        self.failed: dict[Page, set[str]] = {page: set() for page in Page}
        self.made: dict[tuple[Page, int], Any] = {}

    def run(self) -> None:
        self._refuse_twice()
        for page in (Page.AREAS, Page.UNITS, Page.PROGRAMMES, Page.CATEGORIES, Page.CALENDARS):
            self._each(page, self._thing)
        for page in (Page.AREAS, Page.UNITS, Page.PROGRAMMES):
            self._each(page, self._after, counts=False)
        self._each(Page.AREAS, self._parent, counts=False)
        self._each(Page.UNITS, self._superior, counts=False)
        self._each(Page.ANSWERING, self._answering)
        self._stretches()
        self._each(Page.SETTINGS, self._setting)
        self._each(Page.PEOPLE, self._person)

    def _each(self, page: Page, act: Callable[[Line], str], *, counts: bool = True) -> None:
        for line in self.lines[page]:
            self._try(line, act, counts=counts)

    def _try(self, line: Line, act: Callable[[Line], str], *, counts: bool = True) -> None:
        code = str(line.given.get("code", ""))
        if code and not counts and code in self.failed[line.page]:
            return
        try:
            if line.wrong and counts:
                raise Invalid(line.wrong)
            with db.session.begin_nested():
                done = act(line)
        except Invalid as wrong:
            self.failed[line.page].add(code)
            self.report.problems += [line.problem(name, why) for name, why in wrong.fields.items()]
            return
        if counts or done == KEPT:
            self.report.add(line, done)

    def _refuse_twice(self) -> None:
        """A thing stands in one row; which of two should count, nobody could say."""
        keys = {
            Page.AREAS: ("code", "valid_from"), Page.UNITS: ("code",), Page.STRETCHES: ("code",),
            Page.PROGRAMMES: ("code",), Page.CATEGORIES: ("code", "valid_from"),
            Page.CALENDARS: ("code", "valid_from"), Page.PEOPLE: ("username",),
        }  # fmt: skip
        for page, names in keys.items():
            seen: set[tuple[str, ...]] = set()
            for line in self.lines[page]:
                key = tuple(str(line.given.get(name)) for name in names)
                if key in seen:
                    self.report.problems.append(line.problem(names[0], "row_twice"))
                seen.add(key)

    # --- things ---

    def _thing(self, line: Line) -> str:
        kind = KINDS[line.page]
        given = {
            name: value
            for name, value in line.given.items()
            if name not in ("parent", "superior", "after", "how")
        }
        held = self._held(kind, line)
        if held is None:
            draft = draft_of(kind, given)
            if not draft.code:
                raise Invalid({"code": "required"})
            self.made[line.page, line.number] = services.add(kind, draft, Following(), by=self.by)
            return ADDED
        self.made[line.page, line.number] = held
        return self._put_right(kind, held, fields_of(held) | given)

    def _put_right(self, kind: Kind, held: Any, fields: Mapping[str, Any], **more: Any) -> str:
        draft = draft_of(kind, fields, **more)
        return CHANGED if services.correct(kind, held, draft, by=self.by) else SAME

    def _held(self, kind: Kind, line: Line) -> Any:
        model = MODELS[kind]
        wanted = select(model).where(model.code == str(line.given.get("code", "")))
        if kind in VERSIONED or kind is Kind.AREA:
            wanted = wanted.where(model.valid_from == forms.parse_day(line.given))
        return db.session.scalar(wanted)

    def _after(self, line: Line) -> str:
        """What it comes after, with the superiors, areas and stretches of that."""
        thing = self.made[line.page, line.number]
        how = line.given.get("how") or (SuccessionKind.RENAMED if line.page is not Page.AREAS else None)
        for code in line.given.get("after", ()):
            before = self._named(line.page, code, "after", on=thing.valid_from, besides=thing)
            if thing.id in successor_ids(before):
                continue
            if not how:
                raise Invalid({"how": "required"})
            kind = SuccessionKind(how)
            carries = kind in (SuccessionKind.RENAMED, SuccessionKind.MERGED_INTO)
            services.succeed(
                KINDS[line.page], before, thing, Succession(kind, thing.valid_from, carries), by=self.by
            )
        return SAME

    def _named(
        self, page: Page, code: Any, field: str, *, on: date | None = None, besides: Any = None
    ) -> Any:
        """The thing a cell names by its code; of areas that shared one, that of the day, else the last before it."""
        if str(code) in self.failed[page]:
            raise Invalid({field: "row_above_failed"})
        model = MODELS[KINDS[page]]
        found = [
            each
            for each in db.session.scalars(
                select(model).where(model.code == str(code)).order_by(model.valid_from)
            )
            if each is not besides
        ]
        if not found:
            raise Invalid({field: "unknown_code"})
        day = on or clock.today()
        fitting = [each for each in found if each.valid_from <= day]
        return (fitting or found)[-1]

    # --- what hangs on what ---

    def _parent(self, line: Line) -> str:
        if not line.given.get("parent"):
            return SAME
        area = self.made[line.page, line.number]
        parent = self._named(Page.AREAS, line.given["parent"], "parent", on=area.valid_from, besides=area)
        return self._put_right(Kind.AREA, area, fields_of(area) | {"parent_id": parent.id})

    def _superior(self, line: Line) -> str:
        """A superior is written down once; whoever stands somewhere already stays there, and the report says so."""
        if not line.given.get("superior"):
            return SAME
        unit = self.made[line.page, line.number]
        parent = self._named(Page.UNITS, line.given["superior"], "superior", besides=unit)
        since, until = _together(unit, parent)
        held = [
            link.parent_id
            for link in db.session.scalars(select(UnitParent).where(UnitParent.unit_id == unit.id))
            if overlaps((link.valid_from, link.valid_to), (since, until))
        ]
        if not held:
            linking.place_under(unit, parent, since, until, by=self.by)
        return SAME if not held or parent.id in held else KEPT

    def _answering(self, line: Line) -> str:
        given = forms.parse_answering(line.given)
        unit = self._named(Page.UNITS, given.unit, "unit")
        area = self._named(Page.AREAS, given.area, "area", on=given.valid_from)
        held = db.session.scalar(
            select(UnitArea).where(
                UnitArea.unit_id == unit.id, UnitArea.area_id == area.id, UnitArea.kind == given.kind,
                UnitArea.valid_from == given.valid_from,
            )
        )  # fmt: skip
        if held is not None and given.valid_to is None:
            return SAME
        until = given.valid_to or _together(unit, area)[1]
        done = linking.answer_for(unit, area, Answering(given.kind), given.valid_from, until, by=self.by)
        return SAME if not done else CHANGED if held else ADDED

    # --- the coast ---

    def _stretches(self) -> None:
        """Whole stretches before the parts that are cut out of them."""
        posts: dict[str, list[Line]] = {}
        for line in self.lines[Page.POSTS]:
            if line.wrong:
                self.report.problems += [line.problem(name, why) for name, why in line.wrong.items()]
            posts.setdefault(str(line.given.get("stretch", "")), []).append(line)
        for line in sorted(self.lines[Page.STRETCHES], key=lambda line: bool(line.given.get("part"))):
            own = posts.pop(str(line.given.get("code", "")), [])
            self._try(line, lambda line, own=own: self._stretch(line, own))  # type: ignore[misc]
        self.report.problems += [lines[0].problem("stretch", "unknown_code") for lines in posts.values()]
        self._each(Page.STRETCHES, self._after, counts=False)
        self._each(Page.STRETCHES, self._lies_in, counts=False)

    def _stretch(self, line: Line, posts: Sequence[Line]) -> str:
        held = self._held(Kind.STRETCH, line)
        fields = (fields_of(held) | {"from_km": None, "to_km": None} if held else {}) | {
            name: value for name, value in line.given.items() if name not in ("area", "part", "after")
        }
        more: dict[str, Any] = {}
        if line.given.get("part"):
            whole = self._named(Page.STRETCHES, line.given["part"], "part", besides=held)
            if not whole.line:
                raise Invalid({"part": "no_line_to_cut"})
            fields |= {"shape": "part", "part_of": whole.id}
        elif posts:
            given = [forms.parse_post(post.given) for post in posts]
            if all(post.km is None for post in given):
                more["recorded"] = [(post.lat, post.lon) for post in given]
                fields["shape"] = "gpx"
            elif any(post.km is None for post in given):
                raise Invalid({"points": "km_all_or_none"})
            else:
                more["posts"] = [[post.km, post.lat, post.lon] for post in given]
                fields["shape"] = "posts"
        elif held is not None:
            more["held"] = held
        if held is not None:
            self.made[line.page, line.number] = held
            return self._put_right(Kind.STRETCH, held, fields, **more)
        draft = draft_of(Kind.STRETCH, fields, **more)
        if not draft.code:
            raise Invalid({"code": "required"})
        self.made[line.page, line.number] = services.add(Kind.STRETCH, draft, Following(), by=self.by)
        return ADDED

    def _lies_in(self, line: Line) -> str:
        stretch: Stretch = self.made[line.page, line.number]
        area: Area = self._named(Page.AREAS, line.given.get("area", ""), "area")
        lying = select(StretchArea.id).where(
            StretchArea.stretch_id == stretch.id, StretchArea.area_id == area.id
        )
        if db.session.scalar(lying) is None:
            linking.lay_in(stretch, area, *_together(stretch, area), by=self.by)
        return SAME

    # --- rules and people ---

    def _setting(self, line: Line) -> str:
        key = str(line.given.get("key", ""))
        value, since = forms.parse_setting(key, line.given)
        held = db.session.scalar(select(Setting.value).where(Setting.key == key, Setting.valid_from == since))
        if held == value:
            return SAME
        services.set_rule(SettingKey(key), value, since, by=self.by)
        return CHANGED if held else ADDED

    def _person(self, line: Line) -> str:
        """A new account with a one-time password. One that is there is changed on the pages, by no file."""
        given = forms.parse_person(line.given)
        unit: Unit = self._named(Page.UNITS, given.unit, "unit")
        if held := person_by_username(given.username):
            said = (given.full_name, given.rank, given.role, unit.id)
            return SAME if said == (held.full_name, held.rank, held.role, held.unit_id) else KEPT
        password = one_time_password()
        person = create_person(
            username=given.username,
            full_name=given.full_name,
            rank=given.rank,
            role=given.role,
            unit=unit,
            password=password,
            by=self.by,
        )
        self.report.accounts.append((person.username, password, person.full_name))
        return ADDED


def _together(one: Any, other: Any) -> tuple[date, date | None]:
    """The days on which both are true."""
    ends = [each.valid_to for each in (one, other) if each.valid_to is not None]
    return max(one.valid_from, other.valid_from), min(ends, default=None)
