"""What an address of figures asks."""

from datetime import date

import pytest

from patrol.errors import Invalid
from patrol.totals.forms import parse_question
from patrol.totals.rules import Period

YEAR = Period.of_year(2026)


def test_an_address_that_says_nothing_asks_for_the_year_of_the_programme():
    asked = parse_question({}, default=YEAR)
    assert (asked.period, asked.programme_code, asked.page) == (YEAR, "tuyen_bien_binh_yen", 1)
    assert (asked.unit_id, asked.stretch_id, asked.force, asked.month, asked.lead_unit_id) == (
        None,
        None,
        "",
        None,
        None,
    )


def test_an_address_narrows():
    address = {
        "tu": "15/12/2022", "den": "2023-12-14", "chuong-trinh": "nghi_dinh_03", "don-vi": "4", "tuyen": "5",
        "luc-luong": "police", "thang": "2023-02", "chu-tri": "6", "trang": "3",
    }  # fmt: skip
    asked = parse_question(address, default=YEAR)
    assert asked.period == Period(date(2022, 12, 15), date(2023, 12, 14))
    assert (asked.programme_code, asked.unit_id, asked.stretch_id, asked.force) == (
        "nghi_dinh_03",
        4,
        5,
        "police",
    )
    assert (asked.month, asked.lead_unit_id, asked.page) == (date(2023, 2, 1), 6, 3)


def test_one_day_alone_takes_the_other_from_the_year():
    assert parse_question({"tu": "01/03/2026"}, default=YEAR).period == Period(date(2026, 3, 1), YEAR.last)
    assert parse_question({"den": "01/03/2026"}, default=YEAR).period == Period(YEAR.first, date(2026, 3, 1))
    assert parse_question({"tu": "29/02/2024", "den": "29/02/2024"}, default=YEAR).period.first == date(
        2024, 2, 29
    )


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ({"tu": "29/02/2026"}, {"tu": "not_a_day"}),
        ({"tu": "đầu năm", "den": "cuối năm"}, {"tu": "not_a_day", "den": "not_a_day"}),
        ({"tu": "02/01/2026", "den": "01/01/2026"}, {"den": "ends_before_it_starts"}),
        ({"tu": "01/01/2027"}, {"den": "ends_before_it_starts"}),
        ({"tu": "0001-01-01"}, {"tu": "not_a_day"}),
        ({"thang": "2026-13"}, {"thang": "not_a_day"}),
        ({"thang": "2026"}, {"thang": "not_a_day"}),
        ({"don-vi": "x"}, {"don_vi": "not_a_number"}),
        ({"tuyen": "9" * 30}, {"tuyen": "too_large"}),
        ({"chu-tri": "9" * 30}, {"chu_tri": "too_large"}),
        ({"trang": "9" * 30}, {"trang": "too_large"}),
    ],
)
def test_what_cannot_be_read_is_named(address, fields):
    with pytest.raises(Invalid) as refused:
        parse_question(address, default=YEAR)
    assert refused.value.fields == fields
