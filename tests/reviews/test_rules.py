"""Calendars, the same period a year before, and how two numbers compare."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, strategies as st

from patrol.reviews.rows import bracket, ordered, percent
from patrol.reviews.rules import (
    PARTS,
    Base,
    Calendar,
    CalendarKind,
    Comparison,
    Declared,
    Origin,
    base_of,
    covers,
    heir_of,
    period_of,
    so_far,
    year_before,
)
from patrol.totals.rules import Period
from patrol.wording import number

ADMINISTRATIVE = {"start_day": 15, "start_month": 12, "starts_year_before": True}


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("kind", "start", "part", "first", "last"),
    [
        ("year", {}, 1, "2023-01-01", "2023-12-31"),
        ("year", ADMINISTRATIVE, 1, "2022-12-15", "2023-12-14"),
        ("quarter", {}, 4, "2023-10-01", "2023-12-31"),
        ("quarter", ADMINISTRATIVE, 1, "2022-12-15", "2023-03-14"),
        ("quarter", ADMINISTRATIVE, 2, "2023-03-15", "2023-06-14"),
        ("half_year", {}, 1, "2023-01-01", "2023-06-30"),
        ("half_year", ADMINISTRATIVE, 1, "2022-12-15", "2023-06-14"),
        ("half_year", ADMINISTRATIVE, 2, "2023-06-15", "2023-12-14"),
        ("nine_months", {}, 1, "2023-01-01", "2023-09-30"),
        ("nine_months", ADMINISTRATIVE, 1, "2022-12-15", "2023-09-14"),
        (
            "year",
            {"start_day": 1, "start_month": 12, "starts_year_before": True},
            1,
            "2022-12-01",
            "2023-11-30",
        ),
    ],
)
def test_a_calendar_says_its_days(kind, start, part, first, last):
    assert period_of(Calendar(CalendarKind(kind), **start), 2023, part) == days(first, last)


@given(
    kind=st.sampled_from([CalendarKind.YEAR, CalendarKind.HALF_YEAR, CalendarKind.QUARTER]),
    day=st.integers(1, 28),
    month=st.integers(1, 12),
    before=st.booleans(),
    year=st.integers(1950, 2150),
)
def test_the_parts_of_a_year_lie_end_to_end_and_the_next_year_follows(kind, day, month, before, year):
    calendar = Calendar(kind, day, month, before)
    parts = [period_of(calendar, year, part) for part in range(1, PARTS[kind] + 1)]
    following = [*parts[1:], period_of(calendar, year + 1)]
    for one, other in zip(parts, following, strict=True):
        assert other.first == one.last + timedelta(days=1)
    assert year_before(period_of(calendar, year + 1)) == period_of(calendar, year)


@pytest.mark.parametrize("part", [0, 5])
def test_a_calendar_has_no_other_parts(part):
    with pytest.raises(ValueError, match="no part"):
        period_of(Calendar(CalendarKind.QUARTER), 2023, part)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (("2024-02-29", "2024-02-29"), ("2023-02-28", "2023-02-28")),
        (("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),
        (("2025-01-01", "2025-02-27"), ("2024-01-01", "2024-02-27")),
        (("2025-02-28", "2025-03-31"), ("2024-02-28", "2024-03-31")),
    ],
)
def test_a_year_before_keeps_the_end_of_february(now, before):
    assert year_before(days(*now)) == days(*before)


def test_a_period_that_still_goes_on_is_compared_up_to_the_same_day():
    quarter, today = days("2026-01-01", "2026-03-31"), date(2026, 2, 5)
    assert so_far(quarter, today) == days("2026-01-01", "2026-02-05")
    assert so_far(quarter, date(2025, 12, 1)) == quarter
    assert so_far(quarter, date(2026, 3, 31)) == quarter
    assert year_before(so_far(quarter, today)) == days("2025-01-01", "2025-02-05")


# what a number is compared with


def test_records_win_over_paper_where_the_log_covers_the_period():
    paper = Declared(198, "Báo cáo")
    assert base_of(190, records=190, declared=paper, is_covered=True) == Base(190, Origin.RECORDS)
    assert base_of(0, records=0, declared=None, is_covered=True) == Base(0, Origin.RECORDS)


def test_before_the_log_paper_counts_and_is_never_added():
    paper = Declared(198, "Báo cáo")
    assert base_of(1, records=1, declared=paper, is_covered=False) == Base(198, Origin.DECLARED, "Báo cáo")
    assert base_of(0, records=0, declared=paper, is_covered=False).value == 198


def test_before_the_log_nothing_is_not_zero():
    assert base_of(0, records=0, declared=None, is_covered=False) == Base(None, Origin.MISSING)
    assert base_of(1, records=1, declared=None, is_covered=False) == Base(1, Origin.PARTLY)


def test_a_log_may_begin_some_days_late():
    year = days("2023-01-01", "2023-12-31")
    assert covers(date(2023, 1, 5), year)
    assert covers(date(2019, 1, 1), year)
    assert not covers(date(2023, 12, 31), year)
    assert not covers(None, year)


@pytest.mark.parametrize(
    ("now", "before", "words", "share"),
    [
        (227, 215, "tăng 12 (227/215)", "+5,6%"),
        (391, 434, "giảm 43 (391/434)", "−9,9%"),
        (215, 215, "bằng (215/215)", "0%"),
        (1290, 1134, "tăng 156 (1.290/1.134)", "+13,8%"),
        (5, 0, "tăng 5 (5/0)", ""),
        (0, 0, "bằng (0/0)", ""),
        (None, 434, "", ""),
        (215, None, "", ""),
        (1.5, 1.2, "tăng 0,3 (1,5/1,2)", "+25%"),
        (100001, 100000, "tăng 1 (100.001/100.000)", "dưới +0,1%"),
    ],
)
def test_a_comparison_is_written_as_reports_write_it(now, before, words, share):
    assert bracket(Comparison(now, before)) == words
    assert percent(Comparison(now, before)) == share


COUNTS = st.integers(0, 10_000_000)


@given(COUNTS, COUNTS)
def test_the_words_of_a_comparison_tell_both_numbers_and_what_lies_between(now, before):
    words = bracket(Comparison(now, before))
    verb, pair = words.split(" ")[0], words[words.index("(") :]
    assert pair == f"({number(now)}/{number(before)})"
    assert verb == ("tăng" if now > before else "giảm" if now < before else "bằng")
    if now != before:
        said = int(words.split(" ")[1].replace(".", ""))
        assert before + (said if verb == "tăng" else -said) == now


@given(COUNTS, COUNTS)
def test_a_percentage_has_the_sign_of_the_difference_and_its_size(now, before):
    said = percent(Comparison(now, before))
    if before == 0:
        assert said == ""
        return
    assert ("+" in said) == (now > before)
    assert ("−" in said) == (now < before)
    if not said.startswith("dưới"):
        value = float(said.strip("+−%").replace(".", "").replace(",", "."))
        assert value == pytest.approx(abs(now - before) / before * 100, abs=0.051)


@given(st.one_of(st.none(), COUNTS), st.one_of(st.none(), COUNTS))
def test_nothing_is_said_of_what_is_not_known(now, before):
    assume(now is None or before is None)
    compared = Comparison(now, before)
    assert (bracket(compared), percent(compared), compared.difference, compared.share) == ("", "", None, None)


# the order of the report


def test_every_figure_stands_under_one_heading_in_the_order_of_the_article():
    keys = [
        "patrol.personnel", "commendations.individuals", "patrol.unheard_of", "finding.theft.cases", "schemes.new",
        "tips.matrix.police.military", "finding.gambling.subjects", "tips.police_to_military", "patrol.sorties",
        "finding.drug_possession.cases", "something.new", "tips.cases.gambling", "schemes.active_at_end",
        "tips.valued_to_police", "commendations.collectives",
    ]  # fmt: skip
    found = ordered(keys)
    assert [title for title, _ in found] == [
        "Trao đổi, cung cấp thông tin",
        "Phát hiện, xử lý qua tuần tra",
        "Tuần tra phối hợp",
        "Mô hình tự phòng, tự quản",
        "Khen thưởng",
        "Số liệu khác",
    ]
    assert found[0][1] == [
        "tips.valued_to_police",
        "tips.cases.gambling",
        "tips.police_to_military",
        "tips.matrix.police.military",
    ]
    assert found[1][1] == [
        "finding.drug_possession.cases",
        "finding.gambling.subjects",
        "finding.theft.cases",
    ]
    assert found[2][1] == ["patrol.sorties", "patrol.personnel", "patrol.unheard_of"]
    assert sorted(key for _, group in found for key in group) == sorted(keys)


# who stands for a unit today


def test_a_unit_that_exists_stands_for_itself():
    assert heir_of(1, {1: [2]}, current=frozenset({1, 2}), on_the_coast=frozenset({2})) == {1}


def test_the_last_successor_on_the_coast_stands_for_a_unit_that_ended():
    successors = {1: [2, 3], 2: [4], 3: [5]}
    current = frozenset({4, 5})
    assert heir_of(1, successors, current=current, on_the_coast=frozenset({5})) == {5}
    assert heir_of(1, successors, current=current, on_the_coast=frozenset()) == {4, 5}
    assert heir_of(9, successors, current=current, on_the_coast=frozenset()) == {9}
