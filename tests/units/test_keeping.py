"""Keeping the register: a ward after a merger, a police that gets a new name, a slip put right; what would corrupt
figures or go round in a circle is refused."""

from datetime import date

import pytest
from sqlalchemy import select

from patrol.accounts.queries import scope_of
from patrol.accounts.rules import Role
from patrol.audit.queries import events_about
from patrol.errors import Invalid
from patrol.logbook.queries import lists_for
from patrol.units import linking, services
from patrol.units.models import Area, StretchArea, UnitArea, UnitParent
from patrol.units.queries import areas, setting, stretches, units, units_reached_from
from patrol.units.rules import (
    Answering,
    AreaDraft,
    AreaKind,
    ProgrammeDraft,
    SettingKey,
    StretchDraft,
    Succession,
    SuccessionKind,
    UnitDraft,
    UnitKind,
)
from tests.builders import MILITARY, POLICE, POST, make_patrol, make_person, make_setting, stretch, unit

SINCE = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _stopped(clock):
    """05/02/2026."""


def area(code: str = "20579", on: date = date(2026, 2, 5)) -> Area:
    return next(each for each in areas(on=on) if each.code == code)


def police(name: str = "Công an phường Mới", since: date = SINCE, **more):
    return services.add(UnitDraft(name, UnitKind.COMMUNE_POLICE, "police", since, **more), by=None)


def ward(code: str = "99001", since: date = SINCE, **more):
    return services.add(AreaDraft(code, "Phường Mới", AreaKind.WARD, since, **more), by=None)


def renamed(
    since: date = SINCE, kind: SuccessionKind = SuccessionKind.RENAMED, *, carries: bool = True
) -> Succession:
    return Succession(kind, since, carries)


def refused(act, *given, **more) -> dict[str, str]:
    with pytest.raises(Invalid) as wrong:
        act(*given, **more)
    return wrong.value.fields


# --- added ---


def test_a_code_is_made_of_the_name_and_never_given_twice(db):
    made = [police().code, police("Công An phường MỚI").code]
    assert made == ["cong_an_phuong_moi", "cong_an_phuong_moi_2"]
    assert refused(police, code="cong_an_phuong_moi") == {"code": "code_taken"}


def test_the_same_form_sent_twice_makes_one_unit(db):
    police()
    assert refused(police) == {"name": "name_taken"}
    assert police(since=date(2020, 1, 1), valid_to=date(2021, 1, 1)).code == "cong_an_phuong_moi_2"


def test_what_begins_later_is_in_nobodys_list_until_its_day(db, clock):
    new = police()
    assert new not in units()
    clock.set("2026-07-01 00:00")
    assert new in units()
    assert new in lists_for(make_person(), seen_by=scope_of(make_person())).units


def test_one_code_means_one_area_on_a_day(db):
    assert refused(ward, code="20579") == {"code": "code_taken_then"}
    services.end(area(), date(2026, 6, 30), by=None)
    assert ward(code="20579").code == "20579"


def test_nothing_ends_before_it_begins(db):
    assert refused(police, valid_to=date(2026, 6, 30)) == {"valid_to": "ends_before_it_starts"}
    assert refused(services.end, unit(POLICE), date(2025, 6, 30), by=None) == {
        "valid_to": "ends_before_it_starts"
    }


def test_every_step_is_in_the_audit_trail(db):
    admin = make_person(Role.ADMIN)
    new = services.add(ProgrammeDraft("Tết 2027", SINCE), by=admin)
    services.end(new, date(2027, 2, 28), by=admin)
    told = [(event.action, event.actor_name, event.changes) for event in events_about("programmes", new.id)]
    assert told == [
        ("register.added", admin.full_name,
         {"name": [None, "Tết 2027"], "valid_from": [None, "2026-07-01"], "code": [None, "tet_2027"]}),
        ("register.ended", admin.full_name, {"valid_to": [None, "2027-02-28"]}),
    ]  # fmt: skip


# --- a police with a new name ---


def test_a_renamed_unit_takes_over_superiors_areas_and_sight_and_old_records_keep_their_name(db, clock):
    old = unit(POLICE)
    patrol = make_patrol()
    new = police()
    services.succeed(old, new, renamed(), by=None)
    assert old.valid_to == date(2026, 6, 30)
    assert old.id in units_reached_from(new.id)
    links = select(UnitArea.unit_id, UnitArea.valid_from, UnitArea.valid_to).where(
        UnitArea.area_id == area().id
    )
    rows = [tuple(row) for row in db.session.execute(links) if row[0] in (old.id, new.id)]
    assert sorted(rows, key=lambda row: row[1]) == [
        (old.id, date(2025, 7, 1), date(2026, 6, 30)),
        (new.id, SINCE, None),
    ]
    superiors = select(UnitParent.unit_id).where(
        UnitParent.valid_from == SINCE, UnitParent.valid_to.is_(None)
    )
    assert db.session.scalars(superiors).all() == [new.id]
    assert old.name in [row.unit_name for row in patrol.attendance]
    clock.set("2026-07-02 08:00")
    offered = lists_for(make_person(), seen_by=scope_of(make_person())).units
    assert offered.index(new) < offered.index(old)


def test_duties_may_pass_on_while_the_unit_stays(db):
    old, new = unit(POLICE), police()
    services.succeed(old, new, renamed(kind=SuccessionKind.DUTIES_TO), by=None)
    assert old.valid_to is None
    answering = select(UnitArea.unit_id).where(UnitArea.area_id == area().id, UnitArea.valid_to.is_(None))
    assert old.id in db.session.scalars(answering).all()
    assert old.id in units_reached_from(new.id)


def test_subordinates_follow_the_unit_that_came_after_their_superior(db):
    old = unit("bch_quan_su_da_nang")
    new = services.add(
        UnitDraft("Bộ CHQS mới", UnitKind.PROVINCIAL_MILITARY_COMMAND, "military", SINCE), by=None
    )
    services.succeed(old, new, renamed(), by=None)
    assert unit(MILITARY).id in units_reached_from(new.id)
    under = (
        select(UnitParent.parent_id)
        .where(UnitParent.unit_id == unit(MILITARY).id)
        .order_by(UnitParent.valid_from)
    )
    assert db.session.scalars(under).all() == [old.id, new.id]


def test_succession_never_goes_round(db):
    first, second = unit(POLICE), police()
    services.succeed(first, second, renamed(), by=None)
    third = police("Công an phường Mới nữa", since=date(2027, 1, 1))
    services.succeed(second, third, renamed(date(2027, 1, 1)), by=None)
    back = renamed(date(2028, 1, 1), SuccessionKind.DUTIES_TO)
    assert refused(services.succeed, third, first, back, by=None)["valid_from"] == "since_outside_successor"
    still = unit(POST)
    services.succeed(still, third, renamed(date(2027, 2, 1), SuccessionKind.DUTIES_TO), by=None)
    assert refused(services.succeed, third, still, back, by=None) == {"predecessor_ids": "succession_circle"}
    assert refused(services.succeed, still, still, back, by=None) == {"predecessor_ids": "succession_circle"}


@pytest.mark.parametrize(
    ("since", "why"),
    [(date(2025, 7, 1), "since_before_predecessor"), (date(2026, 6, 30), "since_outside_successor")],
)
def test_a_successor_takes_over_within_its_own_time(db, since, why):
    assert refused(services.succeed, unit(POLICE), police(), renamed(since), by=None) == {"valid_from": why}


def test_what_has_a_successor_is_not_revived(db):
    old, new = unit(POLICE), police()
    services.succeed(old, new, renamed(), by=None)
    assert refused(services.end, old, SINCE, by=None) == {"valid_to": "has_successor"}
    services.end(old, date(2026, 5, 31), by=None)
    assert old.valid_to == date(2026, 5, 31)
    assert refused(services.succeed, old, new, renamed(), by=None) == {"predecessor_ids": "succeeded_already"}


# --- a ward after a merger ---


def test_a_merged_ward_keeps_the_stretches_and_units_of_every_ward_it_came_from(db, clock):
    old = [
        area("20579"),
        next(each for each in areas(on=date(2026, 2, 5)) if each.name == "Phường Hội An Tây"),
    ]
    new = ward()
    for each in old:
        services.succeed(each, new, renamed(kind=SuccessionKind.MERGED_INTO), by=None)
    lying = select(StretchArea.stretch_id).where(
        StretchArea.area_id == new.id, StretchArea.valid_from == SINCE
    )
    assert {stretch("dien_ban").id, stretch("hoi_an_tay").id} <= set(db.session.scalars(lying))
    answering = db.session.scalars(select(UnitArea.unit_id).where(UnitArea.area_id == new.id)).all()
    assert {unit(POST).id, unit(POLICE).id, unit("ca_hoi_an_tay").id} <= set(answering)
    assert answering.count(unit(POST).id) == 1
    clock.set("2026-07-01 08:00")
    committee = make_person(Role.COMMANDER, of="ubnd_dien_ban_dong")
    assert stretch("hoi_an_tay").id in scope_of(committee).stretch_ids


def test_an_area_never_lies_in_itself(db):
    outer = ward()
    inner = ward("99002", parent_id=outer.id)
    draft = AreaDraft("99001", "Phường Mới", AreaKind.WARD, SINCE, parent_id=inner.id)
    assert refused(services.correct, outer, draft, is_used=False, by=None) == {"parent_id": "parent_circle"}


# --- slips put right ---


def test_a_slip_in_a_name_is_put_right_everywhere_but_in_old_records(db):
    patrol = make_patrol()
    found = stretch("dien_ban")
    draft = StretchDraft("Bờ biển Điện Bàn Đông", found.valid_from, position=found.position,
                         from_km=found.from_km, to_km=found.to_km, line=found.line)  # fmt: skip
    assert services.correct(found, draft, is_used=True, by=None) is True
    assert services.correct(found, draft, is_used=True, by=None) is False
    assert found.name == "Bờ biển Điện Bàn Đông"
    assert patrol.stretch_name == "Bờ biển Điện Bàn, cả tuyến (km 0,0 – 6,28)"


def test_the_line_of_a_stretch_with_records_stays_and_a_first_line_may_come(db):
    walked, named = stretch("dien_ban"), stretch("ngu_hanh_son")
    line = [[0.0, 16.0, 108.3], [1.0, 16.009, 108.3]]
    new = StretchDraft("Khác", walked.valid_from, from_km=0.0, to_km=1.0, line=line)
    assert refused(services.correct, walked, new, is_used=True, by=None) == {
        "line": "fixed_by_records",
        "to_km": "fixed_by_records",
    }
    services.correct(named, new, is_used=True, by=None)
    assert named.line == line
    services.correct(walked, new, is_used=False, by=None)
    assert walked.to_km == 1.0


def test_the_force_of_a_unit_with_records_stays(db):
    other = UnitDraft("Đồn", UnitKind.COMMUNE_POLICE, "police", date(1900, 1, 1))
    assert refused(services.correct, unit(POST), other, is_used=True, by=None) == {
        "force_code": "fixed_by_records"
    }


def test_an_end_is_the_end_of_its_links_and_its_withdrawal_brings_them_back(db):
    found = unit("ubnd_dien_ban_dong")
    link = db.session.scalar(select(UnitArea).where(UnitArea.unit_id == found.id))
    services.end(found, date(2026, 12, 31), by=None)
    assert link.valid_to == date(2026, 12, 31)
    again = UnitDraft(found.name, UnitKind.PEOPLE_COMMITTEE, None, found.valid_from, position=found.position)
    services.correct(found, again, is_used=True, by=None)
    assert (found.valid_to, link.valid_to) == (None, None)


# --- links ---


def test_a_unit_stands_under_one_superior_at_a_time(db):
    child, first, second = police(), unit("ca_da_nang"), unit("bp_da_nang")
    assert linking.place_under(child, first, SINCE, by=None) is True
    assert linking.place_under(child, first, SINCE, by=None) is False
    linking.place_under(child, second, date(2027, 1, 1), by=None)
    rows = select(UnitParent.parent_id, UnitParent.valid_to).where(UnitParent.unit_id == child.id)
    assert [tuple(row) for row in db.session.execute(rows.order_by(UnitParent.valid_from))] == [
        (first.id, date(2026, 12, 31)),
        (second.id, None),
    ]
    assert refused(linking.place_under, first, child, SINCE, by=None) == {"parent_id": "parent_circle"}
    assert refused(linking.place_under, child, first, date(2026, 8, 1), by=None) == {
        "valid_from": "link_later"
    }


def test_a_link_lasts_no_longer_than_what_it_links(db):
    new = police(valid_to=date(2026, 12, 31))
    given = (new, area(), Answering.JURISDICTION)
    assert refused(linking.answer_for, *given, SINCE, by=None) == {"valid_from": "link_outside"}
    assert linking.answer_for(*given, SINCE, date(2026, 12, 31), by=None) is True
    assert refused(linking.answer_for, *given, date(2026, 8, 1), date(2026, 9, 1), by=None) == {
        "area_id": "linked_already"
    }


def test_a_granted_area_shows_its_stretches_until_the_link_ends(db, clock):
    looker = services.add(UnitDraft("UBND bạn", UnitKind.PEOPLE_COMMITTEE, None, date(2026, 1, 1)), by=None)
    linking.answer_for(looker, area(), Answering.GRANTED, date(2026, 1, 1), by=None)
    person = make_person(Role.COMMANDER, of=looker.code)
    assert stretch("dien_ban").id in scope_of(person).stretch_ids
    link = db.session.scalar(select(UnitArea).where(UnitArea.unit_id == looker.id))
    linking.end_link(link, date(2026, 2, 4), of=looker, by=None)
    assert scope_of(person).stretch_ids == frozenset()


# --- rules of counting ---


@pytest.mark.parametrize(
    ("since", "has_records", "why"),
    [
        (date(2026, 2, 6), True, {}),
        (date(2026, 2, 5), True, {"valid_from": "changes_told_figures"}),
        (date(2026, 1, 1), True, {"valid_from": "changes_told_figures"}),
        (date(2020, 1, 1), False, {}),
    ],
)
def test_a_rule_of_counting_never_changes_figures_that_were_told(db, since, has_records, why):
    set_rule = (SettingKey.JOINT_MIN_FORCES, "3", since)
    if why:
        assert refused(services.set_rule, *set_rule, has_records=has_records, by=None) == why
    else:
        services.set_rule(*set_rule, has_records=has_records, by=None)
        assert setting("joint_min_forces", on=since) == "3"


def test_a_rule_that_has_not_begun_may_still_be_changed(db):
    make_setting("joint_min_forces", "3", since="2026-03-01")
    services.set_rule(SettingKey.JOINT_MIN_FORCES, "2", date(2026, 3, 1), has_records=True, by=None)
    assert setting("joint_min_forces", on=date(2026, 3, 1)) == "2"
    wrong = refused(services.set_rule, SettingKey.JOINT_MIN_FORCES, "9", SINCE, has_records=False, by=None)
    assert wrong == {"value": "unknown_choice"}


def test_the_shipped_register_still_lists_what_it_did(db):
    assert [each.code for each in stretches()][:2] == ["dien_ban", "dien_ban_bac"]
