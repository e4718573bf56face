"""The list of patrols as a file: all of it, number by number what the records say, and no more than one may see."""

from datetime import datetime

import pytest
from sqlalchemy import select

from patrol import clock as patrol_clock, wording
from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.exports import queries
from patrol.extensions import db as the_db
from patrol.patrols.models import Patrol
from patrol.patrols.services import cancel
from patrol.sheets.tables import Column, Kind, Moved, Table, Tally
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    make_setting,
    unit,
)
from tests.workbooks import assert_csv_is_workbook, book_of, fetch, lines_of, table_of, words_of

SHEETS = ["Lượt tuần tra", "Phát hiện", "Định nghĩa"]


@pytest.fixture
def book(db, clock) -> None:
    """More patrols than a page of the list holds, of every kind."""
    by = make_person()
    for number in range(19):
        make_patrol(by=by, started=f"2025-03-{number + 1:02d} 21:00", attendance=attendance(**{POST: number}))
    make_patrol(
        by=by,
        started="2025-04-01 23:30",
        attendance=attendance(**{POST: 4, POLICE: None, MILITARY: (1, 5, 2)}),
        note='=HYPERLINK("http://x") gặp ông Bảy',
        findings=(finding_draft("gambling", measures={"cases": 1, "subjects": 5}), finding_draft("drug_use")),
    )
    make_patrol(
        by=by, started="2025-05-01 21:00", on="hoi_an_tay", lead=POLICE, attendance=attendance(**{POLICE: 3})
    )
    cancelled = make_patrol(by=by, started="2025-05-02 21:00", attendance=attendance(**{POST: 2, POLICE: 2}))
    cancel(cancelled, "Bão", by=by)


def raw_rows() -> list[tuple]:
    """Every patrol the post led or joined, counted by hand from its rows."""
    rows = []
    for patrol in the_db.session.scalars(select(Patrol).order_by(Patrol.started_at)):
        if unit(POST).id not in {patrol.lead_unit_id, *(row.unit_id for row in patrol.attendance)}:
            continue
        wall = patrol.started_at.astimezone(patrol_clock.LOCAL).replace(tzinfo=None)
        known = [row.personnel for row in patrol.attendance if row.personnel is not None]
        rows.append((
            patrol.id, wall, sum(known), sum(row.militia or 0 for row in patrol.attendance),
            sum(row.personnel is None for row in patrol.attendance), wording.say(patrol.status),
        ))  # fmt: skip
    return rows


def test_the_file_holds_every_patrol_of_the_list_and_says_how_many(book, client, signed_in, page):
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    workbook = book_of(client, "/tuan-tra.xlsx")
    assert workbook.sheetnames == SHEETS
    head, rows, sums = table_of(workbook["Lượt tuần tra"])
    columns = [head.index(name) for name in (
        "Lượt số", "Xuất phát (giờ Việt Nam)", "Lượt CBCS", "Lượt dân quân", "Đơn vị chưa rõ quân số", "Trạng thái",
    )]  # fmt: skip
    expected = raw_rows()
    assert [tuple(row[place] for place in columns) for row in rows] == expected
    assert len(rows) == 21, "more than a page, without the one at Hội An"
    assert sums[head.index("Lượt CBCS")] == sum(row[2] for row in expected) == sum(range(19)) + 5 + 4
    assert page.open("logbook.index").text("#ket-qua") == "21 lượt"
    head, rows, sums = table_of(workbook["Phát hiện"])
    assert [(row[head.index("Vụ")], row[head.index("Đối tượng")]) for row in rows] == [(1, 5), (1, "chưa rõ")]
    words = words_of(workbook["Lượt tuần tra"])
    assert "Số dòng: 21" in words and "Số lượt tuần tra trong tệp: 21; số phát hiện: 2" in words
    assert "Lọc: không lọc" in words and "Lập lúc 21:30 05/02/2026 (giờ Việt Nam)" in words
    assert any(
        word.startswith("Quy tắc đếm: lượt phối hợp có từ 2 lực lượng; dân quân không tính") for word in words
    )
    assert_csv_is_workbook(lines_of(fetch(client, "/tuan-tra.csv").data), workbook)
    noted = the_db.session.scalars(select(AuditEvent).filter_by(action="list.exported")).all()
    assert [(event.actor_id, event.changes["rows"]) for event in noted] == [(clerk.id, [None, 21])] * 2


def test_a_number_nobody_wrote_down_is_unknown_in_the_files_and_not_0(db, clock, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    make_patrol(attendance=attendance(**{POST: (None, None, None), POLICE: (None, None, None)}))
    make_setting("militia_in_personnel", "yes", since="2026-02-10")
    make_patrol(started="2026-02-10 21:00", attendance=attendance(**{POST: (0, None, 2), POLICE: (0, 0, 0)}))
    workbook = book_of(client, "/tuan-tra.xlsx")
    head, rows, _ = table_of(workbook["Lượt tuần tra"])
    columns = [head.index(name) for name in ("Lượt CBCS", "Lượt dân quân", "Lượt tổ an ninh")]
    assert [[row[place] for place in columns] for row in rows] == [["chưa rõ"] * 3, ["chưa rõ", "chưa rõ", 2]]
    assert_csv_is_workbook(lines_of(fetch(client, "/tuan-tra.csv").data), workbook)


def test_the_file_keeps_to_the_filter_and_its_name_says_unit_days_and_moment(book, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    answer = fetch(
        client, "/tuan-tra.csv?tu=01/04/2025&den=2025-05-31&trang-thai=submitted&trang=7&ngan=cham-phay"
    )
    name = "so-tuan-tra_don-bien-phong-cua-dai_2025-04-01_2025-05-31_20260205-2130.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"
    lines = lines_of(answer.data, ";")
    patrols = [line for line in lines if line[0] == "Lượt tuần tra" and line[1].isdecimal()]
    assert [line[3] for line in patrols] == ["2025-04-01 23:30"]
    assert [line[0] for line in lines if line[0].startswith("Lọc")] == [
        "Lọc: từ 01/04/2025; đến 31/05/2025; trạng thái đã nộp"
    ]
    assert '\'=HYPERLINK("http://x") gặp ông Bảy' in patrols[0]
    assert fetch(client, "/tuan-tra.csv?tu=hôm+kia", expected=302).location == "/tuan-tra?tu=h%C3%B4m+kia"


def test_what_was_searched_for_stands_in_the_file_but_not_in_the_trail(book, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    assert "Lọc: tìm “ông Bảy”" in words_of(book_of(client, "/tuan-tra.xlsx?tim=ông+Bảy")["Lượt tuần tra"])
    noted = the_db.session.scalars(select(AuditEvent).filter_by(action="list.exported")).one()
    assert noted.changes["filter"] == [None, "có từ tìm"]


def test_who_sees_only_the_line_gets_no_notes_places_or_finds_in_the_file(book, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK, of=COMMITTEE))
    workbook = book_of(client, "/tuan-tra.xlsx")
    head, rows, _ = table_of(workbook["Lượt tuần tra"])
    assert len(rows) == 21, "the one at Hội An is not on its coast"
    for name in ("Tổ trưởng", "Điểm đầu", "Quân số từng đơn vị", "Ghi chú, kiến nghị"):
        assert {row[head.index(name)] for row in rows} <= {None, ""}, name
    assert table_of(workbook["Phát hiện"])[1] == []
    signed_in(make_person(Role.STAFF_CLERK, of=POLICE))
    head, rows, _ = table_of(book_of(client, "/tuan-tra.xlsx?tim=ong+bay")["Lượt tuần tra"])
    assert [row[head.index("Ghi chú, kiến nghị")] for row in rows] == ['=HYPERLINK("http://x") gặp ông Bảy']


def test_sample_data_says_so(book, client, signed_in):
    make_setting("is_demo", "yes", since="2000-01-01")
    signed_in(make_person(Role.STAFF_CLERK))
    assert "DỮ LIỆU MẪU" in book_of(client, "/tuan-tra.xlsx")["Phát hiện"]["A2"].value
    assert "DỮ LIỆU MẪU" in fetch(client, "/tuan-tra.gpx").text


def test_a_file_with_fewer_rows_than_were_counted_is_not_handed_out(book, client, signed_in, monkeypatch):
    signed_in(make_person(Role.STAFF_CLERK))
    count = queries.number_of
    monkeypatch.setattr(queries, "number_of", lambda *of: count(*of) + 1)  # one was there a moment ago
    for extension in ("xlsx", "csv"):
        answer = fetch(client, f"/tuan-tra.{extension}", expected=409)
        assert "Sổ vừa có thay đổi trong lúc lập tệp" in answer.text
    assert the_db.session.scalar(select(AuditEvent).filter_by(action="list.exported")) is None


def test_rows_are_walked_through_once_and_added_up_on_the_way():
    given = iter([(1, None), (2, 2.5)])
    tally = Tally()
    table = Table("T", (Column("a"), Column("b", Kind.NUMBER, is_summed=True)), given, expected=2)
    assert list(table.counted_rows(tally)) == [(1, None), (2, 2.5)]
    assert (tally.rows, tally.sum_of(1)) == (2, 2.5)
    with pytest.raises(Moved):
        list(table.counted_rows(Tally()))


def test_a_patrol_over_midnight_stands_on_the_day_it_began(book, client, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    head, rows, _ = table_of(book_of(client, "/tuan-tra.xlsx?tu=2025-04-01&den=2025-04-01")["Lượt tuần tra"])
    [row] = rows
    assert row[head.index("Ngày")] == datetime.fromisoformat("2025-04-01")
    assert row[head.index("Kết thúc (giờ Việt Nam)")] == datetime.fromisoformat("2025-04-02 02:30")
