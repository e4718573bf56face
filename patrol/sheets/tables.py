"""Tables for files: what stands in which column, and which columns may be added up. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from .. import clock
from ..errors import DomainError
from ..text import folded
from ..version import VERSION


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"
    CLOCK = "clock"
    MOMENT = "moment"


UNKNOWN = "chưa rõ"

Cell = str | int | float | date | time | datetime | None  # None in a column of numbers: nobody knows


@dataclass(frozen=True)
class Column:
    """`is_summed`: its numbers may be added up. Columns of different units or of overlapping counts may not."""

    label: str
    kind: Kind = Kind.TEXT
    width: int = 14
    is_summed: bool = False


class Moved(DomainError):
    """The records changed while a file of them was being written; a file that doesn't add up is not handed out."""

    status, code = 409, "export_moved"


@dataclass(frozen=True)
class Table:
    """`rows` are walked through once, so a hundred thousand of them need not be held.

    `expected`: how many there are, as the query that counts them said.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Cell, ...]]
    below: tuple[str, ...] = ()  # lines of text under the rows
    expected: int | None = None

    def counted_rows(self, tally: "Tally") -> Iterator[tuple[Cell, ...]]:
        """The rows, counted and added up on their way. Raises Moved when there were not as many as expected."""
        summed_places = [place for place, column in enumerate(self.columns) if column.is_summed]
        for row in self.rows:
            tally.rows += 1
            for place in summed_places:
                value = row[place]
                if isinstance(value, int | float):
                    tally.sums[place] = tally.sums.get(place, 0) + value
            yield row
        if self.expected is not None and tally.rows != self.expected:
            raise Moved


class Tally:
    """How many rows a table came to, and the sum of what is known in each column that may be added up."""

    def __init__(self) -> None:
        self.rows = 0
        self.sums: dict[int, int | float] = {}

    def sum_of(self, place: int) -> int | float:
        total = round(self.sums.get(place, 0), 3)
        return int(total) if total == int(total) else total


@dataclass(frozen=True)
class Book:
    """A whole file."""

    title: str
    lines: tuple[str, ...]  # under the title, on every sheet
    tables: tuple[Table, ...]
    closing: tuple[str, ...]  # the last rows of every sheet
    made_at: datetime


def text(label: str, width: int = 14) -> Column:
    return Column(label, Kind.TEXT, width)


def summed(label: str) -> Column:
    return Column(label, Kind.NUMBER, 12, is_summed=True)


def number(label: str, width: int = 12) -> Column:
    return Column(label, Kind.NUMBER, width)


def last_lines(counted: str, *, asked: str, rules: str, made_at: datetime) -> tuple[str, ...]:
    """What every file ends with: how much is in it, how it was narrowed, by which rules and when it was made."""
    return (
        counted,
        f"Lọc: {asked or 'không lọc'}",
        f"Quy tắc đếm: {rules}; phần mềm phiên bản {VERSION}",
        f"Lập lúc {made_at.astimezone(clock.LOCAL):%H:%M %d/%m/%Y} (giờ Việt Nam)",
    )


def with_head(book: Book, head: object) -> Book:
    """The book ending with the head of the audit trail too, so that every file proves the trail up to it."""
    return replace(book, closing=(*book.closing, f"Đầu chuỗi nhật ký: {head}")) if head else book


def file_name(
    kind: str, unit: str, first: date | None, last: date | None, made_at: datetime, extension: str
) -> str:
    """'hoi-nghi-so-ket-nam-2023_don-bien-phong-cua-dai_2023-01-01_2023-12-31_20260205-2130.xlsx'."""
    moment = made_at.astimezone(clock.LOCAL).strftime("%Y%m%d-%H%M")
    days = (first.isoformat() if first else "tu-dau", last.isoformat() if last else "den-nay")
    return f"{'_'.join((kind, slug(unit), *days, moment))}.{extension}"


def slug(name: str) -> str:
    """'don-bien-phong-cua-dai': letters that every file system and mail program keeps."""
    return "-".join(
        "".join(char if char.isascii() and char.isalnum() else " " for char in folded(name)).split()
    )
