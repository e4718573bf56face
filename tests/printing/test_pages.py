"""A patrol as a page of the book, and a list with its sums, as they stand on paper."""

from datetime import date

import pytest

from patrol.accounts.rules import Role
from patrol.patrols import services
from patrol.printing.rules import handy_periods
from patrol.totals.queries import figures
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    question,
)


@pytest.fixture
def leader(db, clock, signed_in):
    return signed_in(make_person(rank="Đại uý", full_name="Trần Văn Lái"))


def test_a_page_of_the_book_has_its_order_its_words_and_room_for_every_force(page, leader):
    patrol = make_patrol(
        by=leader,
        attendance=attendance(**{POST: (4, 1, 0), POLICE: (None, 0, 2), MILITARY: 3}),
        findings=(finding_draft("gambling", measures={"subjects": 5}, outcome="handed_over", place="Hà My"),),
        note="Đề nghị lắp thêm đèn",
    )
    services.confirm(patrol, by=make_person(Role.COMMANDER, of=POLICE, full_name="Võ Thị Duyệt"))
    seen = page.open("printing.one", patrol_id=patrol.id)
    assert seen.texts("th") == [
        "Ngày tháng", "Thời gian đi – về", "Tuyến (điểm đầu – điểm cuối)", "Lực lượng và quân số", "Tổ trưởng",
        "Phương tiện", "Thời tiết, mặt biển", "Tình hình, kết quả", "Biện pháp xử lý", "Kiến nghị, ghi chú",
        "Chương trình",
    ]  # fmt: skip
    for words in (
        "Công an phường Điện Bàn Đông: chưa rõ, tổ an ninh 2", "(chủ trì): 4 đồng chí, dân quân 1",
        "Cộng: 3 lực lượng, 7 lượt CBCS, 1 dân quân, 2 tổ an ninh, trật tự (có đơn vị chưa rõ quân số)",
        "1. Đánh bạc trái phép: 1 vụ, 5 đối tượng. Nơi: Hà My.", "Bàn giao cơ quan chức năng (04/02/2026).",
        "Đề nghị lắp thêm đèn", "Đại uý Trần Văn Lái",
    ):  # fmt: skip
        assert words in seen.text(), words
    assert seen.texts(".sheet__sign b") == [
        "Quân sự", "Công an", "Bộ đội Biên phòng", "Tổ trưởng", "Trực ban", "Chỉ huy",
    ]  # fmt: skip
    assert "Đã xác nhận trên sổ điện tử: Võ Thị Duyệt, 21:30 05/02/2026" in seen.text(".sheet")


def test_a_month_as_a_list_adds_up_to_the_figures(page, leader):
    make_patrol(by=leader, started="2026-02-01 21:00", attendance=attendance(**{POST: 3, POLICE: (2, 4, 1)}))
    make_patrol(
        by=leader, started="2026-02-03 23:30", findings=(finding_draft("gambling", measures={"subjects": 5}),)
    )
    make_patrol(by=leader, started="2026-02-04 19:00", findings=(finding_draft("gambling"),))
    services.cancel(make_patrol(by=leader, started="2026-02-04 21:00"), "Bão", by=leader)
    make_patrol(by=leader, started="2026-01-31 23:00")
    seen = page.open("printing.many")
    rows = seen.table(".sheet__table")
    assert [row[1] for row in rows[1:-1]] == ["01/02/2026", "03/02/2026", "04/02/2026", "04/02/2026"]
    assert rows[-1] == [
        "Cộng 3 lượt được tính (trong đó 3 lượt phối hợp)", "17", "4", "1", "1 lượt không phát hiện vi phạm",
    ]  # fmt: skip
    month = figures(question("2026-02-01", "2026-02-28"))
    assert [month[key].value for key in ("patrol.sorties", "patrol.personnel", "patrol.militia")] == [
        3,
        17,
        4,
    ]
    assert seen.text(".sheet__sums") == "Đánh bạc trái phép: 2 vụ, 5 đối tượng (1 phát hiện chưa rõ số)"
    assert "1 lượt không tính" in seen.text() and "Đã huỷ, không tính" in seen.text()


def test_what_nobody_wrote_down_is_printed_as_unknown_and_never_as_0(page, leader):
    nothing_known = make_patrol(
        by=leader,
        attendance=attendance(**{POST: (None, None, None), POLICE: (None, None, None)}),
        findings=(finding_draft("gambling", measures={"subjects": None}),),
    )
    words = page.open("printing.one", patrol_id=nothing_known.id).text()
    assert (
        "Cộng: 2 lực lượng, chưa rõ lượt CBCS, chưa rõ dân quân, chưa rõ tổ an ninh, trật tự "
        "(có đơn vị chưa rõ quân số, dân quân, tổ an ninh)"
    ) in words
    seen = page.open("printing.many")
    *_, row, sums = seen.table(".sheet__table")
    assert row[6:9] == sums[1:4] == ["chưa rõ"] * 3
    assert seen.text(".sheet__sums") == (
        "Đánh bạc trái phép: 1 vụ, chưa rõ đối tượng (1 phát hiện chưa rõ số)"
    )


def test_a_printed_sum_says_of_how_many_lines_a_number_is_missing(page, leader):
    make_patrol(
        by=leader,
        attendance=attendance(**{POST: (None, None, 1), POLICE: (4, 2, 0)}),
        findings=(finding_draft("gambling", measures={"subjects": 5}),),
    )
    make_patrol(
        by=leader,
        started="2026-02-03 19:00",
        attendance=attendance(**{POST: 3, POLICE: (3, None, None)}),
        findings=(finding_draft("gambling", measures={"subjects": None}),),
    )
    seen = page.open("printing.many")
    _, early, late, sums = seen.table(".sheet__table")
    assert early[6:9] == ["6", "chưa rõ", "chưa rõ"]
    assert late[6:9] == ["4+", "2+", "1"]
    assert sums[1:4] == ["10+", "2+", "1+"]
    assert "chưa rõ đủ quân số: 1 lượt, dân quân: 2 lượt, tổ an ninh: 1 lượt." in seen.text()
    assert seen.text(".sheet__sums") == ("Đánh bạc trái phép: 2 vụ, 5 đối tượng (1 phát hiện chưa rõ số)")


def test_a_night_is_printed_by_the_day_it_began(page, leader):
    make_patrol(by=leader, started="2026-02-04 23:00")
    make_patrol(by=leader, started="2026-02-05 04:00")
    link = next(each for each in page.open("printing.many").all(".actions a") if each.get_text() == "Đêm qua")
    seen = page.open(str(link["href"]))
    assert "Đêm ngày 04 tháng 02 năm 2026" in seen.text()
    assert len(seen.table(".sheet__table")) == 3


def test_a_list_keeps_the_filter_and_says_what_it_cannot_read(page, leader):
    make_patrol(by=leader)
    make_patrol(by=leader, on="hoi_an_tay")
    seen = page.open("/tuan-tra?tim=hoi+an").follow("In danh sách")
    assert len(seen.table(".sheet__table")) == 3
    seen = page.open("/tuan-tra/in?tu=hôm+kia", expected=422)
    assert "Không đọc được ngày" in seen.text() and seen.form("form.form--filter").value("tu") == "hôm kia"


def test_who_only_sees_lines_prints_lines_without_leader_and_result(page, leader, signed_in):
    make_patrol(by=leader, findings=(finding_draft(),))
    signed_in(make_person(Role.STAFF_CLERK, of=COMMITTEE))
    text = page.open("printing.many").text()
    assert "Trần Văn Lái" not in text and "Đánh bạc" not in text and "6" in text


def test_the_periods_that_are_printed_most():
    assert [(first.isoformat(), last.isoformat()) for _, first, last in handy_periods(date(2026, 3, 1))] == [
        ("2026-02-28", "2026-02-28"),
        ("2026-03-01", "2026-03-01"),
        ("2026-02-23", "2026-03-01"),
        ("2026-02-16", "2026-02-22"),
        ("2026-03-01", "2026-03-31"),
        ("2026-02-01", "2026-02-28"),
    ]
