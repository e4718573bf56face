"""What a patrol is, without a database."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from patrol import clock
from patrol.patrols.rules import (
    COUNTED,
    AttendanceDraft,
    PatrolDraft,
    Status,
    is_confirmed_by_all,
    overlap_share,
    problems,
    remarks,
    status_after_report,
)

NOW = clock.in_utc(datetime(2026, 2, 5, 21, 30))  # noqa: DTZ001 – ours when no zone is given
POST, POLICE, MILITARY = 1, 2, 3
FORCE = {POST: "border_guard", POLICE: "police", MILITARY: "military"}


def present(unit, personnel=2, militia=0, security_team=0):
    return AttendanceDraft(unit, FORCE[unit], personnel, militia, security_team)


def ours(text):
    return clock.in_utc(datetime.fromisoformat(text))


def draft(started="2026-02-04 21:00", ended="2026-02-05 00:30", **changes):
    return PatrolDraft(
        **{
            "client_id": uuid4(),
            "lead_unit_id": POST,
            "stretch_id": 1,
            "started_at": ours(started),
            "ended_at": ours(ended) if ended else None,
            "attendance": (present(POST), present(POLICE), present(MILITARY)),
            "programme_ids": (1,),
            "leader_name": "Đại uý Trần Văn Mẫu",
            "nothing_found": True,
            **changes,
        }
    )


def odd(patrol, **more):
    return remarks(patrol, **{"now": NOW, "has_findings": False, "forces_for_joint": 2, **more})


@pytest.mark.parametrize(
    ("started", "day"),
    [
        ("2026-02-04 00:00", date(2026, 2, 4)),
        ("2026-02-04 06:59", date(2026, 2, 4)),  # still the day before in UTC
        ("2026-02-04 23:59", date(2026, 2, 4)),
        ("2022-12-31 23:00", date(2022, 12, 31)),
        ("2023-01-01 00:00", date(2023, 1, 1)),
        ("2024-02-29 23:59", date(2024, 2, 29)),
    ],
)
def test_a_patrol_belongs_to_the_local_day_it_started(started, day):
    across = draft(started, None, ended_at=ours(started) + timedelta(hours=5))
    assert across.patrolled_on == day


def test_personnel_is_the_sum_of_those_present_and_militia_stand_apart():
    patrol = draft(attendance=(present(POST, 4, 1, 0), present(POLICE, 3, 2, 5), present(MILITARY, 0, 6, 1)))
    assert (patrol.personnel, patrol.militia, patrol.security_team) == (7, 9, 6)


def test_unknown_is_not_zero():
    unknown = draft(attendance=(present(POST, None), present(POLICE, 3, None, None), present(MILITARY, 0, 1)))
    zero = draft(attendance=(present(POST, 0), present(POLICE, 3), present(MILITARY, 0, 1)))
    assert unknown.personnel == zero.personnel == 3
    assert (unknown.unknown_personnel, unknown.unknown_militia, unknown.unknown_security_team) == (1, 1, 1)
    assert (zero.unknown_personnel, zero.unknown_militia, zero.unknown_security_team) == (0, 0, 0)
    assert unknown.forces == {"border_guard", "police", "military"}
    assert zero.forces == {"police", "military"}


@pytest.mark.parametrize(
    ("personnel", "militia", "security_team", "speaks"),
    [
        (2, 0, 0, True),
        (None, 0, 0, True),  # they were there, nobody counted
        (0, 3, 0, True),  # militia alone represents its force
        (0, 0, 4, False),  # a civilian team is no force
        (0, None, 4, False),
        (0, 0, 0, False),
    ],
)
def test_who_represents_a_force(personnel, militia, security_team, speaks):
    row = present(MILITARY, personnel, militia, security_team)
    assert row.is_present is speaks
    assert draft(attendance=(row,)).forces == (frozenset({"military"}) if speaks else frozenset())


def test_two_units_of_one_force_are_one_force():
    patrol = draft(attendance=(AttendanceDraft(8, "police", 2), AttendanceDraft(9, "police", 3)))
    assert patrol.forces == {"police"}
    assert odd(patrol) == ["few_forces", "lead_not_present"]


def test_a_patrol_as_it_should_be_has_no_problem_and_no_remark():
    patrol = draft()
    assert problems(patrol) == {}
    assert odd(patrol) == []


def test_what_cannot_be_read_as_a_patrol_is_said_all_at_once():
    patrol = draft(
        ended="2026-02-04 20:59", attendance=(present(POST), present(POST, 1)), leader_name="", leader_id=None
    )
    assert problems(patrol) == {
        "ended_time": "ends_before_start",
        "attendance": "unit_twice",
        "leader_name": "leader_missing",
    }


def test_odd_patrols_are_not_refused():
    assert problems(draft("2031-01-01 08:00", "2031-01-09 08:00", attendance=())) == {}
    assert problems(draft(ended="2026-02-04 21:00")) == {}  # out and back within the minute
    assert problems(draft(leader_name="", leader_id=7)) == {}


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"attendance": (present(POST),)}, ["few_forces"]),
        ({"attendance": (present(POST), present(MILITARY, 0, 0, 5))}, ["few_forces"]),
        ({"attendance": ()}, ["few_forces", "no_attendance"]),
        ({"attendance": (present(POST, 20), present(POLICE, 20), present(MILITARY, 10, 5, 5))}, []),
        (
            {"attendance": (present(POST, 20), present(POLICE, 20), present(MILITARY, 10, 5, 6))},
            ["very_large"],
        ),
        ({"attendance": (present(POST, None), present(POLICE))}, ["personnel_unknown"]),
        ({"attendance": (present(MILITARY), present(POLICE))}, ["lead_not_present"]),
        ({"nothing_found": False}, ["findings_not_stated"]),
    ],
)
def test_every_remark_on_what_was_written(changes, remark):
    assert odd(draft(**changes)) == remark


def test_remarks_on_times_start_exactly_where_they_should():
    soon, too_soon = NOW + timedelta(minutes=10), NOW + timedelta(minutes=10, seconds=1)
    assert odd(replace(draft(), started_at=soon, ended_at=None)) == []
    assert odd(replace(draft(), started_at=too_soon, ended_at=None)) == ["in_the_future"]
    assert odd(replace(draft(), ended_at=too_soon)) == ["in_the_future", "very_long"]
    assert odd(draft("2026-02-04 05:00", "2026-02-04 21:00")) == []
    assert odd(draft("2026-02-04 05:00", "2026-02-04 21:01")) == ["very_long"]


def test_findings_make_the_tick_unnecessary():
    silent = draft(nothing_found=False)
    assert odd(silent, has_findings=True) == []
    assert odd(silent, has_findings=False) == ["findings_not_stated"]


def test_a_unit_of_another_time_is_remarked():
    assert odd(draft(), units_out_of_time=True) == ["unit_out_of_time"]


def test_a_team_that_is_still_out_is_not_reproached_for_what_it_cannot_know_yet():
    out = draft(ended=None, attendance=(), nothing_found=False)
    assert odd(out) == []


def test_remarks_come_sorted():
    many = odd(draft("2031-01-01 08:00", "2031-01-09 08:00", attendance=(), nothing_found=False))
    assert many == ["few_forces", "findings_not_stated", "in_the_future", "no_attendance", "very_long"]


def test_a_report_without_an_end_is_in_progress_and_counts_nowhere():
    assert status_after_report(draft(ended=None)) == Status.IN_PROGRESS
    assert status_after_report(draft()) == Status.SUBMITTED
    assert set(Status) - set(COUNTED) == {Status.IN_PROGRESS, Status.RETURNED, Status.CANCELLED}


@pytest.mark.parametrize(
    ("there", "said", "all_of_them"),
    [
        ({"police", "military"}, {"police"}, False),
        ({"police", "military"}, {"police", "military"}, True),
        ({"police"}, {"police", "military"}, True),
        (set(), set(), False),
        (set(), {"police"}, False),
    ],
)
def test_confirmed_means_every_force_that_took_part(there, said, all_of_them):
    assert is_confirmed_by_all(frozenset(there), frozenset(said)) is all_of_them


def around(first, last):
    day = "2026-02-04 "
    return tuple(clock.in_utc(datetime.fromisoformat(day + each)) if each else None for each in (first, last))


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        (("20:00", "23:00"), ("20:00", "23:00"), 1),
        (("20:00", "22:00"), ("21:00", "23:00"), 0.5),
        (("20:00", "23:00"), ("21:00", "22:00"), 1),
        (("20:00", "21:00"), ("21:00", "22:00"), 0),
        (("20:00", "21:00"), ("22:00", "23:00"), 0),
        (("20:00", None), ("20:30", "23:30"), 1),
        (("20:00", None), ("20:30", None), 0),
        (("20:00", None), ("20:00", None), 1),
        (("22:00", None), ("20:00", "21:00"), 0),
    ],
)
def test_how_much_of_the_shorter_of_two_patrols_both_were_out(first, second, share):
    assert overlap_share(around(*first), around(*second)) == share
    assert overlap_share(around(*second), around(*first)) == share
