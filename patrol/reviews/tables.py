"""A review as tables, for files: what stands in which column, and which columns may be added up. Pure."""

from collections.abc import Iterable

from .. import wording
from ..findings.models import Finding
from ..patrols.models import Patrol
from ..sheets.tables import Book, Cell, Column, Kind, Table, number, summed, text
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
    patrols, figure = len(sources.patrols), material.answer["patrol.sorties"]
    return Book(
        title=title,
        lines=(
            *(("DỮ LIỆU MẪU, không phải số liệu thật",) if material.is_demo else ()),
            f"{material.question.programme.name}; {material.scope_name}; {days}",
        ),
        tables=(
            summary(content),
            by_line("Theo tháng", "Tháng", material.months),
            by_force(content),
            by_line("Theo đơn vị", "Đơn vị chủ trì, tên tại thời điểm tuần tra", material.units_then),
            by_line("Theo đơn vị hiện nay", "Quy về đơn vị hiện nay", material.units_now),
            by_line("Theo tuyến", "Tuyến", material.stretches),
            found(sources),
            source_list(sources),
            definitions(content),
        ),
        closing=(
            f"Số lượt tuần tra trong tệp: {patrols}; chỉ tiêu lượt tuần tra phối hợp: {figure.value}",
            f"Lọc: {asked}",
            f"Lập lúc {wording.moment(material.as_of)} (giờ Việt Nam)",
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


MAIN_MEASURES = ("cases", "subjects", "sites")


def found(sources: Sources) -> Table:
    """One line a finding, without its free text. Vụ, đối tượng and tụ điểm add up each by itself."""
    columns = (
        Column("Ngày", Kind.DAY, 12), number("Lượt số", 9), text("Loại", 44), summed("Vụ"), summed("Đối tượng"),
        summed("Tụ điểm"), text("Số khác", 32), text("Tuyến", 30), text("Đơn vị chủ trì", 30),
        text("Kết quả xử lý", 30),
    )  # fmt: skip
    return Table("Phát hiện", columns, tuple(_finding_row(finding) for finding in sources.findings))


def _finding_row(finding: Finding) -> tuple[Cell, ...]:
    measures = {measure.code: measure.quantity for measure in finding.measures}
    patrol = finding.patrol
    assert patrol is not None
    others = [
        f"{wording.number(quantity)} {wording.measure(code)}"
        for code, quantity in measures.items()
        if code not in MAIN_MEASURES
    ]
    return (
        patrol.patrolled_on,
        patrol.id,
        finding.category_name,
        *(_plain(measures[code]) if code in measures else "" for code in MAIN_MEASURES),
        "; ".join(others),
        patrol.stretch_name,
        patrol.lead_unit_name,
        "; ".join(wording.say(outcome.code) for outcome in finding.outcomes),
    )


def _plain(quantity: float | None) -> int | float | None:
    return int(quantity) if quantity is not None and quantity == int(quantity) else quantity


def source_list(sources: Sources) -> Table:
    """One line a patrol; of those the reader may not open, only what the list shows him. Never the note."""
    columns = (
        number("Lượt số", 9), Column("Ngày", Kind.DAY, 12), Column("Xuất phát (giờ Việt Nam)", Kind.MOMENT, 18),
        Column("Kết thúc (giờ Việt Nam)", Kind.MOMENT, 18), text("Tuyến", 34), text("Đơn vị chủ trì", 30),
        number("Số lực lượng"), summed("Lượt CBCS"), summed("Lượt dân quân"), summed("Lượt tổ an ninh"),
        number("Đơn vị chưa rõ quân số"), text("Quân số từng đơn vị", 50), text("Tổ trưởng", 28),
        text("Điểm đầu", 22), text("Điểm cuối", 22), text("Phương tiện"), text("Thời tiết"), text("Mặt biển"),
        text("Không phát hiện vi phạm", 12), text("Trạng thái"), text("Nguồn ghi"),
    )  # fmt: skip
    rows = tuple(
        _patrol_row(patrol, personnel, is_open=patrol.id in sources.open_ids)
        for patrol, personnel in sources.patrols
    )
    return Table("Lượt tuần tra (nguồn)", columns, rows)


def _patrol_row(patrol: Patrol, personnel: int | None, *, is_open: bool) -> tuple[Cell, ...]:
    shown = (
        patrol.id,
        patrol.patrolled_on,
        patrol.started_at,
        patrol.ended_at or "",
        patrol.stretch_name,
        patrol.lead_unit_name,
        patrol.force_count,
        personnel,
        patrol.militia_total,
        patrol.security_team_total,
        patrol.unknown_personnel,
    )
    more = (
        "; ".join(f"{row.unit_name}: {wording.number(row.personnel)}" for row in patrol.attendance),
        patrol.leader_name,
        patrol.from_place,
        patrol.to_place,
        *(wording.say(code) if code else "" for code in (patrol.means, patrol.weather, patrol.sea)),
        "có ghi" if patrol.nothing_found else "",
    )
    return (
        *shown,
        *(more if is_open else ("",) * len(more)),
        wording.say(patrol.status),
        wording.say(patrol.source),
    )


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
