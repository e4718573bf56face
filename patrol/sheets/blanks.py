"""Blank forms as .xlsx: what somebody downloads, fills in and sends back to the intake of `reading.py`."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from .tables import Cell, Kind
from .xlsx import FORMATS, HEAD, LITERALLY, write

FILLABLE = 2_000  # rows that get a format and a list to choose from
LISTS, GUIDE = "Danh mục", "Cách ghi"
LONGEST_HINT = 255  # letters Excel shows beside a cell


@dataclass(frozen=True)
class Field:
    """A column to fill in. `choices` are offered as a list; another text is asked about there, not refused."""

    header: str
    hint: str = ""
    kind: Kind = Kind.TEXT
    width: int = 16
    is_required: bool = False
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class Blank:
    """One sheet to fill in, perhaps with rows already there; `lines` stand above its headers."""

    name: str
    fields: Sequence[Field]
    lines: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()


def blank_workbook(title: str, blanks: Sequence[Blank]) -> bytes:
    """The form: a sheet per blank, one that says how each column is written, one with every list of choices."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **LITERALLY}) as made:
        made.set_properties({"title": title})
        formats: dict[Any, Any] = {kind: made.add_format(how) for kind, how in FORMATS.items()}
        formats |= {
            "whole": made.add_format(FORMATS[Kind.NUMBER]),
            "title": made.add_format({"bold": True, "font_size": 14}),
            "plain": made.add_format({}),
            "head": made.add_format(HEAD),
            "required": made.add_format({**HEAD, "bg_color": "#F0D9A8"}),
        }
        sheets = [made.add_worksheet(blank.name) for blank in blanks]
        guide = made.add_worksheet(GUIDE)
        places = _lists(made.add_worksheet(LISTS), blanks, formats)
        for sheet, blank in zip(sheets, blanks, strict=True):
            _blank(sheet, title, blank, places, formats)
        _guide(guide, blanks, formats)
    return file.getvalue()


def _lists(sheet: Worksheet, blanks: Sequence[Blank], formats: dict[Any, Any]) -> dict[tuple[str, ...], str]:
    """Every list once, a column each; the answer says where each stands."""
    places: dict[tuple[str, ...], str] = {}
    for field in (field for blank in blanks for field in blank.fields):
        choices = tuple(field.choices)
        if not choices or choices in places:
            continue
        place = len(places)
        column = xl_col_to_name(place, True)
        sheet.set_column(place, place, max(16, min(60, max(map(len, choices)) + 2)))
        sheet.write_string(0, place, field.header, formats["head"])
        for number, choice in enumerate(choices, 1):
            sheet.write_string(number, place, choice, formats["plain"])
        places[choices] = f"='{LISTS}'!{column}$2:{column}${len(choices) + 1}"
    sheet.freeze_panes(1, 0)
    return places


def _blank(
    sheet: Worksheet,
    title: str,
    blank: Blank,
    places: dict[tuple[str, ...], str],
    formats: dict[Any, Any],
) -> None:
    sheet.write_string(0, 0, title, formats["title"])
    for number, line in enumerate(blank.lines, 1):
        sheet.write_string(number, 0, line, formats["plain"])
    head = len(blank.lines) + 1
    for place, field in enumerate(blank.fields):
        sheet.set_column(place, place, field.width, formats[field.kind])
        sheet.write_string(head, place, field.header, formats["required" if field.is_required else "head"])
        if field.choices or field.hint:
            sheet.data_validation(head + 1, place, head + FILLABLE, place, _asked(field, places))
    sheet.set_row(head, 45)
    sheet.freeze_panes(head + 1, 1)
    for number, row in enumerate(blank.rows, head + 1):
        for place, (field, value) in enumerate(zip(blank.fields, row, strict=True)):
            if value is not None:
                write(sheet, number, place, field.kind, value, formats)


def _asked(field: Field, places: dict[tuple[str, ...], str]) -> dict[str, Any]:
    asked: dict[str, Any] = {"validate": "any"}
    if field.choices:
        asked = {"validate": "list", "source": places[tuple(field.choices)], "error_type": "warning"}
    if field.hint:
        asked |= {"input_title": field.header[:32], "input_message": field.hint[:LONGEST_HINT]}
    return asked


def _guide(sheet: Worksheet, blanks: Sequence[Blank], formats: dict[Any, Any]) -> None:
    for place, (label, width) in enumerate((("Trang", 18), ("Cột", 34), ("Bắt buộc", 10), ("Cách ghi", 90))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, label, formats["head"])
    lines = [(blank.name, field) for blank in blanks for field in blank.fields]
    for number, (name, field) in enumerate(lines, 1):
        hint = field.hint or ("Chọn trong danh sách." if field.choices else "")
        for place, text in enumerate((name, field.header, "có" if field.is_required else "", hint)):
            sheet.write_string(number, place, text, formats[Kind.TEXT])
    sheet.freeze_panes(1, 0)
