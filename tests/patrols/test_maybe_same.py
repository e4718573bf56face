"""Two records of what may have been one sortie: pointed out to those who can tell, never merged."""

import pytest

from patrol.accounts.queries import scope_of
from patrol.accounts.rules import WHOLE_SYSTEM, Role
from patrol.patrols.queries import maybe_same_as
from patrol.patrols.services import cancel
from tests.builders import MILITARY, POLICE, attendance, make_patrol, make_person


@pytest.fixture
def one(db, clock):
    return make_patrol(started="2026-02-04 20:00", ended="2026-02-04 23:00")


def same_as(patrol):
    return [other.id for other in maybe_same_as(patrol, seen_by=WHOLE_SYSTEM)]


def test_the_police_s_record_of_the_same_night_is_pointed_out(one):
    theirs = make_patrol(
        by=make_person(of=POLICE), lead=POLICE, started="2026-02-04 20:10", ended="2026-02-04 22:50"
    )
    assert same_as(one) == [theirs.id]
    assert same_as(theirs) == [one.id]


def test_another_stretch_unit_or_time_is_another_patrol(one):
    make_patrol(started="2026-02-04 22:00", ended="2026-02-05 01:00")
    make_patrol(started="2026-02-04 20:00", ended="2026-02-04 23:00", on="duy_nghia")
    make_patrol(
        by=make_person(of=MILITARY),
        lead="qs_duy_nghia",
        started="2026-02-04 20:00",
        ended="2026-02-04 23:00",
        attendance=attendance(qs_duy_nghia=4),
    )
    gone = make_patrol(started="2026-02-04 20:00", ended="2026-02-04 23:00")
    cancel(gone, "Ghi trùng", by=make_person(Role.DUTY_OFFICER))
    assert same_as(one) == []


def test_one_over_midnight_is_found_from_both_days(db, clock):
    first = make_patrol(started="2026-02-04 23:50", ended="2026-02-05 03:00")
    second = make_patrol(started="2026-02-05 00:05", ended="2026-02-05 03:00")
    assert (same_as(first), same_as(second)) == ([second.id], [first.id])


def test_leader_and_command_are_told_and_only_of_what_they_may_open(one, page, signed_in):
    twin = make_patrol(started="2026-02-04 20:00", ended="2026-02-04 23:00")
    words = "Có thể cùng một lượt được ghi hai lần"
    for role, told in ((Role.COMMANDER, True), (Role.DUTY_OFFICER, True), (Role.PATROL_LEADER, False)):
        signed_in(make_person(role))
        seen = page.open("logbook.show", patrol_id=one.id)
        assert (words in seen.text("main")) is told
        assert seen.has(f"main a[href='/tuan-tra/{twin.id}']") is told
    assert maybe_same_as(one, seen_by=scope_of(make_person(of="ca_duy_nghia"))) == []
