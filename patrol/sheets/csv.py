"""A book of tables as one csv: UTF-8 with BOM for Excel, CRLF, the name of the table before every row."""

import csv
import io
import unicodedata
from datetime import date, datetime, time

from .. import clock
from .tables import UNKNOWN, Book, Cell, Column, Kind, Tally

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take what follows for a formula


def lines(book: Book, *, is_semicolon: bool = False) -> bytes:
    """The file as it is sent. Numbers have a decimal point, days are ISO, an unknown number says so."""
    width = 1 + max(len(table.columns) for table in book.tables)
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";" if is_semicolon else ",", lineterminator="\r\n")

    def write(*cells: str) -> None:
        writer.writerow([*cells, *[""] * (width - len(cells))])

    for line in (book.title, *book.lines):
        write(_text(line))
    for table in book.tables:
        write("Bảng", *(_text(column.label) for column in table.columns))
        tally = Tally()
        for row in table.counted_rows(tally):
            write(
                table.name, *(_cell(column, value) for column, value in zip(table.columns, row, strict=True))
            )
        for line in (*table.below, f"Số dòng: {tally.rows}"):
            write(table.name, _text(line))
    for line in book.closing:
        write(_text(line))
    return file.getvalue().encode("utf-8-sig")


def _cell(column: Column, value: Cell) -> str:
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime):
        return value.astimezone(clock.LOCAL).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date | time):
        return value.isoformat()
    return f"{value:.4f}" if column.kind is Kind.SHARE else str(value)


def _text(value: str) -> str:
    """Text that stays text: composed letters, no control characters, an apostrophe before what looks like a formula."""
    kept = unicodedata.normalize("NFC", value)
    kept = "".join(char if char.isprintable() or char in "\t\r\n" else " " for char in kept)
    return f"'{kept}" if kept.startswith(DANGEROUS) else kept
