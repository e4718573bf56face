"""The conferences of the demo: the article's year, the same year by the other calendar, and paper before the log."""

import io

import pytest
from openpyxl import load_workbook

from patrol.accounts.models import Person
from patrol.accounts.queries import scope_of, scope_of_unit
from patrol.extensions import db as the_db
from patrol.reviews.content import Content, make_content
from patrol.reviews.models import DeclaredFigure, Review
from patrol.reviews.queries import material, sources
from patrol.reviews.tables import make_book
from patrol.sheets import xlsx
from patrol.totals.queries import Question
from patrol.totals.rules import Period
from tests.demo.test_demo import demo, loaded  # noqa: F401

pytestmark = pytest.mark.usefixtures("demo")


def review_of(calendar: str, year: int) -> Review:
    found = the_db.session.query(Review).filter_by(year=year).all()
    return next(review for review in found if review.calendar.code == calendar)


def content_of(review: Review, username: str = "tonghop") -> Content:
    person = the_db.session.query(Person).filter_by(username=username).one()
    question = Question(
        Period(review.period_first, review.period_last),
        review.programme,
        seen_by=scope_of(person),
        narrowed=scope_of_unit(review.unit) if review.unit else None,
    )
    return make_content(material(question, unit_id=review.unit_id or person.unit_id))


def test_the_conference_of_the_article_says_what_the_article_says():
    review = review_of("nam_duong_lich", 2023)
    assert (review.kind, review.held_on.isoformat(), review.host_name) == (
        "interim",
        "2023-12-28",
        "UBND thị xã Điện Bàn",
    )
    words = "\n".join(content_of(review).sentences)
    assert (
        "Phối hợp tuần tra theo mô hình “Tuyến biển bình yên” được 215 lượt với 1.290 cán bộ, chiến sĩ "
        "của 3 lực lượng tham gia."
    ) in words
    assert (
        "Qua đó, phát hiện 2 vụ 2 đối tượng tàng trữ trái phép chất ma tuý; "
        "1 vụ 5 đối tượng tổ chức sử dụng trái phép chất ma tuý; giải tán 10 tụ điểm họp chợ trái phép; "
        "11 vụ 59 đối tượng đánh bạc trái phép"
    ) in words


def test_the_other_calendar_gives_one_patrol_more():
    answer = content_of(review_of("nam_hanh_chinh", 2023)).material.answer
    assert answer["patrol.sorties"].value == 216


def test_the_year_before_the_log_is_compared_with_paper():
    rows = {row.figure.key: row for row in content_of(review_of("nam_duong_lich", 2023)).rows}
    for row in the_db.session.query(DeclaredFigure):
        if row.key in rows:
            assert (rows[row.key].base.value, rows[row.key].is_declared) == (row.value, True)
    assert "số khai báo" in "\n".join(content_of(review_of("nam_duong_lich", 2023)).sentences)


def test_this_year_has_a_conference_that_still_runs():
    content = content_of(review_of("quy_duong_lich", 2026))
    assert content.material.is_running
    assert content.material.before_period.last.isoformat() == "2025-02-05"
    assert content.row("patrol.sorties").base.value > 0


def test_another_reader_gets_his_part_and_none_of_the_paper():
    content = content_of(review_of("nam_duong_lich", 2023), "chihuy.ca")
    assert 0 < content.material.answer["patrol.sorties"].value < 215
    assert not any(row.is_declared for row in content.rows)
    assert "được xem" in content.material.scope_name


def test_the_units_of_the_day_and_of_today_come_to_the_same_sum_across_the_reform():
    person = the_db.session.query(Person).filter_by(username="tonghop").one()
    programme = review_of("nam_duong_lich", 2023).programme
    days = Period(
        review_of("nam_duong_lich", 2023).period_first, review_of("quy_duong_lich", 2026).period_last
    )
    found = material(Question(days, programme, seen_by=scope_of(person)), unit_id=person.unit_id)
    total = found.answer["patrol.sorties"].value
    assert (
        sum(line.sorties for line in found.units_then)
        == sum(line.sorties for line in found.units_now)
        == total
    )
    assert {line.label for line in found.units_now} == {
        "Đồn Biên phòng Cửa Đại",
        "Công an phường Điện Bàn Đông",
        "Ban CHQS phường Điện Bàn Đông",
    }
    assert len(found.units_then) > 4


def test_the_workbook_of_the_article_adds_up_to_it():
    content = content_of(review_of("nam_duong_lich", 2023))
    behind = sources(content.material.answer)
    book = make_book(content, behind, title="Hội nghị", asked="")
    sheets = load_workbook(io.BytesIO(xlsx.workbook(book)), data_only=True)
    cells = list(sheets["Lượt tuần tra (nguồn)"].iter_rows(values_only=True))
    head = next(row for row in cells if row[0] == "Lượt số")
    sums = next(row for row in cells if row[0] == "Cộng")
    assert sum(isinstance(row[0], int) for row in cells) == 215
    assert sums[head.index("Lượt CBCS")] == 1290
    months = [
        row for row in sheets["Theo tháng"].iter_rows(values_only=True) if str(row[0]).startswith("Tháng ")
    ]
    assert (sum(row[1] for row in months), sum(row[2] for row in months)) == (215, 1290)
    assert "DỮ LIỆU MẪU" in sheets["Theo tháng"]["A2"].value
