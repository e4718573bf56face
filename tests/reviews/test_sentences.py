"""The sentences of the report, built from records: what is unknown is said, what did not happen is not."""

from dataclasses import replace
from datetime import date

import pytest

from patrol.accounts.queries import scope_of_unit
from patrol.accounts.rules import Role
from patrol.findings.rules import OutcomeCode
from patrol.reviews.content import Content, make_content, period_name
from patrol.reviews.queries import Material, material
from patrol.reviews.services import withdraw
from patrol.totals.rules import Definition, Figure
from tests.builders import (
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_declared,
    make_patrol,
    make_person,
    make_review,
    question,
    unit,
)

pytestmark = pytest.mark.usefixtures("clock")


def gathered(first: str = "2026-01-01", last: str = "2026-12-31", **more) -> Material:
    return material(question(first, last, **more), unit_id=unit().id)


def said(**more) -> str:
    return "\n".join(make_content(gathered(**more)).sentences)


def with_figures(given: Material, figures: dict[str, int | None], *, unknown: int = 0) -> Content:
    """The review as it is when the totals know more figures."""
    more = {
        key: Figure(
            Definition(key, f"Chỉ tiêu {key}", "tin", "Cách tính"), value, unknown, max(value or 0, 1)
        )
        for key, value in figures.items()
    }
    return make_content(replace(given, answer=replace(given.answer, figures=given.answer.figures | more)))


def test_patrols_are_told_as_the_article_tells_them(db):
    for _ in range(2):
        make_patrol(attendance=attendance(**{POST: 3, POLICE: 2, MILITARY: 1}))
    make_patrol(attendance=attendance(**{POST: 1000, POLICE: (284, 0, 0)}))
    assert (
        "Phối hợp tuần tra theo mô hình “Tuyến biển bình yên” được 3 lượt với 1.296 cán bộ, chiến sĩ "
        "của 3 lực lượng tham gia."
    ) in said()


def test_the_number_of_forces_is_that_of_the_records(db):
    make_patrol(attendance=attendance(**{POST: 3, POLICE: 2}))
    assert "1 lượt với 5 cán bộ, chiến sĩ của 2 lực lượng tham gia." in said()


def test_a_headcount_nobody_wrote_down_is_unknown_and_not_nothing(db):
    make_patrol(attendance=attendance(**{POST: None, POLICE: None}))
    assert "được 1 lượt của 2 lực lượng tham gia, chưa rõ số cán bộ, chiến sĩ." in said()
    make_patrol(attendance=attendance(**{POST: 3, POLICE: None}))
    assert "2 lượt với 3 cán bộ, chiến sĩ của 2 lực lượng tham gia (2 lượt chưa rõ đủ quân số)." in said()


def test_militia_and_security_teams_are_told_apart(db):
    make_patrol(attendance=attendance(**{POST: 3, POLICE: (2, 0, 4), MILITARY: (0, 5, 0)}))
    assert "Cùng tham gia có 5 lượt dân quân và 4 lượt thành viên tổ bảo vệ an ninh, trật tự." in said()


def test_without_patrols_that_is_said_and_nothing_else_of_them(db):
    words = said()
    assert "trong kỳ chưa có lượt nào." in words
    assert "0" not in words.partition("(Số liệu")[0]


def test_what_was_found_is_told_in_the_order_of_the_article(db):
    make_patrol(
        findings=(
            finding_draft("gambling", measures={"cases": 1, "subjects": 59}),
            finding_draft("illegal_market", measures={"sites": 10}, outcome=OutcomeCode.DISPERSED),
            finding_draft("drug_use_org", measures={"subjects": 5}),
            finding_draft("drug_possession", measures={"subjects": 2, "cases": 2}),
            finding_draft("theft", measures={"subjects": 0}),
        )
    )
    assert (
        "Qua đó, phát hiện 2 vụ 2 đối tượng tàng trữ trái phép chất ma tuý; "
        "1 vụ 5 đối tượng tổ chức sử dụng trái phép chất ma tuý; "
        "giải tán 10 tụ điểm họp chợ trái phép; "
        "1 vụ 59 đối tượng đánh bạc trái phép; "
        "1 vụ trộm cắp tài sản."
    ) in said()


def test_a_site_that_was_not_dispersed_is_not_said_to_be(db):
    make_patrol(findings=(finding_draft("illegal_market", measures={"sites": 2}),))
    assert "Qua đó, phát hiện 2 tụ điểm họp chợ trái phép." in said()
    make_patrol(
        findings=(finding_draft("illegal_market", measures={"sites": 1}, outcome=OutcomeCode.DISPERSED),)
    )
    assert "phát hiện 3 tụ điểm họp chợ trái phép (đã giải tán 1 lần)." in said()


def test_subjects_nobody_counted_are_unknown(db):
    make_patrol(findings=(finding_draft("gambling", measures={"cases": 11}),))
    assert "11 vụ đánh bạc trái phép, chưa rõ số đối tượng." in said()
    make_patrol(findings=(finding_draft("gambling", measures={"subjects": 4}),))
    assert "12 vụ 4 đối tượng đánh bạc trái phép (1 vụ chưa rõ số đối tượng)." in said()


def test_people_saved_and_lost_are_told_beside_the_cases(db):
    make_patrol(findings=(finding_draft("drowning", measures={"rescued": 2, "victims_dead": 1}),))
    assert "1 vụ đuối nước, 1 người chết, 2 người cứu được" in said()


def test_what_is_counted_in_its_own_name_is_not_counted_twice_in_words(db):
    make_patrol(
        findings=(
            finding_draft("vessel_violation", measures={"boats": 3}),
            finding_draft("other", measures={"incidents": 2}),
        )
    )
    words = said()
    assert "3 tàu vi phạm thủ tục" in words
    assert "2 vụ việc khác" in words


def test_outreach_is_an_activity_and_told_apart(db):
    make_patrol(findings=(finding_draft("outreach", measures={"sessions": 2, "attendees": 70}),))
    words = said()
    assert "Tuyên truyền, vận động được 2 buổi với 70 lượt người tham dự." in words
    assert "phát hiện 2 buổi" not in words


def test_nothing_found_and_nothing_stated_are_two_things(db):
    make_patrol()
    assert "Qua tuần tra, không phát hiện vi phạm." in said()
    make_patrol(nothing_found=False)
    assert "chưa ghi nhận phát hiện nào (1 lượt chưa ghi có hay không có phát hiện)." in said()


def test_the_year_before_is_set_beside_the_main_figures(db):
    make_patrol(started="2025-01-03 21:00")
    make_patrol(started="2026-01-03 21:00", attendance=attendance(**{POST: 5, POLICE: 4}))
    make_patrol(started="2026-02-01 21:00")
    assert (
        "So với cùng kỳ năm trước (01/01/2025 – 05/02/2025), số lượt tuần tra tăng 1 (2/1), "
        "lượt cán bộ, chiến sĩ tăng 9 (15/6)."
    ) in said()


def of_the_post(year: int) -> Material:
    scope = scope_of_unit(unit())
    return material(question(f"{year}-01-01", f"{year}-12-31", seen_by=scope), unit_id=unit().id)


def test_a_comparison_with_paper_says_so_and_opens_into_nothing(db):
    make_patrol(started="2024-12-31 23:00")
    make_patrol(started="2025-01-03 21:00")
    make_declared("patrol.sorties", 198, year=2024)
    content = make_content(of_the_post(2025))
    assert (
        "So với cùng kỳ năm trước (01/01/2024 – 31/12/2024, số khai báo), số lượt tuần tra giảm 197 (1/198)."
        in content.sentences
    )
    sorties, personnel = content.rows[0], content.rows[1]
    assert (sorties.base.value, sorties.is_declared, sorties.base_opens) == (198, True, False)
    assert (personnel.base.value, personnel.base_opens) == (6, True), "what the log has is shown"
    assert personnel.comparison.difference is None, "and not compared, because the log began in that year"


def test_paper_about_other_days_another_unit_or_withdrawn_is_not_used(db):
    make_patrol(started="2025-01-03 21:00")
    make_declared("patrol.sorties", 198, year=2023)
    make_declared("patrol.sorties", 99, year=2024, of=POLICE)
    row = make_declared("patrol.sorties", 55, year=2024)
    withdraw(row.id, by=make_person(Role.STAFF_CLERK), seen_by=scope_of_unit(unit()))
    assert not make_content(of_the_post(2025)).rows[0].is_declared


def test_the_newest_word_on_a_figure_holds(db):
    make_patrol(started="2025-01-03 21:00")
    make_declared("patrol.sorties", 198, year=2024)
    make_declared("patrol.sorties", 200, year=2024)
    assert make_content(of_the_post(2025)).rows[0].base.value == 200


def test_where_the_log_reaches_back_paper_changes_nothing(db):
    make_patrol(started="2024-01-02 21:00")
    make_patrol(started="2025-01-03 21:00")
    make_declared("patrol.sorties", 198, year=2024)
    row = make_content(of_the_post(2025)).rows[0]
    assert (row.base.value, row.is_declared) == (1, False)


TIPS = {
    "tips.valued_to_police": 37,
    "tips.cases.gambling": 13,
    "tips.cases.drug_use": 21,
    "tips.cases.drug_use_org": 1,
    "tips.cases.illegal_minerals": 2,
    "tips.police_to_military": 29,
    "tips.jointly_verified": 44,
    "schemes.active_at_end": 139,
    "schemes.new": 8,
    "commendations.collectives": 4,
    "commendations.individuals": 7,
}


def test_tips_models_and_awards_are_told_when_the_totals_know_them(db):
    content = with_figures(gathered(), TIPS)
    words = "\n".join(content.sentences)
    assert (
        "Quân sự, biên phòng đã cung cấp cho công an 37 nguồn tin giá trị, giúp bắt 13 vụ đánh bạc trái phép, "
        "21 vụ sử dụng trái phép chất ma tuý, 1 vụ tổ chức sử dụng trái phép chất ma tuý và 2 vụ khai thác"
    ) in words
    assert (
        "Công an đã trao đổi, cung cấp cho quân sự 29 tin và đã phối hợp kiểm tra, xác minh 44 tin." in words
    )
    assert (
        "Duy trì, củng cố hoạt động có hiệu quả 139 mô hình tự phòng, tự quản; xây dựng mới 8 mô hình."
        in words
    )
    assert "Khen thưởng 4 tập thể, 7 cá nhân có thành tích trong công tác phối hợp." in words
    assert {row.figure.key for row in content.rows} >= set(TIPS)
    assert content.sections[0].title == "Trao đổi, cung cấp thông tin"


def test_without_them_nothing_is_said_of_tips_models_and_awards(db):
    given = gathered()
    known = {
        key: figure for key, figure in given.answer.figures.items() if key.startswith(("patrol.", "finding."))
    }
    words = "\n".join(make_content(replace(given, answer=replace(given.answer, figures=known))).sentences)
    assert not [word for word in ("nguồn tin", "xác minh", "mô hình tự", "Khen") if word in words]


def test_an_unknown_number_of_tips_is_said_to_be_unknown(db):
    words = "\n".join(with_figures(gathered(), {"tips.valued_to_police": None}, unknown=1).sentences)
    assert "nguồn tin giá trị (chưa rõ số)" in words


def test_a_figure_nobody_thought_of_is_shown_all_the_same(db):
    content = with_figures(gathered(), {"drones.counted": 3})
    assert content.sections[-1].title == "Số liệu khác"
    assert [row.figure.key for row in content.sections[-1].rows] == ["drones.counted"]


def test_the_gaps_name_everything_that_is_missing(db):
    make_patrol(attendance=attendance(**{POST: 3, POLICE: None}), nothing_found=False)
    make_patrol(ended=None)
    make_patrol(attendance=attendance(**{POST: 3}))
    make_patrol(findings=(finding_draft("gambling"),))
    texts = [gap.text for gap in make_content(gathered()).gaps]
    assert texts == [
        "2 lượt chưa được mọi lực lượng tham gia xác nhận (vẫn tính).",
        "1 lượt đang tuần tra hoặc chưa ghi giờ về (chưa tính).",
        "1 lượt có đơn vị chưa rõ quân số.",
        "1 lượt chưa ghi có hay không có phát hiện.",
        "Đánh bạc trái phép: 1 vụ chưa rõ số đối tượng.",
        "1 lượt chưa đủ lực lượng phối hợp (đếm riêng).",
        "Kỳ kéo dài đến 31/12/2026; số liệu mới đến 05/02/2026.",
    ]


def test_the_best_results_are_those_with_the_highest_numbers(db):
    make_patrol(
        findings=(
            finding_draft("gambling", measures={"cases": 2, "subjects": 9}),
            finding_draft("illegal_market", measures={"sites": 5}, outcome=OutcomeCode.DISPERSED),
            finding_draft("theft", measures={"subjects": 1}),
            finding_draft("drug_use", measures={"cases": 3, "subjects": 4}),
            finding_draft("outreach", measures={"sessions": 50}),
        )
    )
    assert make_content(gathered()).feats == (
        "Giải tán 5 tụ điểm họp chợ trái phép",
        "3 vụ 4 đối tượng sử dụng trái phép chất ma tuý",
        "2 vụ 9 đối tượng đánh bạc trái phép",
    )


def test_a_period_has_a_name(db):
    assert period_name("year", 2023, 1) == "năm 2023"
    assert period_name("quarter", 2023, 4) == "quý IV năm 2023"
    assert period_name("half_year", 2023, 1) == "6 tháng đầu năm 2023"
    assert period_name("half_year", 2023, 2) == "6 tháng cuối năm 2023"
    assert period_name("nine_months", 2023, 1) == "9 tháng đầu năm 2023"


def test_a_conference_keeps_the_days_of_its_calendar(db):
    review = make_review(2023, by_calendar="nam_hanh_chinh")
    assert (review.period_first, review.period_last) == (date(2022, 12, 15), date(2023, 12, 14))
