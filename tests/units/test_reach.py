"""What hangs together over time: who reaches whose records, which stretches, which rule on which day."""

from datetime import date

import pytest

from patrol.extensions import db as the_db
from patrol.units.models import Unit
from patrol.units.queries import (
    has_settings,
    is_demo,
    setting,
    setting_steps,
    stretches_granted_to,
    unit_by_code,
    units_reached_from,
)
from patrol.units.rules import holds_on, reach
from tests.builders import COMMITTEE, POLICE, POST, make_setting, stretch, unit


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (date(2026, 2, 5), date(2026, 2, 5), True),
        (date(2026, 2, 5), None, True),
        (date(2020, 1, 1), date(2026, 2, 5), True),
        (date(2026, 2, 6), None, False),
        (date(2020, 1, 1), date(2026, 2, 4), False),
    ],
)
def test_both_ends_of_what_is_dated_belong_to_it(since, until, holds):
    assert holds_on(since, until, date(2026, 2, 5)) is holds


def test_a_reach_follows_every_edge_and_survives_a_circle():
    under, before = {1: [2], 2: [3]}, {3: [4], 4: [1], 9: [8]}
    assert reach([1], under, before) == {1, 2, 3, 4}
    assert reach([3], under) == {3}
    assert reach([], under, before) == frozenset()


def codes(found) -> set[str]:
    return {the_db.session.get_one(Unit, unit_id).code for unit_id in found}


def test_a_unit_reaches_itself_those_under_it_and_those_it_came_after(db):
    assert codes(units_reached_from(unit(POST).id)) == {POST}
    assert {"bp_da_nang", "bp_quang_nam", POST, "dbp_non_nuoc"} <= codes(
        units_reached_from(unit("bp_da_nang").id)
    )
    assert {POLICE, "ca_dien_ngoc", "ca_dien_duong", "ca_thi_xa_dien_ban"} <= codes(
        units_reached_from(unit(POLICE).id)
    )
    assert POLICE not in codes(units_reached_from(unit("ca_dien_ngoc").id))


def test_a_committee_is_granted_the_stretches_of_its_area_and_what_it_grew_out_of(db):
    granted = stretches_granted_to(unit(COMMITTEE).id, on=date(2026, 2, 5))
    assert stretch("dien_ban").id in granted
    assert stretch("dien_ban_nam").id in granted
    assert stretch("hoi_an_tay").id not in granted
    assert stretches_granted_to(unit(COMMITTEE).id, on=date(2025, 6, 30)) == frozenset()


def test_a_unit_that_answers_for_an_area_is_granted_nothing_by_that(db):
    assert stretches_granted_to(unit(POST).id, on=date(2026, 2, 5)) == frozenset()


def test_a_setting_holds_from_its_day_until_the_next(db):
    make_setting("joint_min_forces", "3", since="2026-02-05")
    make_setting("joint_min_forces", "4", since="2027-01-01")
    asked = [
        setting("joint_min_forces", on=day) for day in (date(2026, 2, 4), date(2026, 2, 5), date(2027, 1, 1))
    ]
    assert asked == ["2", "3", "4"]
    assert setting_steps("joint_min_forces")[0] == (date.min, "2")


def test_a_setting_of_today_is_that_of_the_local_day(db, clock):
    make_setting("joint_min_forces", "3", since="2027-01-01")
    clock.set("2026-12-31 23:59")
    assert setting("joint_min_forces") == "2"
    clock.set("2027-01-01 00:00")
    assert setting("joint_min_forces") == "3"


def test_a_database_is_a_demo_only_when_it_says_so(db):
    assert not is_demo()
    make_setting("is_demo", "yes", since="2020-01-01")
    assert is_demo()


def test_the_register_is_there_and_an_unknown_code_is_nobody(db):
    assert has_settings()
    assert unit_by_code("khong_co") is None
