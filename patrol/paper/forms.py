"""From a row of a paper book to the same tree the page of the log posts, and through the same parser."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from ..errors import Invalid
from ..logbook.forms import parse_log
from ..patrols.rules import Choices, Source
from ..sheets.reading import Row
from ..text import clean, folded
from . import rules
from .rules import Names, Problem, Reading, client_id_of, meant

NOBODY = -1  # no unit or stretch has this id, so the parser says that the choice is unknown


def parse_book(
    rows: Iterable[Row], *, names: Names, choices: Choices, counted_in: Mapping[str, Sequence[str]]
) -> list[Reading]:
    """Every row as a LogDraft or with every problem it has. A row named like an earlier one is a problem too."""
    readings = []
    seen: dict[Any, int] = {}
    for row in rows:
        reading = _read(row, names, choices, counted_in)
        if reading.log is not None:
            first = seen.setdefault(reading.log.patrol.client_id, row.number)
            if first != row.number:
                reading = Reading(
                    row.number,
                    reading.title,
                    problems=(Problem(rules.NUMBER, "book_row_twice", f"dòng {first}"),),
                )
        readings.append(reading)
    return readings


def _read(row: Row, names: Names, choices: Choices, counted_in: Mapping[str, Sequence[str]]) -> Reading:
    title = ", ".join(text for name in (rules.BOOK, rules.NUMBER) if (text := _text(row.get(name))))
    missing = [name for name in rules.REQUIRED if row.get(name) is None]
    tree, headers = _tree(row, names)
    wrong = {}
    log = None
    try:
        log = parse_log(tree, choices=choices, counted_in=counted_in)
    except Invalid as problem:
        wrong = {headers.get(path, path): code for path, code in problem.fields.items()}
    # the parser asks whether a choice is known only once everything can be read; the book is told all at once
    wrong |= {headers[path]: "unknown_choice" for path in _unknown(tree)}
    wrong |= dict.fromkeys(missing, "required")
    if wrong:
        return Reading(
            row.number,
            title,
            problems=tuple(Problem(header, code, _text(row.get(header))) for header, code in wrong.items()),
        )
    return Reading(row.number, title, log)


def _tree(row: Row, names: Names) -> tuple[dict[str, Any], dict[str, str]]:
    """The row as the tree of the form, and which column each of its fields came from."""
    day = row.get(rules.DAY)
    lead = meant(names.units, row.get(rules.LEAD), day)
    stretch = meant(names.stretches, row.get(rules.STRETCH), day)
    book, number = _text(row.get(rules.BOOK)), _text(row.get(rules.NUMBER))
    plain = {
        "client_id": (rules.NUMBER, str(client_id_of(lead.code if lead else "", book, number))),
        "lead_unit_id": (rules.LEAD, lead.id if lead else NOBODY),
        "stretch_id": (rules.STRETCH, stretch.id if stretch else NOBODY),
        "started_on": (rules.DAY, day),
        "started_time": (rules.START, row.get(rules.START)),
        "ended_time": (rules.END, row.get(rules.END)),
        "leader_name": (rules.LEADER, _text(row.get(rules.LEADER))),
        "from_place": (rules.FROM, _text(row.get(rules.FROM))),
        "to_place": (rules.TO, _text(row.get(rules.TO))),
        "means": (rules.MEANS, _word(names, "means", row.get(rules.MEANS))),
        "weather": (rules.WEATHER, _word(names, "weather", row.get(rules.WEATHER))),
        "sea": (rules.SEA, _word(names, "sea", row.get(rules.SEA))),
        "nothing_found": (rules.NOTHING, folded(_text(row.get(rules.NOTHING))) in rules.YES),
        "note": (rules.NOTE, _text(row.get(rules.NOTE))),
        "programme_ids": (rules.PROGRAMME, _programmes(names, row.get(rules.PROGRAMME))),
    }
    tree: dict[str, Any] = {name: value for name, (_, value) in plain.items()} | {
        "source": Source.PAPER.value
    }
    headers = {name: header for name, (header, _) in plain.items()}
    headers["attendance"] = f"{rules.UNIT} 1"
    headers["programme_ids.0"] = rules.PROGRAMME
    tree["attendance"] = [
        _unit(row, place, names, headers, number)
        for number, place in enumerate(
            _places(row, (rules.UNIT, rules.PERSONNEL, rules.MILITIA, rules.SECURITY))
        )
    ]
    finding_headers = (rules.FOUND, rules.CASES, rules.SUBJECTS, rules.SITES, rules.OTHER, rules.FOUND_TIME)
    tree["findings"] = [
        _finding(row, place, names, headers, number)
        for number, place in enumerate(_places(row, (*finding_headers, rules.OUTCOME)))
    ]
    return tree, headers


def _unknown(tree: Mapping[str, Any]) -> list[str]:
    """The fields whose name stands for no unit or stretch of this person's lists."""
    units = {
        f"attendance.{number}.unit_id": unit["unit_id"] for number, unit in enumerate(tree["attendance"])
    }
    named = units | {name: tree[name] for name in ("lead_unit_id", "stretch_id")}
    return [path for path, value in named.items() if value == NOBODY]


def _places(row: Row, headers: Sequence[str]) -> list[int]:
    """The numbers of the columns of which this row fills any: 'Đơn vị 1', 'CBCS 1', 'Đơn vị 2', …"""
    return [
        place
        for place in range(1, rules.MOST + 1)
        if any(row.get(f"{header} {place}") is not None for header in headers)
    ]


def _unit(row: Row, place: int, names: Names, headers: dict[str, str], number: int) -> dict[str, Any]:
    """One unit that was there. Officers left blank are unknown; militia and security team left blank were not there."""
    columns = {
        "unit_id": rules.UNIT, "personnel": rules.PERSONNEL, "militia": rules.MILITIA, "security_team": rules.SECURITY,
    }  # fmt: skip
    given = {name: row.get(f"{header} {place}") for name, header in columns.items()}
    headers |= {f"attendance.{number}.{name}": f"{header} {place}" for name, header in columns.items()}
    unit = meant(names.units, given["unit_id"], row.get(rules.DAY))
    unknown = {name for name in columns if folded(_text(given[name])) in rules.UNKNOWN}
    return {
        "unit_id": None if given["unit_id"] is None else unit.id if unit else NOBODY,
        "personnel": None if "personnel" in unknown else given["personnel"],
        "militia": None if "militia" in unknown else 0 if given["militia"] is None else given["militia"],
        "security_team": None
        if "security_team" in unknown
        else 0
        if given["security_team"] is None
        else given["security_team"],
        "unknown": True,
    }


def _finding(row: Row, place: int, names: Names, headers: dict[str, str], number: int) -> dict[str, Any]:
    columns = {
        "category": rules.FOUND,
        "measures.cases": rules.CASES,
        "measures.subjects": rules.SUBJECTS,
        "measures.sites": rules.SITES,
        "extra.0.quantity": rules.OTHER,
        "extra.0.code": rules.OTHER_UNIT,
        "found_time": rules.FOUND_TIME,
        "outcome": rules.OUTCOME,
    }
    headers |= {f"findings.{number}.{name}": f"{header} {place}" for name, header in columns.items()}
    given = {name: row.get(f"{header} {place}") for name, header in columns.items()}
    category = _text(given["category"])
    measures = {name: given[f"measures.{name}"] for name in ("cases", "subjects", "sites")}
    return {
        "category": names.categories.get(folded(category), category),
        "measures": {name: value for name, value in measures.items() if not _is_unknown(value)},
        "extra": [
            {
                "quantity": None if _is_unknown(given["extra.0.quantity"]) else given["extra.0.quantity"],
                "code": _word(names, "measure", given["extra.0.code"]),
            }
        ],
        "found_time": given["found_time"],
        "outcome": _word(names, "outcome", given["outcome"]),
    }


def _is_unknown(value: Any) -> bool:
    return value is None or folded(_text(value)) in rules.UNKNOWN


def _word(names: Names, kind: str, value: Any) -> str:
    """The code of a word; a word nobody knows stays as it is, for the parser to refuse."""
    text = _text(value)
    return names.words[kind].get(folded(text), text)


def _programmes(names: Names, value: Any) -> list[int]:
    """Programmes written one after the other with semicolons; nothing written means the usual one."""
    if value is None:
        return list(names.default_programme_ids)
    return [names.programmes.get(folded(name), NOBODY) for name in _text(value).split(";") if name.strip()]


def _text(value: Any) -> str:
    """A cell as a person would read it aloud."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return clean(str(value))
