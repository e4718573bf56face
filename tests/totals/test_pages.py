"""The figures as pages: every number opens into exactly the records it is made of."""

import pytest

from patrol.accounts.rules import Role
from patrol.patrols import services
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    unit,
)
from tests.pages import path_of, words


@pytest.fixture
def leader(db, clock, signed_in):
    return signed_in(make_person())


@pytest.fixture
def year(leader, db):
    """A year with a bit of everything."""
    two = attendance(**{POST: (3, 1, 0), POLICE: 2})
    make_patrol(by=leader, started="2025-12-31 23:00")
    make_patrol(
        by=leader,
        started="2026-01-05 21:00",
        findings=(finding_draft(measures={"subjects": 5, "grams": 2.5}),),
    )
    make_patrol(
        by=leader, started="2026-01-06 21:00", attendance=two, on="hoi_an_tay", findings=(finding_draft(),)
    )
    make_patrol(by=leader, started="2026-02-01 21:00", lead=POLICE, attendance=two)
    make_patrol(
        by=leader,
        started="2026-02-02 21:00",
        attendance=attendance(**{POST: 2, POLICE: (None, 0, 0), MILITARY: (0, 0, 3)}),
        findings=(
            finding_draft("illegal_market"),
            finding_draft("drug_possession", measures={"subjects": 2}),
        ),
    )
    make_patrol(by=leader, started="2026-02-03 21:00", attendance=attendance(**{POST: 4}))
    services.cancel(make_patrol(by=leader), "Bão", by=leader)
    return leader


def every_record(seen):
    """How many lines a page of records lists, over all its pages."""
    lines = len(seen.all(".records .record"))
    while seen.has("a[rel=next]"):
        seen = seen.follow("a[rel=next]")
        lines += len(seen.all(".records .record"))
    return lines


def numbers(seen):
    """Every number that opens: (where it stands, what it says, where it leads)."""
    return [
        (words(link.parent.parent), _said(link), str(link["href"]))
        for link in seen.all("main a[href^='/so-lieu/']")
    ]


def _said(link):
    value = link.select(".figure__value")
    return words(value[0] if value else link).removesuffix(" lượt")


def test_every_number_opens_into_exactly_its_records(page, year):
    seen = page.open("totals.year", year=2026)
    opened = numbers(seen)
    for where, said, target in opened:
        behind = page.open(path_of(seen.url, target))
        value, records = behind.texts(".figure__value")
        assert value == said, f"{where}: {target}"
        assert str(every_record(behind)) == records, f"{where}: {target}"
        if "/patrol.sorties" in target:
            assert value == records, target
    kinds = {target.split("?")[1].split("&")[-1].split("=")[0] for _, _, target in opened}
    assert {"thang", "chu-tri", "tuyen", "luc-luong"} <= kinds
    assert len(opened) > 25
    assert [target for _, _, target in opened if "finding.gambling.grams" in target]


def test_the_year_says_what_was_counted(page, year):
    seen = page.open("totals.year", year=2026)
    cards = dict(zip(seen.texts(".figure__label"), seen.texts(".figure__value"), strict=True))
    assert cards["Lượt tuần tra phối hợp"] == "4"
    assert cards["Lượt cán bộ, chiến sĩ tham gia"] == str(6 + 5 + 5 + 2)
    assert cards["Lượt chưa đủ lực lượng phối hợp"] == "1"
    assert "1 lượt có đơn vị chưa rõ quân số" in seen.text()
    assert "Chưa lượt nào chưa được" not in seen.text()
    assert "1 lượt đã huỷ" in seen.text()
    found = {row["Loại"]: row for row in seen.records("[aria-labelledby=phat-hien] table")}
    assert (found["Đánh bạc trái phép"]["Vụ"], found["Đánh bạc trái phép"]["Đối tượng"]) == ("2", "5")
    assert "1 chưa rõ số đối tượng" in found["Đánh bạc trái phép"]["Chưa rõ"]
    assert found["Tụ điểm họp chợ trái phép"]["Tụ điểm"] == "1"


@pytest.mark.parametrize("section", ["theo-thang", "theo-don-vi", "theo-tuyen"])
def test_every_table_adds_up_to_the_year(page, year, section):
    *rows, total = page.open("totals.year", year=2026).records(f"[aria-labelledby={section}] table")
    for column in ("Lượt", "Lượt CBCS", "Dân quân", "Tổ an ninh", "Chưa xác nhận đủ"):
        assert sum(int(row[column]) for row in rows) == int(total[column])
    assert (total["Lượt"], total["Lượt CBCS"]) == ("4", "18")


def test_unknown_is_written_in_words_wherever_it_stands(page, leader):
    make_patrol(by=leader, attendance=attendance(**{POST: (None, 0, 0), POLICE: (None, 0, 0)}))
    seen = page.open("totals.year", year=2026)
    for section in ("theo-thang", "theo-don-vi", "theo-tuyen", "theo-luc-luong"):
        rows = seen.records(f"[aria-labelledby={section}] table")
        assert {row["Lượt CBCS"] for row in rows} == {"chưa rõ"}, section


def test_any_period_may_be_asked(page, year):
    seen = page.open("/tong-ket?tu=15/12/2025&den=14/12/2026")
    assert seen.texts(".figure__value")[0] == "5"
    again = seen.form("main form").fill(tu="01/02/2026", den="28/02/2026").submit()
    assert again.texts(".figure__value")[0] == "2"
    assert "từ 01/02/2026 đến 28/02/2026" in again.text()


def test_another_programme_has_its_own_figures(page, leader):
    make_patrol(by=leader, programmes=("nghi_dinh_03",))
    page.open("totals.year", year=2026)
    form = page.open("totals.index").form("main form").fill({"chuong-trinh": "nghi_dinh_03"})
    seen = form.submit()
    assert seen.texts(".figure__value")[0] == "1"
    assert "Nghị định 03/2019/NĐ-CP" in seen.text(".head .lead")


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("tu=29/02/2026", {"tu": "29/02/2026"}),
        ("tu=02/02/2026&den=01/02/2026", {"tu": "02/02/2026", "den": "01/02/2026"}),
        ("tu=h%C3%B4m&den=31/12/9999", {"tu": "hôm", "den": "31/12/9999"}),
    ],
)
def test_a_period_that_cannot_be_read_comes_back_with_words(page, leader, address, fields):
    seen = page.open(f"/tong-ket?{address}", expected=422)
    form = seen.form("main form")
    assert {name: form.value(name) for name in fields} == fields
    assert seen.has("main [role=alert] li")


@pytest.mark.parametrize(
    "address", ["don-vi=abc", "tuyen=" + "9" * 30, "thang=2026-13", "chu-tri=x", "trang=" + "9" * 30]
)
def test_no_address_breaks_the_figures(page, leader, address):
    assert page.open(f"/tong-ket?{address}", expected=422).has("main [role=alert] li")
    page.open(f"/so-lieu/patrol.sorties?{address}", expected=422)


@pytest.mark.parametrize(
    "path",
    ["/tong-ket?chuong-trinh=khac", "/tong-ket?chuong-trinh=x%00", "/tong-ket?don-vi=999999", "/tong-ket/1800",
     "/tong-ket/99999", "/so-lieu/patrol.nothing", "/so-lieu/finding.gambling.grams"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(page, leader, path):
    page.open(path, expected=404)


def test_odd_words_in_an_address_find_nothing_and_break_nothing(page, year):
    assert page.open("/tong-ket?luc-luong=x%00y").texts(".figure__value")[0] == "0"
    assert page.open("/tong-ket?tuyen=999999").texts(".figure__value")[0] == "0"
    assert page.open("/so-lieu/patrol.sorties?trang=1000000").status == 200


def test_a_year_with_nothing_says_so(page, year):
    seen = page.open("totals.year", year=2024)
    text = seen.text()
    assert seen.texts(".figure__value")[:3] == ["0", "0", "0"]
    assert text.count("Chưa có lượt tuần tra nào trong kỳ này.") == 4
    assert "Không có phát hiện nào trong kỳ này." in text
    assert "chưa rõ" not in text.replace("Chưa rõ", "").split("Cách tính")[0]
    assert "Không có bản ghi nào" in page.open("/so-lieu/patrol.sorties?tu=01/01/2024&den=31/12/2024").text()


def test_the_years_with_patrols_are_offered(page, year):
    seen = page.open("totals.year", year=2026)
    assert seen.texts("nav.chips a") == ["2026", "2025"]
    assert seen.text("nav.chips a[aria-current]") == "2026"


def test_how_many_still_lack_a_confirmation_is_said_beside_the_figure(page, leader):
    first, _ = make_patrol(by=leader), make_patrol(by=leader)
    none_yet = page.open("totals.year", year=2026).text()
    for code in (POST, POLICE, MILITARY):
        services.confirm(first, by=make_person(Role.COMMANDER, of=code))
    one_left = page.open("totals.year", year=2026).text()
    assert "Chưa lượt nào chưa được mọi lực lượng" not in none_yet
    assert "Còn 1 lượt chưa được mọi lực lượng tham gia xác nhận" in one_left


def test_long_lists_of_records_are_paged(page, leader):
    for day in range(51):
        make_patrol(by=leader, started=f"2026-01-{day % 30 + 1:02d} {day % 24:02d}:00")
    seen = page.open("/so-lieu/patrol.sorties?tu=01/01/2026&den=31/12/2026")
    assert len(seen.all(".records .record")) == 50
    assert len(seen.follow("a[rel=next]").all(".records .record")) == 1


def test_a_committee_sees_figures_and_lines_but_opens_no_record(page, year, signed_in):
    signed_in(make_person(Role.COMMANDER, of=COMMITTEE))
    seen = page.open("totals.year", year=2026)
    behind = page.open(path_of(seen.url, numbers(seen)[0][2]))
    assert seen.texts(".figure__value")[0] == str(len(behind.all(".records .record")))
    assert behind.all(".records a") == []


def test_a_unit_may_be_asked_for(page, year):
    seen = page.open(f"/tong-ket?don-vi={unit(MILITARY).id}")
    assert seen.texts(".figure__value")[0] == "2"  # took part in one, and its civilian team in another
    assert unit(MILITARY).name in seen.text(".eyebrow")


def test_pages_of_figures_ask_no_more_for_many_than_for_few(page, year):
    paths = ("/tong-ket/2026", "/so-lieu/patrol.sorties", "/so-lieu/finding.gambling.cases")
    few = [page.open(path).queries for path in paths]
    for day in range(20):
        make_patrol(by=year, started=f"2026-01-{day + 1:02d} 20:00", findings=(finding_draft(),))
    many = [page.open(path).queries for path in paths]
    assert all(after <= before + 1 for after, before in zip(many, few, strict=True)), (few, many)
    assert max(few) <= 34
    assert max(page.open(path).queries for path in paths) <= 28, "asked again, no sum is read again"
