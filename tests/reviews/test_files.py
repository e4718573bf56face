"""The files of figures, read back: number by number what the totals say, and no text ever a formula."""

import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st
from openpyxl import load_workbook

from patrol.accounts.queries import scope_of
from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.extensions import db as the_db
from patrol.sheets import csv as our_csv, xlsx
from patrol.sheets.tables import Book, Column, Kind, Table
from patrol.totals.queries import Question, by_force, by_lead_unit, by_month, by_stretch, figures
from patrol.totals.rules import Period
from patrol.units import queries as register
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    make_review,
    make_setting,
)
from tests.workbooks import assert_csv_is_workbook, book_of, fetch, lines_of, table_of

SHEETS = [
    "Tổng hợp", "Theo tháng", "Theo lực lượng", "Theo đơn vị", "Theo đơn vị hiện nay", "Theo tuyến",
    "Theo địa bàn", "Phát hiện", "Lượt tuần tra (nguồn)", "Định nghĩa",
]  # fmt: skip
EVIL = '=HYPERLINK("http://x","y")'


@pytest.fixture
def year(db, clock) -> None:
    """Patrols of two years with findings, unknown numbers and hostile names."""
    make_patrol(started="2024-03-01 21:00")
    make_patrol(
        started="2025-01-03 21:00",
        from_place=EVIL,
        to_place="@SUM(A1)",
        note="tuyệt đối không ra ngoài",
        findings=(
            finding_draft("gambling", measures={"cases": 1, "subjects": 5}, note="sòng nhà ông Bảy"),
            finding_draft("drug_possession", measures={"cases": 2, "grams": 1.5}),
        ),
    )
    make_patrol(
        started="2025-02-03 21:00",
        on="hoi_an_tay",
        attendance=attendance(**{POST: 4, POLICE: None, MILITARY: (1, 5, 0)}),
        findings=(finding_draft("gambling"), finding_draft("illegal_market", measures={"sites": 3})),
    )
    make_patrol(
        started="2025-02-28 23:30", lead=POLICE, attendance=attendance(**{POST: 1, POLICE: (2, 0, 3)})
    )
    make_patrol(started="2025-04-01 21:00", attendance=attendance(**{POST: 9}))  # of one force: counted apart


def question_of(person, first: str = "2025-01-01", last: str = "2025-12-31") -> Question:
    programme = register.programme_by_code("tuyen_bien_binh_yen")
    days = [datetime.fromisoformat(day).date() for day in (first, last)]
    return Question(Period(*days), programme, seen_by=scope_of(person))


def plain(value: Any) -> Any:
    return None if value in ("", None) else value


def test_every_number_of_the_workbook_is_that_of_the_totals(year, client, signed_in):
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    book = book_of(client, "/tong-ket/2025.xlsx")
    assert book.sheetnames == SHEETS
    answer = figures(question_of(clerk))
    head, rows, _ = table_of(book["Tổng hợp"])
    said = {row[head.index("Mã")]: row for row in rows}
    expected = {
        key for key, figure in answer.figures.items() if figure.records and key != "patrol.unconfirmed"
    }
    assert set(said) >= expected
    for key, row in said.items():
        figure = answer[key]
        assert row[head.index("Kỳ này")] == ("chưa rõ" if figure.value is None else figure.value), key
        assert row[head.index("Bản ghi chưa rõ số")] == figure.unknown, key
        assert row[head.index("Số bản ghi")] == figure.records, key
    assert said["patrol.sorties"][head.index("Kỳ này")] == 3
    assert said["finding.gambling.subjects"][head.index("Kỳ này")] == 5
    assert said["finding.drug_possession.subjects"][head.index("Kỳ này")] == "chưa rõ"
    assert said["finding.drug_possession.grams"][head.index("Kỳ này")] == 1.5


def test_the_tables_of_the_workbook_are_those_of_the_totals_and_add_up(year, client, signed_in):
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    book = book_of(client, "/tong-ket/2025.xlsx")
    answer = figures(question_of(clerk))
    for name, lines in (
        ("Theo tháng", by_month(answer)),
        ("Theo đơn vị", by_lead_unit(answer)),
        ("Theo tuyến", by_stretch(answer)),
    ):
        _, rows, sums = table_of(book[name])
        assert rows == [
            [
                line.label,
                line.sorties,
                line.known_personnel,
                line.militia,
                line.security_team,
                line.unconfirmed,
            ]
            for line in lines
        ], name
        assert sums[1:3] == [answer["patrol.sorties"].value, answer["patrol.personnel"].value], name
    _, _, sums_today = table_of(book["Theo đơn vị hiện nay"])
    assert sums_today == table_of(book["Theo đơn vị"])[2]
    _, rows, sums = table_of(book["Theo lực lượng"])
    assert [row[:4] for row in rows] == [
        [force.name, force.led, force.joined, force.known_personnel]
        for force in by_force(answer, register.forces())
    ]
    assert (sums[1], plain(sums[2]), sums[3]) == (3, None, answer["patrol.personnel"].value)


def test_the_sources_are_the_patrols_and_findings_behind_the_figures(year, client, signed_in):
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    book = book_of(client, "/tong-ket/2025.xlsx")
    answer = figures(question_of(clerk))
    head, rows, sums = table_of(book["Lượt tuần tra (nguồn)"])
    assert len(rows) == answer["patrol.sorties"].records == 3
    assert sums[head.index("Lượt CBCS")] == answer["patrol.personnel"].value == 14
    assert [str(row[head.index("Xuất phát (giờ Việt Nam)")]) for row in rows] == [
        "2025-01-03 21:00:00", "2025-02-03 21:00:00", "2025-02-28 23:30:00",
    ]  # fmt: skip
    assert str(rows[2][head.index("Ngày")]) == "2025-02-28 00:00:00"
    assert [row[head.index("Đơn vị chưa rõ quân số")] for row in rows] == [0, 1, 0]
    head, rows, sums = table_of(book["Phát hiện"])
    assert len(rows) == 4
    assert [sums[head.index(name)] for name in ("Vụ", "Đối tượng", "Tụ điểm")] == [4, 5, 3]
    assert [row[head.index("Đối tượng")] for row in rows] == [5, "chưa rõ", "chưa rõ", None]


def test_sums_are_formulas_with_their_value_and_nothing_else_is_a_formula(year, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    data = fetch(client, "/tong-ket/2025.xlsx").data
    formulas, values = load_workbook(io.BytesIO(data)), load_workbook(io.BytesIO(data), data_only=True)
    found = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    found += 1
                    assert cell.value.startswith("=SUM("), cell.value
                    column, first, last = cell.column_letter, *cell.value[5:-1].split(":")
                    assert (first[: -len(first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))], column) == (
                        column,
                        column,
                    )
                    cells = [values[sheet.title][f"{column}{n}"].value for n in range(
                        int(first.lstrip(column)), int(last.lstrip(column)) + 1)]  # fmt: skip
                    added = sum(value for value in cells if isinstance(value, int | float))
                    assert values[sheet.title][cell.coordinate].value == added
    assert found > 20
    head, rows, _ = table_of(values["Lượt tuần tra (nguồn)"])
    assert rows[0][head.index("Điểm đầu")] == EVIL, "as text, as it was typed"


def test_every_sheet_has_a_frozen_head_a_filter_and_says_what_it_is(year, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    for sheet in book_of(client, "/tong-ket/2025.xlsx"):
        assert sheet.freeze_panes.startswith("B"), sheet.title
        assert sheet.auto_filter.ref, sheet.title
        words = [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value]
        _, rows, _ = table_of(sheet)
        assert f"Số dòng: {len(rows)}" in words, sheet.title
        assert "Số lượt tuần tra trong tệp: 3; chỉ tiêu lượt tuần tra phối hợp: 3" in words
        assert "Lọc: chương trình Tuyến biển bình yên" in words
        assert "Lập lúc 21:30 05/02/2026 (giờ Việt Nam)" in words
        assert "DỮ LIỆU MẪU, không phải số liệu thật" not in words


def test_sample_data_says_so_on_every_sheet(year, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    make_setting("is_demo", "yes", since="2000-01-01")
    for sheet in book_of(client, "/tong-ket/2025.xlsx"):
        assert sheet["A2"].value == "DỮ LIỆU MẪU, không phải số liệu thật"
    assert "DỮ LIỆU MẪU" in fetch(client, "/tong-ket/2025.csv").text


def test_militia_inside_the_headcount_is_inside_it_in_the_file_too(year, client, signed_in):
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    make_setting("militia_in_personnel", "yes", since="2000-01-01")
    head, _, sums = table_of(book_of(client, "/tong-ket/2025.xlsx")["Lượt tuần tra (nguồn)"])
    assert sums[head.index("Lượt CBCS")] == figures(question_of(clerk))["patrol.personnel"].value == 19


def test_the_csv_holds_the_same_numbers_as_the_workbook(year, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    book = book_of(client, "/tong-ket/2025.xlsx")
    data = fetch(client, "/tong-ket/2025.csv").data
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data and b"\n" not in data.replace(b"\r\n", b"")
    lines = lines_of(data)
    assert len({len(line) for line in lines}) == 1, "every row has as many fields"
    assert book.sheetnames == SHEETS
    assert_csv_is_workbook(lines, book)


def test_what_looks_like_a_formula_is_disarmed_in_the_csv(year, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    lines = lines_of(fetch(client, "/tong-ket/2025.csv").data)
    cells = [cell for line in lines for cell in line]
    assert f"'{EVIL}" in cells and "'@SUM(A1)" in cells
    dangerous = [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]
    assert dangerous == []
    for cell in (cell for cell in cells if cell.startswith("-")):
        float(cell)  # a negative number is a number


def test_a_semicolon_for_those_whose_excel_wants_one(year, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    lines = lines_of(fetch(client, "/tong-ket/2025.csv?ngan=cham-phay").data, ";")
    assert any(line[0] == "Theo tháng" and line[1] == "Tháng 1/2025" for line in lines)


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_a_conference_is_a_file_whose_name_says_unit_period_and_moment(year, client, signed_in, extension):
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    review = make_review(2025, by=clerk)
    answer = fetch(client, f"/hoi-nghi/{review.id}.{extension}")
    name = f"hoi-nghi-so-ket-nam-2025_don-bien-phong-cua-dai_2025-01-01_2025-12-31_20260205-2130.{extension}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"
    noted = the_db.session.query(AuditEvent).filter_by(action="figures.exported").one()
    assert (noted.actor_id, noted.subject_kind, noted.subject_id) == (clerk.id, "reviews", review.id)
    assert noted.changes == {"file": [None, name], "rows": [None, 3]}


def test_the_sentences_are_in_the_files(year, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    sentence = "được 3 lượt với 14 cán bộ, chiến sĩ của 3 lực lượng tham gia (1 lượt chưa rõ đủ quân số)."
    book = book_of(client, "/tong-ket/2025.xlsx")
    words = [str(value) for row in book["Tổng hợp"].iter_rows(values_only=True) for value in row if value]
    assert any(sentence in text for text in words)
    assert sentence in fetch(client, "/tong-ket/2025.csv").text


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_no_free_text_leaves_in_a_file(year, client, signed_in, extension):
    signed_in(make_person(Role.STAFF_CLERK))
    data = fetch(client, f"/tong-ket/2025.{extension}").data
    if extension == "xlsx":
        book = load_workbook(io.BytesIO(data))
        text = "\n".join(str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row)
    else:
        text = data.decode("utf-8-sig")
    assert "tuyệt đối" not in text and "ông Bảy" not in text


def test_a_committee_gets_lines_of_its_coast_without_what_only_a_page_shows(year, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK, of=COMMITTEE))
    book = book_of(client, "/tong-ket/2025.xlsx")
    head, rows, _ = table_of(book["Lượt tuần tra (nguồn)"])
    assert len(rows) == 2, "the one at Hội An is not on its coast"
    assert [row[head.index("Lượt CBCS")] for row in rows] == [6, 3]
    for name in ("Tổ trưởng", "Điểm đầu", "Quân số từng đơn vị"):
        assert [plain(row[head.index(name)]) for row in rows] == [None, None], name


def test_a_narrowed_period_is_a_file_and_says_how_it_was_narrowed(year, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    stretch = next(each for each in register.stretches() if each.code == "hoi_an_tay")
    book = book_of(client, f"/tong-ket.xlsx?tu=2025-02-01&den=2025-02-28&tuyen={stretch.id}&luc-luong=police")
    head, rows, _ = table_of(book["Lượt tuần tra (nguồn)"])
    assert [row[head.index("Tuyến")] for row in rows] == [stretch.name]
    words = [str(value) for row in book["Theo tháng"].iter_rows(values_only=True) for value in row if value]
    assert f"Lọc: chương trình Tuyến biển bình yên; tuyến {stretch.name}; lực lượng Công an" in words


def test_days_that_make_no_period_lead_to_the_page_that_says_so(client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    answer = fetch(client, "/tong-ket.xlsx?tu=2025-02-01&den=2024-02-01", expected=302)
    assert answer.location == "/tong-ket?tu=2025-02-01&den=2024-02-01"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.PATROL_LEADER, 403), (Role.DUTY_OFFICER, 200), (Role.COMMANDER, 200), (Role.STAFF_CLERK, 200),
        (Role.ADMIN, 403), (Role.AUDITOR, 403),
    ],
)  # fmt: skip
def test_who_may_take_figures_out(db, client, signed_in, role, status):
    signed_in(make_person(role))
    for path in ("/tong-ket/2025.xlsx", "/tong-ket.csv", f"/hoi-nghi/{make_review().id}.xlsx"):
        assert client.get(path).status_code == status, path


def test_an_empty_year_is_a_file_too(db, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    book = book_of(client, "/tong-ket/1999.xlsx")
    assert book.sheetnames == SHEETS
    assert lines_of(fetch(client, "/tong-ket/1999.csv").data)


# any text at all


def book_with(text: str) -> Book:
    columns = (Column("Chữ"), Column("Số", Kind.NUMBER, is_summed=True))
    table = Table("Bảng", columns, ((text, 1), ("b", None), ("c", 2.5)))
    return Book(text, (text,), (table,), (text,), datetime.fromisoformat("2026-02-05T14:30+00:00"))


@given(st.text(max_size=60))
def test_no_text_breaks_a_workbook_or_becomes_a_formula(text):
    sheet = load_workbook(io.BytesIO(xlsx.workbook(book_with(text)))).active
    formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == ["=SUM(B4:B6)"]


@given(st.text(max_size=60))
def test_no_text_breaks_a_csv_or_becomes_a_formula(text):
    lines = lines_of(our_csv.lines(book_with(text)))
    assert all(len(line) == 3 for line in lines)
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_cell_holds_no_more_than_excel_takes():
    sheet = load_workbook(io.BytesIO(xlsx.workbook(book_with("ă" * 40_000)))).active
    assert len(sheet["A4"].value) == 32_767
