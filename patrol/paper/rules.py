"""What a row of a paper book is, how it keeps its name, and what may become of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from ..text import folded
from ..units.rules import holds_on

SHEET = "Sổ tuần tra"
BOOK, NUMBER, DAY, START, END = "Quyển sổ", "Số thứ tự", "Ngày", "Giờ xuất phát", "Giờ kết thúc"
STRETCH, LEAD, LEADER = "Tuyến", "Đơn vị chủ trì", "Tổ trưởng"
FROM, TO, MEANS, WEATHER, SEA = "Điểm đầu", "Điểm cuối", "Phương tiện", "Thời tiết", "Mặt biển"
PROGRAMME, NOTHING, NOTE = "Chương trình", "Không phát hiện vi phạm", "Ghi chú"
UNIT, PERSONNEL, MILITIA, SECURITY = "Đơn vị", "CBCS", "Dân quân", "Tổ an ninh"
FOUND, FOUND_TIME, OUTCOME = "Phát hiện", "Giờ phát hiện", "Kết quả"
CASES, SUBJECTS, SITES, OTHER, OTHER_UNIT = "Vụ", "Đối tượng", "Tụ điểm", "Số khác", "Đơn vị tính"
REQUIRED = (BOOK, NUMBER, DAY, START, END, STRETCH, LEAD, LEADER)
UNITS, FINDINGS = 4, 3  # columns of the form; a book may number on to MOST
MOST = 12
MOST_ROWS = 1_000
UNKNOWN = {"?", "chua ro", "khong ro", "khong nho"}
YES = {"x", "co", "v", "1", "true"}
PAPER = UUID("6f2c3f0e-6f0a-5f52-9a5c-0d8d1c0a7b11")
TWINS_WITHIN = timedelta(minutes=30)


class State(StrEnum):
    NEW = "new"  # will be written
    KNOWN = "known"  # stands in the log already, word for word
    DIFFERS = "differs"  # stands in the log, and says something else there; the log is left as it is
    WRONG = "wrong"  # can't be read


def client_id_of(lead_unit: str, book: str, number: str) -> UUID:
    """The name of a row for ever: whoever sends the same page of the same book again names the same patrol."""
    return uuid5(PAPER, "\n".join(map(folded, (lead_unit, book, number))))


@dataclass(frozen=True)
class Named:
    """Something of the register that a book calls by its name."""

    id: int
    code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Names:
    """What the words of a book mean; every mapping is by folded name."""

    units: Mapping[str, Sequence[Named]]
    stretches: Mapping[str, Sequence[Named]]
    programmes: Mapping[str, int]
    categories: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]  # means, weather, sea, outcome, measure → folded word → code
    default_programme_ids: Sequence[int] = ()


def meant(named: Mapping[str, Sequence[Named]], name: Any, day: Any) -> Named | None:
    """The one of this name on that day; of several, or on a day nobody can read, the first."""
    candidates = named.get(folded(str(name)), ())
    if isinstance(day, date):
        of_day = day.date() if isinstance(day, datetime) else day
        for each in candidates:
            if holds_on(each.valid_from, each.valid_to, of_day):
                return each
    return candidates[0] if candidates else None


@dataclass(frozen=True)
class Problem:
    """Why a row can't be read: in which column, a wording code, and what stands there."""

    header: str
    code: str
    written: str = ""


@dataclass(frozen=True)
class Reading:
    """A row of the book as it was understood."""

    number: int  # of the row in the file
    title: str  # book and number, as written
    log: Any = None  # a LogDraft, when it can be read
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row with what may become of it; `remarks` are wording codes, `twins` rows and patrols it may repeat."""

    reading: Reading
    state: State
    remarks: tuple[str, ...] = ()
    twin_rows: tuple[int, ...] = ()
    twin_patrols: tuple[int, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What a whole file would do. Either every new row is written or none."""

    lines: Sequence[Line] = field(default_factory=tuple)

    def number_of(self, state: str) -> int:
        return sum(line.state == state for line in self.lines)

    @property
    def is_readable(self) -> bool:
        return bool(self.lines) and not self.number_of(State.WRONG)


def are_twins(one: tuple[int, datetime], other: tuple[int, datetime]) -> bool:
    """Whether two patrols, each as stretch and start, may be one that two books wrote down."""
    return one[0] == other[0] and abs(one[1] - other[1]) <= TWINS_WITHIN
