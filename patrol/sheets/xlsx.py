"""A book of tables as an Excel file: real numbers and dates, and no text of anybody's ever a formula."""

import io
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from .. import clock
from .tables import UNKNOWN, Book, Cell, Column, Kind, Table, Tally

LINE, MOST_LINES = 15, 20  # points; Excel ends at 409
LONGEST_FOOT = 100  # letters; each & becomes two, and Excel takes 255 in all
LONGEST_TEXT = 32_767  # of a cell, in UTF-16 units
FORMATS = {
    Kind.TEXT: {"text_wrap": True, "valign": "top", "indent": 1},
    Kind.NUMBER: {"num_format": "#,##0.###;-#,##0.###;0", "valign": "top"},
    Kind.SHARE: {"num_format": "0.0%", "valign": "top"},
    Kind.DAY: {"num_format": "dd/mm/yyyy", "align": "left", "valign": "top"},
    Kind.CLOCK: {"num_format": "hh:mm", "align": "left", "valign": "top"},
    Kind.MOMENT: {"num_format": "dd/mm/yyyy hh:mm", "align": "left", "valign": "top"},
}
HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E7E1D3"}
LITERALLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WHOLE = {"num_format": "#,##0", "valign": "top"}


def workbook(book: Book) -> bytes:
    """The file as it is sent. Rows go to the disk as they come, so their number costs no memory."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True, **LITERALLY}) as made:
        made.set_properties({"title": _text(book.title), "created": _local(book.made_at)})
        formats: dict[Any, Any] = {kind: made.add_format(how) for kind, how in FORMATS.items()}
        formats |= {
            "whole": made.add_format(WHOLE),
            "title": made.add_format({"bold": True, "font_size": 14}),
            "plain": made.add_format({}),
            "head": made.add_format(HEAD),
            "total": made.add_format({"bold": True, "top": 1, "num_format": "#,##0.###"}),
            "total_whole": made.add_format({"bold": True, "top": 1, "num_format": "#,##0"}),
        }
        for table in book.tables:
            _sheet(made.add_worksheet(table.name), table, book, formats)
    return file.getvalue()


def _sheet(sheet: Worksheet, table: Table, book: Book, formats: dict[Any, Any]) -> None:
    _write_lines(sheet, 0, (book.title,), formats["title"])
    _write_lines(sheet, 1, book.lines, formats["plain"])
    head = 1 + len(book.lines)
    for place, column in enumerate(table.columns):
        sheet.write_string(head, place, _text(column.label), formats["head"])
        sheet.set_column(place, place, column.width)
    sheet.set_row(head, _height(table.columns, [column.label for column in table.columns]))
    first, last = head + 1, head
    tally = Tally()
    for last, row in enumerate(table.counted_rows(tally), first):
        sheet.set_row(last, _height(table.columns, row))
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            write(sheet, last, place, column.kind, value, formats)
    sheet.freeze_panes(first, 1)
    if tally.rows:
        sheet.autofilter(head, 0, last, len(table.columns) - 1)
    _page(sheet, book, head)
    below = last + 1
    if tally.rows and any(column.is_summed for column in table.columns):
        _totals(sheet, table, tally, first, last, formats)
        below += 1
    _write_lines(sheet, below + 1, (*table.below, f"Số dòng: {tally.rows}", *book.closing), formats["plain"])


def write(sheet: Worksheet, row: int, place: int, kind: Kind, value: Cell, formats: dict[Any, Any]) -> None:
    """One cell as what it is; text stays text, whatever it begins with."""
    if kind is Kind.TEXT or isinstance(value, str):
        if value != "":
            sheet.write_string(row, place, _text(str(value)), formats[Kind.TEXT])
    elif value is None:
        sheet.write_string(row, place, UNKNOWN, formats[Kind.TEXT])
    elif kind is Kind.MOMENT:
        sheet.write_datetime(row, place, _local(value), formats[Kind.MOMENT])
    elif kind in (Kind.DAY, Kind.CLOCK):
        sheet.write_datetime(row, place, value, formats[kind])
    else:
        is_whole = kind is Kind.NUMBER and isinstance(value, int)
        sheet.write_number(row, place, value, formats["whole" if is_whole else kind])


def _totals(
    sheet: Worksheet, table: Table, tally: Tally, first: int, last: int, formats: dict[Any, Any]
) -> None:
    """Formulas, so that whoever reads can check, written with the value they come to."""
    for place, column in enumerate(table.columns):
        if column.is_summed:
            name = xl_col_to_name(place)
            value = tally.sum_of(place)
            how = formats["total_whole" if isinstance(value, int) else "total"]
            sheet.write_formula(last + 1, place, f"=SUM({name}{first + 1}:{name}{last + 1})", how, value)
        else:
            sheet.write_string(last + 1, place, "" if place else "Cộng", formats["total"])


def _write_lines(sheet: Worksheet, row: int, lines: tuple[str, ...], how: Any) -> None:
    for number, line in enumerate(lines, row):
        sheet.write_string(number, 0, _text(line), how)


def _height(columns: Sequence[Column], row: Sequence[Cell]) -> int:
    """High enough for its longest text: not every program finds that out by itself."""
    lines = [
        -(-len(value) * 11 // (column.width * 10))  # a letter is a little wider than a digit
        for column, value in zip(columns, row, strict=True)
        if isinstance(value, str)
    ]
    return LINE * min(MOST_LINES, max(lines, default=1) or 1)


def _page(sheet: Worksheet, book: Book, head: int) -> None:
    """A4, lying, as wide as the paper, the head on every page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer(f"&L{_text(book.title)[:LONGEST_FOOT].replace('&', '&&')}&R&P/&N")


def _local(moment: datetime) -> datetime:
    """The wall clock of Việt Nam: a cell has no zone."""
    return moment.astimezone(clock.LOCAL).replace(tzinfo=None)


def _text(value: str) -> str:
    """Composed letters, no control characters, no longer than a cell."""
    kept = "".join(
        char if char.isprintable() else "\n" if char == "\n" else " "
        for char in unicodedata.normalize("NFC", value)
    )
    units = kept.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return kept
    return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
