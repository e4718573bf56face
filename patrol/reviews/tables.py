"""A review as tables, for files: what stands in which column, and which columns may be added up. Pure."""

from collections.abc import Iterable

from .. import wording
from ..exports.tables import DEMO_LINE, finding_table, patrol_table
from ..sheets.tables import Book, Cell, Column, Kind, Table, last_lines, number, summed, text
from ..totals.rules import Line
from .content import Content
from .queries import Sources
from .rows import Row, bracket, percent
from .rules import Origin

ORIGIN = {
    Origin.RECORDS: "từ bản ghi",
    Origin.PARTLY: "từ bản ghi, sổ chưa đủ kỳ",
    Origin.DECLARED: "khai báo",
    Origin.MISSING: "chưa có số",
}


def make_book(content: Content, sources: Sources, *, title: str, asked: str) -> Book:
    """The review as a file; `asked` says how the figures were narrowed."""
    material = content.material
    period = material.question.period
    days = f"từ {wording.day(period.first)} đến {wording.day(period.last)}"
    figure = material.answer["patrol.sorties"]
    return Book(
        title=title,
        lines=(
            *((DEMO_LINE,) if material.is_demo else ()),
            f"{material.question.programme.name}; {material.scope_name}; {days}",
        ),
        tables=(
            summary(content),
            by_line("Theo tháng", "Tháng", material.months),
            by_force(content),
            by_line("Theo đơn vị", "Đơn vị chủ trì, tên tại thời điểm tuần tra", material.units_then),
            by_line("Theo đơn vị hiện nay", "Quy về đơn vị hiện nay", material.units_now),
            by_line("Theo tuyến", "Tuyến", material.stretches),
            by_line("Theo địa bàn", "Địa bàn của tuyến, trong tháng tuần tra", material.areas),
            finding_table(sources.findings, expected=sources.finding_count),
            patrol_table(
                "Lượt tuần tra (nguồn)", sources.patrols, expected=sources.patrol_count, has_notes=False
            ),
            definitions(content),
        ),
        closing=last_lines(
            f"Số lượt tuần tra trong tệp: {sources.patrol_count}; "
            f"chỉ tiêu lượt tuần tra phối hợp: {figure.value}",
            asked=asked,
            rules=sources.rules,
            made_at=material.as_of,
        ),
        made_at=material.as_of,
    )


def summary(content: Content) -> Table:
    """Every figure, in the order of the report, with the sentences below."""
    columns = (
        text("Mục", 18), text("Chỉ tiêu", 34), text("Đơn vị tính", 10), number("Kỳ này", 9),
        number("Cùng kỳ năm trước", 10), text("Nguồn cùng kỳ", 12), number("Tăng, giảm", 9),
        Column("Tỷ lệ", Kind.SHARE, 8), text("Viết gọn", 22), number("Bản ghi chưa rõ số", 9),
        text("Còn thiếu", 28), number("Số bản ghi", 8), text("Ghi chú cùng kỳ", 24), text("Mã", 28),
    )  # fmt: skip
    rows = tuple(_figure_row(section.title, row) for section in content.sections for row in section.rows)
    before = content.material.before_period
    return Table(
        "Tổng hợp",
        columns,
        rows,
        below=(
            f"Cùng kỳ năm trước: từ {wording.day(before.first)} đến {wording.day(before.last)}.",
            "Số khai báo là số chép từ sổ giấy, không cộng vào số tính từ bản ghi.",
            *content.sentences,
            *(f"Còn thiếu: {gap.text}" for gap in content.gaps),
        ),
    )


def _figure_row(section: str, row: Row) -> tuple[Cell, ...]:
    compared, definition = row.comparison, row.figure.definition
    is_missing = row.base.origin is Origin.MISSING
    no_share = compared.share is None
    return (
        section,
        definition.name,
        definition.unit,
        row.figure.value,
        "" if is_missing else row.base.value,
        ORIGIN[row.base.origin],
        "" if compared.difference is None else compared.difference,
        "" if no_share else compared.share,
        bracket(compared) + (f", {percent(compared)}" if not no_share and compared.difference else ""),
        row.figure.unknown,
        "; ".join(row.notes),
        row.figure.records,
        row.base_note,
        row.figure.key,
    )


def by_line(name: str, first: str, lines: Iterable[Line]) -> Table:
    """Patrols by month, unit or stretch: every patrol stands on one line, so all columns add up."""
    rows = tuple(
        (line.label, line.sorties, line.known_personnel, line.militia, line.security_team, line.unconfirmed)
        for line in lines
    )
    columns = (
        text(first, 44), summed("Lượt"), summed("Lượt CBCS"), summed("Lượt dân quân"), summed("Lượt tổ an ninh"),
        summed("Chưa xác nhận đủ"),
    )  # fmt: skip
    return Table(name, columns, rows)


def by_force(content: Content) -> Table:
    columns = (
        text("Lực lượng", 30), summed("Lượt chủ trì"), number("Lượt có tham gia"), summed("Lượt CBCS"),
    )  # fmt: skip
    rows = tuple(
        (force.name, force.led, force.joined, force.known_personnel) for force in content.material.forces
    )
    below = ("Lượt có tham gia không cộng lại được: một lượt phối hợp có nhiều lực lượng cùng đi.",)
    return Table("Theo lực lượng", columns, rows, below)


def definitions(content: Content) -> Table:
    columns = (text("Mã", 34), text("Chỉ tiêu", 48), text("Đơn vị tính", 14), text("Cách tính", 100))
    rows = tuple(
        (each.key, each.name, each.unit, each.rule)
        for each in (row.figure.definition for row in content.rows)
    )
    below = (
        "Chưa rõ không phải là không: ô ghi “chưa rõ” là có bản ghi nhưng không ai ghi số.",
        "Vụ, đối tượng, tụ điểm, lượt, lượt CBCS là các đơn vị khác nhau, không cộng với nhau.",
    )
    return Table("Định nghĩa", columns, rows, below)
