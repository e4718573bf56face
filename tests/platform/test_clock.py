"""Days are those of Việt Nam, seven hours ahead of UTC; the clock can be held."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from patrol import clock as the_clock


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-12-31 16:59:59", date(2025, 12, 31)),
        ("2025-12-31 17:00:00", date(2026, 1, 1)),
        ("2026-01-01 16:59:59", date(2026, 1, 1)),
        ("2026-02-04 17:00:00", date(2026, 2, 5)),
        ("2024-02-28 17:00:00", date(2024, 2, 29)),
    ],
)
def test_the_day_turns_at_midnight_in_viet_nam(moment, day):
    assert the_clock.local_day(utc(moment)) == day


def test_the_day_is_the_same_whatever_zone_the_moment_is_told_in():
    moment = utc("2025-12-31 17:30:00")
    told = [moment.astimezone(timezone(timedelta(hours=hours))) for hours in (-11, 0, 7, 14)]
    assert {the_clock.local_day(each) for each in told} == {date(2026, 1, 1)}


def test_a_wall_clock_of_a_day_is_a_moment_and_back():
    moment = the_clock.at(date(2026, 1, 1), time(0, 30))
    assert moment == utc("2025-12-31 17:30:00")
    assert (the_clock.local_day(moment), the_clock.local_time(moment)) == (date(2026, 1, 1), time(0, 30))
    assert the_clock.start_of(date(2026, 1, 1)) == utc("2025-12-31 17:00:00")


def test_a_moment_without_a_zone_was_meant_in_ours():
    assert the_clock.in_utc(datetime(2026, 1, 1, 6, 59)) == utc("2025-12-31 23:59:00")  # noqa: DTZ001
    assert the_clock.in_utc(utc("2026-01-01 06:59:00")) == utc("2026-01-01 06:59:00")


def test_a_held_clock_stands_still_and_goes_on_afterwards():
    new_year = utc("2025-12-31 17:00:00")
    with the_clock.frozen(new_year):
        assert (the_clock.now(), the_clock.today()) == (new_year, date(2026, 1, 1))
        with the_clock.frozen(new_year - timedelta(seconds=1)):
            assert the_clock.today() == date(2025, 12, 31)
        assert the_clock.now() == new_year
    assert abs(the_clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_now_is_in_utc():
    assert the_clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2025, 12, 31), date(2026, 1, 1), [date(2025, 12, 1), date(2026, 1, 1)]),
        (date(2026, 2, 1), date(2026, 2, 28), [date(2026, 2, 1)]),
        (date(2026, 1, 31), date(2026, 3, 1), [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]),
        (date(2026, 2, 2), date(2026, 2, 1), [date(2026, 2, 1)]),
    ],
)
def test_the_months_a_period_touches(first, last, months):
    assert the_clock.months_between(first, last) == months
