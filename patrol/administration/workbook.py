"""The file a whole ward is set up from: its sheets and columns, its blank form, its rows as typed input."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .. import wording
from ..accounts.rules import Role
from ..errors import Invalid
from ..findings.rules import MeasureCode
from ..reviews.rules import CalendarKind
from ..sheets.blanks import Blank, Field, blank_workbook
from ..sheets.reading import Row, Unreadable, read_sheets
from ..sheets.tables import Kind as Cell
from ..text import folded
from ..units.rules import SETTING_VALUES, Answering, AreaKind, SettingKey, SuccessionKind, UnitKind

TITLE = "Danh mục của một địa bàn"
YES = {"1": "có"}


class Page(StrEnum):
    """The sheets, by name."""

    AREAS = "Địa bàn"
    UNITS = "Đơn vị"
    ANSWERING = "Phụ trách"
    STRETCHES = "Tuyến"
    POSTS = "Điểm tuyến"
    PROGRAMMES = "Chương trình"
    CATEGORIES = "Loại phát hiện"
    CALENDARS = "Lịch báo cáo"
    SETTINGS = "Quy định"
    PEOPLE = "Tài khoản"


@dataclass(frozen=True)
class Column:
    """A column: its header, the field of the form it fills, and for a choice the words of each code."""

    header: str
    field: str
    hint: str = ""
    kind: Cell = Cell.TEXT
    is_required: bool = False
    words: Mapping[str, str] | None = None
    has_many: bool = False  # several, with commas between
    width: int = 16


def _words(codes: type[StrEnum], say: Any = wording.say) -> dict[str, str]:
    return {str(code): say(code) for code in codes}


CODE = Column("Mã", "code", "Chữ thường không dấu, chữ số, gạch dưới; không đổi về sau", is_required=True)
NAME = Column("Tên", "name", "Như ghi trên giấy tờ", is_required=True, width=38)
SINCE = Column("Từ ngày", "valid_from", "Ngày đầu tiên có hiệu lực", Cell.DAY, is_required=True, width=12)
UNTIL = Column("Đến hết ngày", "valid_to", "Để trống khi chưa biết", Cell.DAY, width=12)
PLACE = Column("Thứ tự", "position", "Số nhỏ đứng trước trong danh sách", Cell.NUMBER, width=8)
AFTER = Column("Kế tục", "after", "Mã của mục cũ; nhiều mã thì cách nhau dấu phẩy", has_many=True)
HOW = Column("Cách", "how", "Khi có ghi cột Kế tục", words=_words(SuccessionKind), width=22)

COLUMNS: dict[Page, tuple[Column, ...]] = {
    Page.AREAS: (
        Column("Mã", "code", "Mã đơn vị hành chính của Nhà nước", is_required=True), NAME,
        Column("Loại", "kind", is_required=True, words=_words(AreaKind), width=24),
        Column("Thuộc địa bàn", "parent", "Mã địa bàn cấp trên, nếu có"),
        Column("Trọng điểm", "is_hotspot", words=YES), SINCE, UNTIL, AFTER, HOW,
    ),
    Page.UNITS: (
        CODE, NAME, Column("Loại", "kind", is_required=True, words=_words(UnitKind), width=34),
        Column("Cấp trên", "superior", "Mã đơn vị cấp trên, nếu có"), SINCE, UNTIL, PLACE, AFTER, HOW,
    ),
    Page.ANSWERING: (
        Column("Đơn vị", "unit", "Mã đơn vị", is_required=True, width=24),
        Column("Địa bàn", "area", "Mã địa bàn", is_required=True),
        Column("Là", "kind", "Phụ trách, hay chỉ được xem (UBND)", is_required=True, words=_words(Answering), width=22),
        SINCE, UNTIL,
    ),
    Page.STRETCHES: (
        CODE, NAME, Column("Địa bàn", "area", "Mã địa bàn có tuyến này", is_required=True),
        Column("Cắt từ tuyến", "part", "Mã của tuyến dài hơn, khi tuyến này là một đoạn của nó"),
        Column("Từ km", "from_km", "Của đoạn cắt; hoặc km của điểm đầu", Cell.NUMBER, width=9),
        Column("Đến km", "to_km", "Của đoạn cắt", Cell.NUMBER, width=9), SINCE, UNTIL, PLACE, AFTER,
    ),
    Page.POSTS: (
        Column("Tuyến", "stretch", "Mã ở trang Tuyến; các điểm từ đầu đến cuối tuyến", is_required=True, width=24),
        Column("Km", "km", "Ghi cho mọi điểm của tuyến, hoặc để trống cả để đo theo đường", Cell.NUMBER, width=9),
        Column("Vĩ độ", "lat", "Ví dụ 15,9642", Cell.NUMBER, is_required=True),
        Column("Kinh độ", "lon", "Ví dụ 108,2913", Cell.NUMBER, is_required=True),
    ),
    Page.PROGRAMMES: (CODE, NAME, SINCE, UNTIL, PLACE, AFTER),
    Page.CATEGORIES: (
        CODE, NAME, Column("Nhóm", "group_name", "Ví dụ: Ma tuý", is_required=True),
        Column("Đơn vị tính chính", "main_measure", "Đếm chính bản thân phát hiện", is_required=True,
               words=_words(MeasureCode, wording.measure)),
        Column("Đơn vị tính khác", "other_measures", "Nhiều đơn vị thì cách nhau dấu phẩy",
               words=_words(MeasureCode, wording.measure), has_many=True, width=30),
        Column("Ghi chú pháp lý", "legal_note", width=40), SINCE, UNTIL, PLACE,
    ),
    Page.CALENDARS: (
        CODE, NAME, Column("Kỳ", "kind", is_required=True, words=_words(CalendarKind)),
        Column("Ngày đầu kỳ", "start_day", "Từ 1 đến 28", Cell.NUMBER, is_required=True, width=9),
        Column("Tháng đầu kỳ", "start_month", "Từ 1 đến 12", Cell.NUMBER, is_required=True, width=9),
        Column("Từ năm trước", "starts_year_before", "Năm báo cáo 2026 bắt đầu trong năm 2025", words=YES), SINCE,
        UNTIL, PLACE,
    ),
    Page.SETTINGS: (
        Column("Quy định", "key", is_required=True, words=_words(SettingKey), width=46),
        Column("Giá trị", "value", is_required=True,
               words={value: wording.say(value) for values in SETTING_VALUES.values() for value in values}), SINCE,
    ),
    Page.PEOPLE: (
        Column("Tên đăng nhập", "username", "Chữ thường không dấu, ví dụ hung.nv", is_required=True),
        Column("Họ và tên", "full_name", is_required=True, width=28),
        Column("Cấp bậc", "rank"), Column("Vai trò", "role", is_required=True, words=_words(Role)),
        Column("Đơn vị", "unit", "Mã đơn vị", is_required=True, width=24),
    ),
}  # fmt: skip

LINES = {
    Page.AREAS: "Các phường, xã có bờ biển, và nơi chúng từng thuộc về nếu cần xem số liệu cũ.",
    Page.UNITS: "Đơn vị của ba lực lượng, cấp trên của họ, và UBND. Không ghi toạ độ của đơn vị, chốt, trạm.",
    Page.ANSWERING: "Đơn vị nào phụ trách địa bàn nào; UBND được xem địa bàn nào.",
    Page.STRETCHES: "Các tuyến, đoạn bờ biển. Không có điểm thì tuyến chỉ là tên trong danh sách.",
    Page.POSTS: "Đường mép nước của tuyến, từng điểm một, từ đầu đến cuối tuyến.",
    Page.PROGRAMMES: "Chỉ ghi chương trình riêng của địa phương; các chương trình chung đã có sẵn.",
    Page.CATEGORIES: "Chỉ ghi loại chưa có; danh mục chung đã có sẵn.",
    Page.CALENDARS: "Chỉ ghi lịch riêng; các lịch thường dùng đã có sẵn.",
    Page.SETTINGS: "Để trống nếu theo mặc định: hai lực lượng là một lượt phối hợp, không tính dân quân.",
    Page.PEOPLE: "Mật khẩu dùng một lần được cấp khi nạp, hiện một lần. Phải có ít nhất một quản trị.",
}


@dataclass(frozen=True)
class Problem:
    """Why the file can't be loaded, and where: number 0 is the sheet as a whole, no header the row as a whole."""

    sheet: str
    number: int
    header: str
    code: str

    def __str__(self) -> str:
        where = [
            self.sheet,
            f"dòng {self.number}" if self.number else "",
            f"cột {self.header}" if self.header else "",
        ]
        return f"{', '.join(filter(None, where))}: {wording.say(self.code)}"


@dataclass(frozen=True)
class Line:
    """One row as a form would post it; `wrong` says which fields could not be understood at all."""

    page: Page
    number: int
    given: Mapping[str, Any]
    wrong: Mapping[str, str]

    def problem(self, field: str, code: str) -> Problem:
        headers = {column.field: column.header for column in COLUMNS[self.page]} | SAID_AS
        return Problem(self.page, self.number, headers.get(field, ""), code)


# Where a service complains of something that stands in another column of the file.
SAID_AS = {
    "parent_id": "Thuộc địa bàn", "predecessor_ids": "Kế tục", "part_of": "Cắt từ tuyến", "points": "",
    "since": "Từ ngày", "unit_id": "Đơn vị", "area_id": "Địa bàn",
}  # fmt: skip


def template() -> bytes:
    """The blank form as an .xlsx file."""
    return blank_workbook(
        TITLE,
        [
            Blank(
                str(page),
                [
                    Field(
                        column.header,
                        column.hint,
                        column.kind,
                        column.width,
                        column.is_required,
                        tuple(column.words.values()) if column.words and not column.has_many else (),
                    )
                    for column in columns
                ],
                lines=(LINES[page],),
            )
            for page, columns in COLUMNS.items()
        ],
    )


def read(content: bytes) -> tuple[dict[Page, list[Line]], list[Problem]]:
    """The rows of a file by sheet, and the columns nobody knows. Raises Unreadable on what is no such file."""
    wanted = {
        str(page): [column.header for column in columns if column.is_required]
        for page, columns in COLUMNS.items()
    }
    sheets = read_sheets(content, wanted)
    if not sheets:
        raise Unreadable("sheet_missing")
    lines: dict[Page, list[Line]] = {page: [] for page in Page}
    problems = []
    for page, columns in COLUMNS.items():
        sheet = sheets.get(page)
        if sheet is None:
            continue
        known = {folded(column.header) for column in columns}
        problems += [
            Problem(page, 0, header, "unknown_column")
            for header in sheet.headers
            if folded(header) not in known
        ]
        lines[page] = [_line(page, row) for row in sheet.rows]
    return lines, problems


def _line(page: Page, row: Row) -> Line:
    given: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for column in COLUMNS[page]:
        value = row.get(column.header)
        if value is None:
            continue
        try:
            given[column.field] = _value(column, value)
        except Invalid as problem:
            wrong |= problem.fields
    return Line(page, row.number, given, wrong)


def _value(column: Column, value: Any) -> Any:
    """A cell as its field takes it. A number in a column of text (a code) is that text."""
    if column.kind is not Cell.TEXT:
        return value
    text = str(value)
    if column.has_many:
        return [_code(column, part) for part in text.replace(";", ",").split(",") if part.strip()]
    return _code(column, text)


def _code(column: Column, text: str) -> str:
    """The code of the words of a choice, however they were spelled; other text as it is."""
    if column.words is None:
        return text.strip()
    codes = {folded(words): code for code, words in column.words.items()}
    if column.words is YES:
        codes |= {"x": "1", "khong": ""}
    if folded(text) not in codes:
        raise Invalid({column.field: "not_in_list"})
    return codes[folded(text)]
