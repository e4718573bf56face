"""The pages of conferences and of figures from paper, as people of each role meet them."""

from datetime import date
from uuid import uuid4

import pytest

from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.extensions import db as the_db
from patrol.reviews.models import DeclaredFigure, ReportingCalendar, Review
from patrol.setup import load_reference
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_declared,
    make_patrol,
    make_person,
    make_review,
    unit,
)

pytestmark = pytest.mark.usefixtures("clock")


def calendar_id(code: str) -> int:
    return the_db.session.query(ReportingCalendar).filter_by(code=code).one().id


def row_of(seen, name: str) -> list[str]:
    """The cells of the line of that name, the name left out."""
    for row in seen.all("main tbody tr"):
        heading = row.select_one("th").get_text(" ", strip=True)
        if heading.startswith(name):
            return [" ".join(cell.get_text(" ", strip=True).split()) for cell in row.select("td")]
    raise AssertionError(f"no line {name}")


def test_the_calendars_are_reference_data_and_loading_again_adds_none(db):
    assert {row.code for row in db.session.query(ReportingCalendar)} == {
        f"{kind}_{by}"
        for kind in ("nam", "quy", "sau_thang", "chin_thang")
        for by in ("duong_lich", "hanh_chinh")
    }
    load_reference()
    assert db.session.query(ReportingCalendar).count() == 8


def test_a_clerk_enters_a_conference_and_sees_its_page(page, signed_in):
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    form = page.open("reviews.index").follow("Lập hội nghị").form("main form")
    form.fill(
        kind="final",
        held_on="28/12/2023",
        host_id=str(unit("ubnd_thi_xa_dien_ban").id),
        subject="Phối hợp năm 2023",
        calendar_id=str(calendar_id("nam_hanh_chinh")),
        year="2023",
    )
    seen = form.submit("Lưu hội nghị")
    assert seen.text("h1") == "Hội nghị tổng kết năm 2023"
    assert "UBND thị xã Điện Bàn, ngày 28 tháng 12 năm 2023" in seen.text()
    assert "từ 15/12/2022 đến 14/12/2023" in seen.text()
    assert "Số liệu tính đến 21:30 05/02/2026" in seen.text()
    review = the_db.session.query(Review).one()
    assert (review.host_name, review.made_by_id, review.unit_id) == (
        "UBND thị xã Điện Bàn",
        clerk.id,
        unit().id,
    )
    assert page.open("reviews.index").texts(".record__title") == ["Hội nghị tổng kết năm 2023"]


def test_the_same_page_sent_twice_makes_one_conference(page, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    form = page.open("reviews.new").form("main form")
    form.fill(host_id=str(unit(COMMITTEE).id), calendar_id=str(calendar_id("nam_duong_lich")))
    first, second = form.submit("Lưu hội nghị"), form.submit("Lưu hội nghị")
    assert first.url == second.url
    assert the_db.session.query(Review).count() == 1


def test_a_conference_with_mistakes_comes_back_with_what_was_typed(page, signed_in):
    signed_in(make_person(Role.COMMANDER))
    form = page.open("reviews.new").form("main form")
    form.fill(
        held_on="31/02/2023", subject="Đã ghi", calendar_id=str(calendar_id("quy_duong_lich")), part="5"
    )
    back = form.submit("Lưu hội nghị", expected=422)
    assert back.form("main form").value("subject") == "Đã ghi"
    form.fill(held_on="01/02/2023", host_id=str(unit(COMMITTEE).id), year="1")
    back = form.submit("Lưu hội nghị", expected=422)
    assert "Lịch báo cáo này không có kỳ thứ đó." in back.text()
    assert "Không đọc được năm" in back.text()
    assert the_db.session.query(Review).count() == 0


@pytest.mark.parametrize("year", ["", "0", "-1", "abc", "99999999999999999999", "1900", "2199"])
def test_no_year_breaks_the_form(page, signed_in, year):
    signed_in(make_person(Role.STAFF_CLERK))
    form = page.open("reviews.new").form("main form")
    form.fill(host_id=str(unit(COMMITTEE).id), calendar_id=str(calendar_id("nam_hanh_chinh")), year=year)
    form.submit("Lưu hội nghị", expected=422)


def test_every_figure_stands_beside_that_of_the_year_before_and_opens(page, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    for month in (1, 2, 3):
        make_patrol(started=f"2024-0{month}-02 21:00")
    gambling = finding_draft("gambling", measures={"subjects": 5})
    for month in (1, 2):
        make_patrol(started=f"2025-0{month}-03 21:00", findings=(gambling,) if month == 1 else ())
    review = make_review(2025)
    seen = page.open("reviews.show", review_id=review.id)
    assert row_of(seen, "Lượt tuần tra phối hợp") == [
        "2",
        "3",
        "giảm 1 (2/3)",
        "−33,3%",
        "2 lượt chưa xác nhận đủ",
    ]
    assert row_of(seen, "Đánh bạc trái phép đối tượng") == ["5", "0", "tăng 5 (5/0)", "", ""]
    assert seen.texts("h2")[:2] == ["Phát hiện, xử lý qua tuần tra", "Tuần tra phối hợp"]
    opened = seen.follow("2")
    assert opened.text("h1") == "Lượt tuần tra phối hợp"
    assert len(opened.all(".record")) == 2


def test_each_number_opens_into_as_many_records_as_it_says(page, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    make_patrol(started="2024-01-02 21:00")
    make_patrol(started="2025-05-03 21:00", findings=(finding_draft("gambling"), finding_draft("theft")))
    seen = page.open("reviews.show", review_id=make_review(2025).id)
    links = {tag["href"] for tag in seen.all("main table a[href^='/so-lieu/']")}
    assert len(links) > 8
    for href in links:
        figures = page.open(href).all(".figure__value")
        assert figures[1].get_text(strip=True) == str(len(page.open(href).all(".record"))), href


def test_a_declared_number_is_marked_and_leads_nowhere(page, signed_in):
    clerk = signed_in(make_person(Role.STAFF_CLERK))
    make_patrol(started="2025-01-03 21:00")
    make_declared("patrol.sorties", 198, year=2024, by=clerk)
    seen = page.open("reviews.show", review_id=make_review(2025).id)
    assert row_of(seen, "Lượt tuần tra phối hợp")[:2] == ["1", "198 khai báo"]
    assert not [tag for tag in seen.all("main a") if "198" in tag.get_text()]
    assert "Báo cáo tổng kết năm 2024" in seen.text()
    assert page.open("/tong-ket/2024").text(".figure--big .figure__value") == "0", "never among the computed"


def test_a_clerk_declares_a_figure_from_paper_and_takes_it_back(page, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    form = page.open("reviews.declarations").form("main form[action='/khai-bao']")
    form.fill(
        key="patrol.personnel",
        value="1.134",
        calendar_id=str(calendar_id("nam_duong_lich")),
        year="2022",
        source="Báo cáo tổng kết năm 2022",
    )
    seen = form.submit("Ghi số khai báo")
    assert row_of(seen, "Lượt cán bộ, chiến sĩ tham gia")[:2] == ["1.134", "01/01/2022 – 31/12/2022"]
    gone = seen.form("main td form").submit("Rút")
    assert "đã rút 21:30 05/02/2026" in gone.text()
    row = the_db.session.query(DeclaredFigure).one()
    assert (row.value, row.withdrawn_at is not None) == (1134, True)
    actions = [event.action for event in the_db.session.query(AuditEvent).order_by(AuditEvent.id)]
    assert actions[-2:] == ["figure.declared", "figure.withdrawn"]


def test_a_declaration_of_nothing_or_of_another_unit_is_refused(page, signed_in, client):
    signed_in(make_person(Role.STAFF_CLERK))
    form = page.open("reviews.declarations").form("main form[action='/khai-bao']")
    assert "Giá trị" in form.fill(key="patrol.sorties").submit(expected=422).text()
    raw = {
        "client_id": str(uuid4()), "key": "patrol.sorties", "value": "5", "source": "x", "year": "2022",
        "calendar_id": str(calendar_id("nam_duong_lich")), "unit_id": str(unit(POLICE).id),
        "programme_id": form.value("programme_id"),
    }  # fmt: skip
    assert client.post("/khai-bao", data=raw).status_code == 422
    for wrong in ({"key": "patrol.invented"}, {"value": "-1"}, {"programme_id": "999"}):
        assert client.post("/khai-bao", data={**raw, "unit_id": str(unit().id), **wrong}).status_code == 422
    assert the_db.session.query(DeclaredFigure).count() == 0


def test_nobody_sees_or_withdraws_what_another_unit_declared(page, signed_in, client):
    row = make_declared("patrol.sorties", 7777, of=POLICE)
    signed_in(make_person(Role.STAFF_CLERK))
    assert "7.777" not in page.open("reviews.declarations").text("main")
    assert client.post(f"/khai-bao/{row.id}/rut").status_code == 404


def test_the_sentences_stand_on_the_page_to_be_copied(page, signed_in):
    signed_in(make_person(Role.DUTY_OFFICER))
    make_patrol(started="2025-01-03 21:00")
    seen = page.open("reviews.show", review_id=make_review(2025).id)
    text = seen.one("textarea[readonly]").get_text()
    assert "được 1 lượt với 6 cán bộ, chiến sĩ của 3 lực lượng tham gia." in text


def test_lines_by_unit_of_the_day_and_of_today_come_to_the_same_sum(page, signed_in):
    signed_in(make_person(Role.STAFF_CLERK, of="bp_da_nang"))
    police, military = "ca_thi_xa_dien_ban", "qs_thi_xa_dien_ban"
    make_patrol(started="2025-01-03 21:00", lead=police, attendance=attendance(**{POST: 2, police: 3}))
    make_patrol(
        started="2025-05-03 21:00", lead="ca_dien_ngoc", attendance=attendance(**{POST: 2, "ca_dien_ngoc": 4})
    )
    make_patrol(started="2025-09-03 21:00", lead=POLICE, attendance=attendance(**{POST: 2, POLICE: 5}))
    make_patrol(started="2025-02-03 21:00", lead=military, attendance=attendance(**{POST: 2, military: 6}))
    make_patrol(started="2025-10-03 21:00", lead=MILITARY, attendance=attendance(**{POST: 2, MILITARY: 7}))
    review = make_review(2025, of=None)
    then = page.open("reviews.show", review_id=review.id)
    today = then.follow("Quy về đơn vị hiện nay")
    assert len(row_of(then, "Công an thị xã Điện Bàn")) == 3
    assert row_of(today, "Công an phường Điện Bàn Đông") == ["3", "18", "3"]
    assert row_of(today, "Ban CHQS phường Điện Bàn Đông") == ["2", "17", "2"]
    assert row_of(then, "Cộng") == row_of(today, "Cộng") == ["5", "35", "5"]
    assert "Công an thị xã" not in " ".join(today.texts("#theo-don-vi ~ .table tbody th"))


def test_the_briefing_is_one_table_with_results_and_gaps(page, signed_in):
    signed_in(make_person(Role.PATROL_LEADER))
    make_patrol(started="2024-01-02 21:00")
    make_patrol(started="2025-01-03 21:00", findings=(finding_draft("gambling", measures={"subjects": 3}),))
    seen = page.open("reviews.briefing", review_id=make_review(2025).id)
    assert len(seen.all("main table")) == 1
    assert row_of(seen, "Lượt tuần tra phối hợp") == ["1", "1", "0", "0%"]
    assert "1 vụ 3 đối tượng đánh bạc trái phép." in seen.text()
    assert "1 lượt chưa được mọi lực lượng tham gia xác nhận (vẫn tính)." in seen.text()


def test_figures_of_a_conference_are_cut_to_what_its_reader_may_see(page, signed_in):
    make_patrol(started="2025-01-03 21:00")
    make_patrol(started="2025-02-03 21:00", attendance=attendance(**{POST: 2, MILITARY: 2}))
    review = make_review(2025, of=POST)
    for of, sorties, is_part in ((POST, "2", False), (POLICE, "1", True)):
        signed_in(make_person(Role.COMMANDER, of=of))
        seen = page.open("reviews.show", review_id=review.id)
        assert row_of(seen, "Lượt tuần tra phối hợp")[0] == sorties
        assert ("được xem" in seen.text("dl.facts")) == is_part


def test_only_clerks_and_commanders_of_the_unit_change_a_conference(page, signed_in, client):
    review = make_review(2025, by=make_person(Role.STAFF_CLERK))
    for role, of, status in (
        (Role.PATROL_LEADER, POST, 403),
        (Role.DUTY_OFFICER, POST, 403),
        (Role.STAFF_CLERK, POLICE, 404),
        (Role.COMMANDER, POST, 200),
    ):
        signed_in(make_person(role, of=of))
        assert client.get(f"/hoi-nghi/{review.id}/sua").status_code == status, (role, of)
    form = page.open("reviews.edit", review_id=review.id).form("main form")
    seen = form.fill(held_on="30/12/2025", subject="Đổi ngày").submit("Lưu thay đổi")
    assert "ngày 30 tháng 12 năm 2025" in seen.text()
    the_db.session.expire_all()
    assert the_db.session.get(Review, review.id).held_on == date(2025, 12, 30)
    noted = the_db.session.query(AuditEvent).filter_by(action="review.changed").one()
    assert noted.changes["held_on"] == ["28/12/2025", "30/12/2025"]
    form.fill(subject="Cũ").submit("Lưu thay đổi", expected=409)


def test_a_running_period_says_so(page, signed_in):
    signed_in(make_person(Role.COMMANDER))
    seen = page.open("reviews.show", review_id=make_review(2026, by_calendar="quy_duong_lich").id)
    assert "Kỳ kéo dài đến 31/03/2026; số liệu mới đến 05/02/2026." in seen.text()
    assert "từ 01/01/2025 đến 05/02/2025" in seen.text()


@pytest.mark.parametrize(
    "path", ["/hoi-nghi/99", "/hoi-nghi/99/giao-ban", "/hoi-nghi/99/sua", "/hoi-nghi/99.xlsx"]
)
def test_a_conference_that_is_not_there_is_not_found(client, signed_in, path):
    signed_in(make_person(Role.COMMANDER))
    assert client.get(path).status_code == 404
