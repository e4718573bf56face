"""When a backup is due, what it is called, and which ones may go."""

from datetime import datetime, timedelta

import pytest

from patrol import clock
from patrol.backup.rules import (
    Why,
    backups_among,
    file_name,
    is_due,
    is_safe_name,
    key_check,
    made_at,
    plain_settings,
    superfluous,
)


def moment(text: str) -> datetime:
    return clock.in_utc(datetime.fromisoformat(text))


def name(text: str, why: Why = Why.DAILY) -> str:
    return file_name(moment(text), why)


def test_the_name_says_when_in_our_time_and_what_for():
    assert name("2026-02-05 02:00:07", Why.UPGRADE) == "20260205-020007-upgrade.patrol.zip"
    assert made_at(name("2026-02-05 02:00:07")) == moment("2026-02-05 02:00:07")
    assert made_at(".20260205-020007-daily.patrol.zip.part") is None
    names = [name("2026-02-05 02:00"), ".lock", name("2026-02-04 02:00"), "ảnh.zip"]
    assert backups_among(names) == [name("2026-02-04 02:00"), name("2026-02-05 02:00")]


@pytest.mark.parametrize(
    ("held", "now", "due"),
    [
        ([], "2026-02-05 01:00", True),  # the first one doesn't wait for the night
        (["2026-02-04 02:00"], "2026-02-05 01:59", False),
        (["2026-02-04 02:00"], "2026-02-05 02:00", True),
        (["2026-02-05 02:00"], "2026-02-05 23:59", False),
        (["2026-01-05 02:00"], "2026-02-05 12:00", True),  # the machine was off
    ],
)
def test_a_backup_is_due_once_a_day_from_its_hour_on(held, now, due):
    assert is_due([name(each) for each in held], now=moment(now), at_hour=2) is due


def test_a_negative_hour_makes_no_backup_by_itself():
    assert not is_due([], now=moment("2026-02-05 12:00"), at_hour=-1)


def test_daily_backups_of_the_last_days_stay_and_every_other_kind_stays():
    days = [moment("2026-02-01 02:00") + timedelta(days=number) for number in range(5)]
    daily = [file_name(day, Why.DAILY) for day in days]
    twice = file_name(days[4] + timedelta(hours=1), Why.DAILY)
    others = [file_name(days[0], Why.MANUAL), file_name(days[0], Why.UPGRADE)]
    assert superfluous([*daily, twice, *others], days=2) == [*daily[:3], daily[4]]
    assert superfluous(daily[:1], days=0) == []  # never the last one


def test_a_key_is_told_from_another_one_and_not_kept():
    assert key_check("a key of this machine") == key_check("a key of this machine")
    assert key_check("a key of this machine") != key_check("A key of this machine")
    assert len(key_check("a key of this machine")) == 8
    assert plain_settings({"SECRET_KEY": "x", "DATABASE_URL": "y", "GPX_MAX_MB": 15}) == {"GPX_MAX_MB": 15}


@pytest.mark.parametrize("bad", ["", "/etc/passwd", "media/../x", "media//x", "media\\x", ".", "media/\0"])
def test_a_member_never_leaves_its_folder(bad):
    assert not is_safe_name(bad)


def test_plain_members_are_fine():
    assert is_safe_name("media/ab/cd.jpg")
