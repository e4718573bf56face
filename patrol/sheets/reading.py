"""The one intake of .xlsx files: bytes somebody sent in, typed rows under known headers out, or a reason in words.

Nothing of a file is run, followed or believed: sizes are checked before anything is unpacked, formulas are read by the
value that was saved with them, and whatever openpyxl stumbles over is a file that can't be read, never a crash.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from ..errors import Invalid
from ..text import folded

Value = str | int | float | bool | date | datetime | time

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of an .xlsx behind a password
LOCKED = "EncryptedPackage".encode("utf-16-le")
DOCTYPES = [b"<!DOCTYPE", *("<!DOCTYPE".encode(code) for code in ("utf-16-le", "utf-16-be"))]
LAST_ROW = 2**17  # a filled row farther down was not meant
HEAD_WITHIN = 30  # rows from the top in which the headers must stand
UNCOUNTED = re.compile(rb"<f\b[^<>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


@dataclass(frozen=True)
class SheetLimits:
    """What is more than this is refused before it costs anything."""

    size_bytes: int = 5 * 2**20
    unpacked_bytes: int = 32 * 2**20
    parts: int = 1_000
    tags: int = 600_000  # of all parts: what unpacks small can still take minutes to walk through
    rows: int = 5_000  # that hold something, of one sheet
    columns: int = 200


@dataclass(frozen=True)
class Row:
    """One filled row. `number` is the one at its left edge in Excel; an empty cell is not there at all."""

    sheet: str
    number: int
    values: Mapping[str, Value]  # by folded header

    def get(self, header: str) -> Value | None:
        """What stands under a header, however the header was spelled in the file."""
        return self.values.get(folded(header))


@dataclass(frozen=True)
class Sheet:
    name: str
    headers: tuple[str, ...]  # as they stand in the file
    rows: tuple[Row, ...]


class Unreadable(Invalid):
    """A file that can't be taken as a whole: `code` says why, `where` in which sheet, column or cell."""

    def __init__(self, code: str, where: str = ""):
        super().__init__({"file": code})
        self.where = where


def read_sheets(
    content: bytes, wanted: Mapping[str, Sequence[str]], *, limits: SheetLimits | None = None
) -> dict[str, Sheet]:
    """The sheets of a file that `wanted` names, by that name; sheets it doesn't name are left alone.

    `wanted` maps the name of a sheet to the headers it must have. Names and headers are recognised without accents and
    case; lines above the headers are passed over, and so are blank rows. Numbers, days and times come typed: a whole
    number as int, a day without a clock time as date, a formula as the value saved with it.

    Raises Unreadable on anything that isn't such a file, holds too much, lacks one of the headers, has two alike, or
    has something written beside them that would otherwise be lost.
    """
    limits = limits or SheetLimits()
    _refuse_what_is_no_workbook(content, limits)
    names = {folded(name): name for name in wanted}
    found: dict[str, Sheet] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks on styles and lists it doesn't keep
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                name = names.get(folded(sheet.title))
                if name is not None:
                    sheet.reset_dimensions()  # what the file says of its size is not believed
                    cells = sheet.iter_rows(max_col=limits.columns + 1, values_only=True)
                    found[name] = _sheet(name, cells, wanted[name], limits)
    except Unreadable:
        raise
    except Exception as failure:  # openpyxl raises whatever a broken part makes of its insides
        raise Unreadable("workbook_damaged") from failure
    return found


def _refuse_what_is_no_workbook(content: bytes, limits: SheetLimits) -> None:
    if not content:
        raise Unreadable("workbook_missing")
    if len(content) > limits.size_bytes:
        raise Unreadable("workbook_too_big")
    if content.startswith(OLD_OR_LOCKED):
        raise Unreadable("workbook_locked" if LOCKED in content else "workbook_old")
    if not content.startswith(b"PK"):
        raise Unreadable("not_a_workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise Unreadable("not_a_workbook")
            # zipfile never unpacks more of a part than its entry declares, so the declared sizes bound the real ones
            if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
                raise Unreadable("workbook_too_big")
            tags = 0
            for part in parts:
                if part.flag_bits & 0x1:
                    raise Unreadable("workbook_locked")
                data = packed.read(part)
                _look_into(data, part.filename)
                tags += data.count(b"<")
                if tags > limits.tags:
                    raise Unreadable("workbook_too_big")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as failure:
        raise Unreadable("workbook_damaged") from failure


def _look_into(data: bytes, name: str) -> None:
    if name.endswith((".xml", ".rels", ".vml")) and any(mark in data for mark in DOCTYPES):
        raise Unreadable("workbook_damaged")  # no program writes one; it is how XML is made to explode
    if name.startswith("xl/worksheets/") and UNCOUNTED.search(data):
        raise Unreadable("formula_without_value")


def _sheet(
    name: str, rows: Iterator[tuple[object, ...]], required: Sequence[str], limits: SheetLimits
) -> Sheet:
    needed = {folded(header) for header in required}
    headers: dict[int, str] = {}
    missing = needed
    kept: list[Row] = []
    for number, cells in enumerate(rows, 1):
        if number > LAST_ROW:
            raise Unreadable("too_many_rows", name)
        if cells.count(None) == len(cells):
            continue
        filled = {place: value for place, cell in enumerate(cells) if (value := _value(cell)) is not None}
        if not filled:
            continue
        if len(cells) > limits.columns and limits.columns in filled:
            raise Unreadable("too_many_columns", name)
        if headers:
            kept.append(_row(name, number, filled, headers))
            if len(kept) > limits.rows:
                raise Unreadable("too_many_rows", name)
        elif missing := min(missing, needed - {folded(str(value)) for value in filled.values()}, key=len):
            if number > HEAD_WITHIN:
                break
        else:
            headers = _headers(name, filled)
    if not headers:
        lacking = [header for header in required if folded(header) in missing]
        raise Unreadable("columns_missing", f"{name}: {', '.join(lacking)}")
    return Sheet(name, tuple(headers.values()), tuple(kept))


def _headers(name: str, filled: Mapping[int, Value]) -> dict[int, str]:
    headers = {place: " ".join(str(value).split()) for place, value in filled.items()}
    seen: set[str] = set()
    for header in headers.values():
        if folded(header) in seen:
            raise Unreadable("columns_twice", f"{name}: {header}")
        seen.add(folded(header))
    return headers


def _row(name: str, number: int, filled: Mapping[int, Value], headers: Mapping[int, str]) -> Row:
    for place in filled:
        if place not in headers:
            raise Unreadable("cell_without_header", f"{name}, ô {get_column_letter(place + 1)}{number}")
    return Row(name, number, {folded(headers[place]): value for place, value in filled.items()})


def _value(cell: object) -> Value | None:
    """A cell as plain Python; a blank one as None."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time(0) else cell
    if isinstance(cell, timedelta):  # a clock time in a format that counts hours
        seconds = round(cell.total_seconds())
        return time(seconds // 3600, seconds // 60 % 60) if 0 <= seconds < 24 * 3600 else str(cell)
    return cell if isinstance(cell, int | date | time) else None
