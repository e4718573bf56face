"""The fields of the patrol form: what stands in them at first, again, and after 'như lần trước' or another row.

The form is one flat mapping of names to text ('attendance.0.personnel'), the same on a blank page, on an edit and on a
page that comes back with problems; so nothing typed is ever lost between two answers.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from werkzeug.datastructures import MultiDict

from .. import clock, wording
from ..accounts.queries import scope_of
from ..findings.models import Finding
from ..findings.services import draft_of as finding_draft_of
from ..parsing import parse_moment
from ..patrols.models import Patrol
from ..patrols.queries import last_patrol_led_by
from .queries import Lists

ATTENDANCE_ROWS = 3
MAIN_MEASURES = ("cases", "subjects", "sites")


def blank(person: Any, lists: Lists) -> MultiDict[str, Any]:
    """A new page: it has its id, today's date, one's own unit and an empty headcount."""
    values: MultiDict[str, Any] = MultiDict(
        {
            "client_id": str(uuid4()),
            "started_on": wording.day(clock.today()),
            "lead_unit_id": str(person.unit_id),
            "leader_id": "" if lists.may_choose_leader else str(person.id),
        }
    )
    values.setlist("programme_ids", [str(each) for each in lists.default_programme_ids])
    forces_used: set[str | None] = set()
    number = 0
    for unit in lists.units:  # one's own first, then one unit of each other force
        if unit.force_code in forces_used or unit.force_code == "other":
            continue
        if not unit.is_current:
            continue
        forces_used.add(unit.force_code)
        put_unit(values, number, unit.id)
        number += 1
    return values


def put_unit(values: MultiDict[str, Any], number: int, unit_id: int) -> None:
    """One row of attendance for a unit, its officers not counted yet."""
    values[f"attendance.{number}.unit_id"] = str(unit_id)
    values[f"attendance.{number}.militia"] = "0"
    values[f"attendance.{number}.security_team"] = "0"


def of_patrol(patrol: Patrol, findings: list[Finding]) -> MultiDict[str, Any]:
    """A stored patrol as form fields."""
    values: MultiDict[str, Any] = MultiDict(
        {
            "client_id": str(patrol.client_id),
            "rev": str(patrol.rev),
            "started_on": wording.day(clock.local_day(patrol.started_at)),
            "started_time": wording.clock_time(patrol.started_at),
            "ended_on": wording.day(clock.local_day(patrol.ended_at)) if _needs_end_day(patrol) else "",
            "ended_time": wording.clock_time(patrol.ended_at) if patrol.ended_at else "",
            "lead_unit_id": str(patrol.lead_unit_id),
            "leader_id": str(patrol.leader_id or ""),
            "leader_name": "" if patrol.leader_id else patrol.leader_name,
            "stretch_id": str(patrol.stretch_id),
            "from_place": patrol.from_place,
            "to_place": patrol.to_place,
            "means": patrol.means or "",
            "weather": patrol.weather or "",
            "sea": patrol.sea or "",
            "nothing_found": "1" if patrol.nothing_found else "",
            "note": patrol.note,
        }
    )
    values.setlist("programme_ids", [str(programme.id) for programme in patrol.programmes])
    put_attendance(values, patrol)
    for number, finding in enumerate(findings):
        row = f"findings.{number}"
        values[f"{row}.client_id"] = str(finding.client_id)
        values[f"{row}.category"] = finding.category_code
        others = 0
        for measure in finding.measures:
            quantity = wording.number(measure.quantity, unknown="")
            if measure.code in MAIN_MEASURES:
                values[f"{row}.measures.{measure.code}"] = quantity
            else:
                values[f"{row}.extra.{others}.code"] = measure.code
                values[f"{row}.extra.{others}.quantity"] = quantity
                others += 1
        values[f"{row}.found_time"] = wording.clock_time(finding.found_at) if finding.found_at else ""
        values[f"{row}.place"] = finding.place
        values[f"{row}.km"] = wording.number(finding.km, unknown="")
        values[f"{row}.outcome"] = finding_draft_of(finding).outcome or ""
        values[f"{row}.note"] = finding.note
    return values


def _needs_end_day(patrol: Patrol) -> bool:
    """Only a patrol of a day or more needs its last day written; else the clock says it."""
    return patrol.ended_at is not None and patrol.ended_at - patrol.started_at >= timedelta(days=1)


def put_attendance(values: MultiDict[str, Any], patrol: Patrol) -> None:
    """The attendance of a stored patrol, in place of whatever rows there are."""
    for name in [name for name in values if name.startswith("attendance.")]:
        values.poplist(name)
    for number, row in enumerate(patrol.attendance):
        name = f"attendance.{number}"
        values[f"{name}.unit_id"] = str(row.unit_id)
        for column in ("personnel", "militia", "security_team"):
            quantity = getattr(row, column)
            values[f"{name}.{column}"] = "" if quantity is None else str(quantity)
        values[f"{name}.unknown"] = "1" if row.personnel is None else ""


def after_action(action: str, form: MultiDict[str, str], lists: Lists, person: Any) -> MultiDict[str, Any]:
    """What the form holds after a button that doesn't save; everything typed stays."""
    values: MultiDict[str, Any] = MultiDict(form)
    values.poplist("action")
    if action == "add_unit":
        number = _next(rows(values, lists)["attendance"])
        values[f"attendance.{number}.unit_id"] = ""
        values[f"attendance.{number}.militia"] = values[f"attendance.{number}.security_team"] = "0"
    elif action == "add_finding":
        values[f"findings.{_next(rows(values, lists)['findings'])}.client_id"] = str(uuid4())
    elif action == "like_last":
        last = last_patrol_led_by(person.id, person.unit_id, seen_by=scope_of(person))
        if last is not None:
            _copy_last(values, last)
    return values


def _next(numbers: list[int]) -> int:
    return numbers[-1] + 1 if numbers else 0


def without_gaps(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """The same fields, rows numbered 0, 1, 2 …: one taken out on the page left a hole, and problems go by place."""
    numbers: dict[str, set[str]] = {"attendance": set(), "findings": set()}
    for name in form:
        kind, _, rest = name.partition(".")
        number = rest.partition(".")[0]
        if kind in numbers and number.isdecimal() and len(number) < 6:
            numbers[kind].add(number)
    places = {
        kind: {number: place for place, number in enumerate(sorted(held, key=int))}
        for kind, held in numbers.items()
    }
    closed: MultiDict[str, str] = MultiDict()
    for name, value in form.items(multi=True):
        kind, _, rest = name.partition(".")
        number, dot, last = rest.partition(".")
        place = places.get(kind, {}).get(number)
        closed.add(name if place is None else f"{kind}.{place}{dot}{last}", value)
    return closed


def _copy_last(values: MultiDict[str, Any], last: Patrol) -> None:
    """Units, headcount, stretch, means and programmes of the last patrol; never its times or what it found."""
    put_attendance(values, last)
    values["lead_unit_id"] = str(last.lead_unit_id)
    values["stretch_id"] = str(last.stretch_id)
    values["means"] = last.means or ""
    values["from_place"], values["to_place"] = last.from_place, last.to_place
    values.setlist("programme_ids", [str(programme.id) for programme in last.programmes])


def with_own_leader(
    raw: dict[str, Any], form: MultiDict[str, str], person: Any, lists: Lists
) -> dict[str, Any]:
    """The tree to parse: lists of ticks as lists, and the leader is oneself unless one writes for others."""
    raw["programme_ids"] = form.getlist("programme_ids")
    if not lists.may_choose_leader:
        raw["leader_id"], raw["leader_name"] = str(person.id), ""
    return raw


def with_new_id(form: MultiDict[str, str]) -> MultiDict[str, Any]:
    """The same page under a name of its own, when the one it had can't be read."""
    values: MultiDict[str, Any] = MultiDict(form)
    values["client_id"] = str(uuid4())
    return values


def newer(form: MultiDict[str, str], stored: Patrol) -> MultiDict[str, Any]:
    """What was typed, now based on the revision that is stored, so saving again is a choice made with open eyes."""
    values: MultiDict[str, Any] = MultiDict(form)
    values["rev"] = str(stored.rev)
    return values


def based_on(values: MultiDict[str, Any], version_id: int, stored: Patrol) -> MultiDict[str, Any]:
    """What a phone sent, to be saved over what is stored; saving it settles that version.

    A leader's own phone doesn't say who leads, so that stays as it is stored.
    """
    values["ban"] = str(version_id)
    if not values.get("leader_id") and not values.get("leader_name"):
        values["leader_id"] = str(stored.leader_id or "")
        values["leader_name"] = "" if stored.leader_id else stored.leader_name
    return newer(values, stored)


def of_body(body: Mapping[str, Any]) -> MultiDict[str, Any]:
    """What a phone sent as form fields. Saving reads them again, like anything typed."""
    values: MultiDict[str, Any] = MultiDict()
    for name, value in body.items():
        if name in ("started_at", "ended_at"):
            _put_moment(values, name.removesuffix("_at"), value)
        elif name == "programme_ids":
            values.setlist(name, [str(each) for each in value or []])
        elif name in ("attendance", "findings"):
            for number, row in enumerate(value or []):
                _put_row(values, f"{name}.{number}", row)
        else:
            values[name] = _typed(value)
    return values


def _put_row(values: MultiDict[str, Any], name: str, row: Mapping[str, Any]) -> None:
    others = 0
    for field, value in row.items():
        if field == "found_at":
            _put_moment(values, f"{name}.found", value, with_day=False)
        elif field == "measures":
            for code, quantity in (value or {}).items():
                if code in MAIN_MEASURES:
                    values[f"{name}.measures.{code}"] = _typed(quantity)
                elif quantity is not None:
                    others = _put_other(values, name, others, code, quantity)
        elif field == "extra":
            for extra in value or []:
                others = _put_other(values, name, others, extra.get("code"), extra.get("quantity"))
        else:
            values[f"{name}.{field}"] = _typed(value)


def _put_other(values: MultiDict[str, Any], name: str, place: int, code: Any, quantity: Any) -> int:
    values[f"{name}.extra.{place}.code"] = _typed(code)
    values[f"{name}.extra.{place}.quantity"] = _typed(quantity)
    return place + 1


def _put_moment(values: MultiDict[str, Any], name: str, given: Any, *, with_day: bool = True) -> None:
    if not given:
        return
    moment = parse_moment(given)
    values[f"{name}_time"] = wording.clock_time(moment)
    if with_day:
        values[f"{name}_on"] = wording.day(clock.local_day(moment))


def _typed(value: Any) -> str:
    """A value as a person would have typed it."""
    if value is None or isinstance(value, bool):
        return "1" if value else ""
    return wording.number(value) if isinstance(value, int | float) else str(value)


def extras(values: Mapping[str, Any], row: str) -> list[int]:
    """The numbers of the other quantities of a finding the form shows: one to write into, and every one written."""
    prefix = f"{row}.extra."
    written = {name.removeprefix(prefix).partition(".")[0] for name in values if name.startswith(prefix)}
    return sorted({0, *(int(number) for number in written if number.isdecimal() and len(number) < 3)})


def rows(values: Mapping[str, Any], lists: Lists) -> dict[str, list[int]]:
    """The numbers of the attendance and finding rows the form shows, at least enough to start with."""
    numbers: dict[str, set[int]] = {"attendance": set(), "findings": set()}
    for name in values:
        kind, _, rest = name.partition(".")
        number = rest.partition(".")[0]
        if kind in numbers and number.isdecimal() and len(number) < 4:
            numbers[kind].add(int(number))
    return {
        "attendance": sorted(numbers["attendance"] or set(range(ATTENDANCE_ROWS))),
        "findings": sorted(numbers["findings"]),
    }


def offered(lists: Lists, values: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """The options of every list of the form, grouped the way people look for them."""

    def when(thing: Any, today: str = "Hiện nay") -> str:
        return "Trước đây" if thing.is_past else today

    return {
        "units": [
            {"value": unit.id, "label": unit.name, "group": when(unit)} for unit in by_time(lists.units)
        ],
        "stretches": [
            {"value": stretch.id, "label": stretch.name, "group": when(stretch, "")}
            for stretch in by_time(lists.stretches)
        ],
        "leaders": [
            {
                "value": person.id,
                "label": f"{person.rank} {person.full_name}".strip(),
                "group": person.unit.name,
            }
            for person in sorted(lists.leaders, key=lambda person: person.unit_id)
        ],
        "categories": [
            {
                "value": category.code,
                "label": category.name,
                "group": when(category, category.group_name),
                "measures": " ".join(category.measures),
            }
            for category in by_time(lists.categories)
        ],
        "means": [{"value": code, "label": label} for code, label in wording.MEANS.items()],
        "weather": [{"value": code, "label": label} for code, label in wording.WEATHER.items()],
        "sea": [{"value": code, "label": label} for code, label in wording.SEA.items()],
        "extra": [{"value": code, "label": wording.MEASURE[code]} for code in other_measures(lists)],
        "outcomes": [{"value": code, "label": label} for code, label in wording.OUTCOME.items()],
    }  # type: ignore[return-value]


def other_measures(lists: Lists) -> list[str]:
    """The units beyond vụ, đối tượng and tụ điểm that some category is counted in, in the order of the catalogue."""
    every = [measure for category in lists.categories for measure in category.measures]
    return [measure for measure in dict.fromkeys(every) if measure not in MAIN_MEASURES]


def by_time(things: Any) -> list[Any]:
    """What holds today before what held in the past, each in its own order."""
    return sorted(things, key=lambda thing: thing.is_past)
