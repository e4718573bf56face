"""Patrols and findings as tables for files: who may see only the line of a list gets no more in a file. Pure."""

from collections.abc import Iterable
from datetime import datetime

from .. import wording
from ..findings.models import Finding
from ..sheets.tables import Book, Cell, Column, Kind, Table, last_lines, number, summed, text
from .rules import Listed

DEMO_LINE = "DỮ LIỆU MẪU, không phải số liệu thật"
MAIN_MEASURES = ("cases", "subjects", "sites")


PATROL_COLUMNS = (
    number("Lượt số", 9), Column("Ngày", Kind.DAY, 12), Column("Xuất phát (giờ Việt Nam)", Kind.MOMENT, 18),
    Column("Kết thúc (giờ Việt Nam)", Kind.MOMENT, 18), text("Tuyến", 34), text("Đơn vị chủ trì", 30),
    number("Số lực lượng"), summed("Lượt CBCS"), summed("Lượt dân quân"), summed("Lượt tổ an ninh"),
    number("Đơn vị chưa rõ quân số"), text("Quân số từng đơn vị", 50), text("Tổ trưởng", 28),
    text("Điểm đầu", 22), text("Điểm cuối", 22), text("Phương tiện"), text("Thời tiết"), text("Mặt biển"),
    text("Không phát hiện vi phạm", 12),
)  # fmt: skip
STATE_COLUMNS = (text("Trạng thái"), text("Nguồn ghi"))
NOTE_COLUMN = text("Ghi chú, kiến nghị", 50)


def patrol_table(
    name: str, listed: Iterable[Listed], *, expected: int, has_notes: bool, below: tuple[str, ...] = ()
) -> Table:
    """One line a patrol. Notes only where they were asked for, and only of patrols the reader may open."""
    columns = (*PATROL_COLUMNS, *((NOTE_COLUMN,) if has_notes else ()), *STATE_COLUMNS)
    rows = (_patrol_row(each, has_notes=has_notes) for each in listed)
    return Table(name, columns, rows, below, expected)


def _patrol_row(listed: Listed, *, has_notes: bool) -> tuple[Cell, ...]:
    patrol = listed.patrol
    shown = (
        patrol.id,
        patrol.patrolled_on,
        patrol.started_at,
        patrol.ended_at or "",
        patrol.stretch_name,
        patrol.lead_unit_name,
        patrol.force_count,
        listed.personnel,
        patrol.known_militia,
        patrol.known_security_team,
        patrol.unknown_personnel,
    )
    more = (
        "; ".join(f"{row.unit_name}: {wording.number(row.personnel)}" for row in patrol.attendance),
        patrol.leader_name,
        patrol.from_place,
        patrol.to_place,
        *(wording.say(code) if code else "" for code in (patrol.means, patrol.weather, patrol.sea)),
        "có ghi" if patrol.nothing_found else "",
        *((patrol.note,) if has_notes else ()),
    )
    return (
        *shown,
        *(more if listed.is_open else ("",) * len(more)),
        wording.say(patrol.status),
        wording.say(patrol.source),
    )


FINDING_COLUMNS = (
    Column("Ngày", Kind.DAY, 12), number("Lượt số", 9), text("Loại", 44), summed("Vụ"), summed("Đối tượng"),
    summed("Tụ điểm"), text("Số khác", 32), text("Tuyến", 30), text("Đơn vị chủ trì", 30),
    text("Kết quả xử lý", 30),
)  # fmt: skip


def finding_table(findings: Iterable[Finding], *, expected: int, below: tuple[str, ...] = ()) -> Table:
    """One line a finding, without its free text. Vụ, đối tượng and tụ điểm add up each by itself."""
    return Table("Phát hiện", FINDING_COLUMNS, map(_finding_row, findings), below, expected)


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


def list_book(
    patrols: Iterable[Listed],
    findings: Iterable[Finding],
    *,
    rows: int,
    finding_count: int,
    scope_name: str,
    asked: str,
    rules: str,
    made_at: datetime,
    is_demo: bool,
) -> Book:
    """The list of patrols as a file, as one reader sees it."""
    return Book(
        title="Sổ tuần tra",
        lines=(*((DEMO_LINE,) if is_demo else ()), f"{scope_name}; {asked or 'mọi lượt được xem'}"),
        tables=(
            patrol_table(
                "Lượt tuần tra",
                patrols,
                expected=rows,
                has_notes=True,
                below=(
                    "Dòng Cộng là tổng các dòng trong tệp, mọi trạng thái; số liệu để báo cáo lấy ở trang Số liệu.",
                ),
            ),
            finding_table(
                findings,
                expected=finding_count,
                below=("Chỉ gồm phát hiện của những lượt người lập tệp được mở.",),
            ),
            Table(
                "Định nghĩa",
                (text("Cột", 34), text("Nghĩa", 100)),
                MEANINGS,
                ("Chưa rõ không phải là không: ô ghi “chưa rõ” là có bản ghi nhưng không ai ghi số.",),
            ),
        ),
        closing=last_lines(
            f"Số lượt tuần tra trong tệp: {rows}; số phát hiện: {finding_count}",
            asked=asked,
            rules=rules,
            made_at=made_at,
        ),
        made_at=made_at,
    )


MEANINGS = (
    ("Ngày", "Ngày xuất phát, giờ Việt Nam; một lượt qua nửa đêm là một lượt, tính vào ngày xuất phát."),
    ("Số lực lượng", "Số lực lượng có người tham gia; dân quân tính là lực lượng Quân sự."),
    ("Lượt CBCS", "Tổng quân số các đơn vị tham gia: lượt người, không phải số người khác nhau."),
    ("Lượt dân quân, lượt tổ an ninh", "Cột riêng; chỉ vào lượt CBCS khi quy tắc đếm ở cuối trang nói vậy."),
    ("Đơn vị chưa rõ quân số", "Số đơn vị có tham gia mà không ai ghi số người; không tính là 0."),
    ("Quân số từng đơn vị đến Ghi chú", "Để trống ở những lượt người lập tệp chỉ được xem như một dòng."),
    ("Vụ, đối tượng, tụ điểm", "Các đơn vị khác nhau, không cộng với nhau; một vụ có thể nhiều đối tượng."),
    ("Trạng thái", "Lượt được tính vào số liệu từ lúc Đã nộp; trả lại và đã huỷ không được tính."),
)
