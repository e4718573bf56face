"""Tables for files: what stands in which column, and which columns may be added up. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from .. import clock
from ..text import folded


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


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    below: tuple[str, ...] = ()  # lines of text under the rows

    def sum_of(self, place: int) -> int | float:
        """The sum of what is known in a column."""
        known = [row[place] for row in self.rows if isinstance(row[place], int | float)]
        total = round(sum(known), 3)  # type: ignore[arg-type]
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


def file_name(kind: str, unit: str, first: date, last: date, made_at: datetime, extension: str) -> str:
    """'hoi-nghi-so-ket-nam-2023_don-bien-phong-cua-dai_2023-01-01_2023-12-31_20260205-2130.xlsx'."""
    moment = made_at.astimezone(clock.LOCAL).strftime("%Y%m%d-%H%M")
    return f"{kind}_{unit}_{first.isoformat()}_{last.isoformat()}_{moment}.{extension}"


def slug(name: str) -> str:
    """'don-bien-phong-cua-dai': letters that every file system and mail program keeps."""
    return "-".join(
        "".join(char if char.isascii() and char.isalnum() else " " for char in folded(name)).split()
    )
