"""Writing a patrol: once, with every later word on record."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from patrol import clock as patrol_clock
from patrol.accounts.queries import scope_of
from patrol.accounts.rules import WHOLE_SYSTEM, Role
from patrol.audit.queries import events_about
from patrol.errors import Conflict, Invalid, NotAllowed
from patrol.history.queries import changes_of, redactions_of
from patrol.history.rules import MARK, RedactionReason
from patrol.patrols import services
from patrol.patrols.models import Attendance, Patrol
from patrol.patrols.queries import wrong_totals
from patrol.patrols.rules import Means, Status
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    attendance,
    make_patrol,
    make_person,
    patrol_draft,
    stretch,
    three_forces,
    unit,
)


@pytest.fixture
def leader(db, clock):
    return make_person()


def record(draft, *, by, seen_by=WHOLE_SYSTEM, has_findings=False, base_rev=None):
    return services.record_patrol(draft, by=by, seen_by=seen_by, has_findings=has_findings, base_rev=base_rev)


def edit(patrol, *, by, **changes):
    """An honest edit of what is stored now."""
    return record(replace(services.draft_of(patrol), **changes), by=by, base_rev=patrol.rev).patrol


def confirm_all(patrol):
    for code in (POST, POLICE, MILITARY):
        services.confirm(patrol, by=make_person(Role.COMMANDER, of=code))


def standing(patrol):
    return sorted(each.force_code for each in patrol.confirmations if each.withdrawn_at is None)


def patrols(db):
    return db.session.scalar(select(func.count(Patrol.id)))


def actions(patrol):
    return [event.action for event in events_about("patrols", patrol.id)]


# once


def test_a_patrol_sent_three_times_is_stored_once(db, leader):
    draft = patrol_draft(by=leader)
    receipts = [record(draft, by=leader) for _ in range(3)]
    assert [each.outcome for each in receipts] == ["stored", "already_stored", "already_stored"]
    assert len({each.patrol.id for each in receipts}) == 1
    assert (patrols(db), receipts[0].patrol.rev, actions(receipts[0].patrol)) == (1, 1, ["patrol.recorded"])


def test_a_resend_is_known_however_it_orders_its_programmes(db, leader):
    draft = patrol_draft(by=leader, programmes=("tuyen_bien_binh_yen", "nghi_dinh_03", "quy_che_giap_ranh"))
    record(draft, by=leader)
    again = record(replace(draft, programme_ids=draft.programme_ids[::-1]), by=leader)
    assert again.outcome == "already_stored"


def test_a_resend_is_known_though_findings_overruled_its_tick(db, leader):
    draft = patrol_draft(by=leader, nothing_found=True)
    stored = record(draft, by=leader, has_findings=True)
    again = record(draft, by=leader, has_findings=True)
    assert again.outcome == "already_stored"
    assert stored.patrol.nothing_found is False


def test_another_content_under_the_same_name_is_a_conflict_and_changes_nothing(db, leader):
    draft = patrol_draft(by=leader, note="lần một")
    stored = record(draft, by=leader).patrol
    with pytest.raises(Conflict) as moved:
        record(replace(draft, note="lần hai"), by=leader)
    assert moved.value.current is stored
    assert (stored.note, stored.rev) == ("lần một", 1)


def test_an_edit_on_what_is_held_makes_the_next_revision(db, leader):
    stored = record(patrol_draft(by=leader), by=leader).patrol
    receipt = record(replace(services.draft_of(stored), note="thêm"), by=leader, base_rev=1)
    assert (receipt.outcome, receipt.patrol.rev, receipt.patrol.note) == ("changed", 2, "thêm")


def test_the_same_edit_sent_twice_makes_one_revision(db, leader):
    stored = record(patrol_draft(by=leader), by=leader).patrol
    changed = replace(services.draft_of(stored), note="thêm")
    outcomes = [record(changed, by=leader, base_rev=1).outcome for _ in range(3)]
    assert (outcomes, stored.rev) == (["changed", "already_stored", "already_stored"], 2)


@pytest.mark.parametrize("base_rev", [0, 1, 3, None])
def test_an_edit_on_another_revision_is_a_conflict(db, leader, base_rev):
    stored = make_patrol(by=leader)
    edit(stored, by=leader, note="của người khác")
    with pytest.raises(Conflict):
        record(replace(services.draft_of(stored), note="của tôi"), by=leader, base_rev=base_rev)
    assert (stored.note, stored.rev) == ("của người khác", 2)


# whose


def test_the_id_of_a_patrol_out_of_sight_is_refused_without_a_word_about_it(db, leader):
    stored = make_patrol(by=leader, attendance=attendance(**{POST: 2}))
    stranger = make_person(of="dbp_non_nuoc")
    draft = replace(services.draft_of(stored), lead_unit_id=unit("dbp_non_nuoc").id)
    for base_rev in (None, stored.rev):
        with pytest.raises(NotAllowed):
            record(draft, by=stranger, seen_by=scope_of(stranger), base_rev=base_rev)
    assert stored.rev == 1


def test_nobody_writes_a_patrol_in_which_his_unit_took_no_part(db, leader):
    draft = patrol_draft(by=leader, lead=POLICE, attendance=attendance(**{POLICE: 2, MILITARY: 2}))
    with pytest.raises(Invalid) as refused:
        record(draft, by=leader, seen_by=scope_of(leader))
    assert refused.value.fields == {"lead_unit_id": "own_unit_absent"}
    with_mine = replace(draft, attendance=attendance(**{POLICE: 2, POST: 1}))
    assert record(with_mine, by=leader, seen_by=scope_of(leader)).outcome == "stored"


def test_nobody_edits_his_unit_out_of_a_patrol(db, leader):
    stored = make_patrol(by=leader)
    without = replace(
        services.draft_of(stored),
        lead_unit_id=unit(POLICE).id,
        attendance=attendance(**{POLICE: 2, MILITARY: 2}),
    )
    with pytest.raises(Invalid) as refused:
        record(without, by=leader, seen_by=scope_of(leader), base_rev=1)
    assert refused.value.fields == {"lead_unit_id": "own_unit_absent"}


@pytest.mark.parametrize(
    ("role", "of", "may"),
    [
        (Role.PATROL_LEADER, POST, False),  # another leader of the same post
        (Role.COMMANDER, POST, False),
        (Role.DUTY_OFFICER, POST, True),
        (Role.STAFF_CLERK, POST, True),
        (Role.PATROL_LEADER, POLICE, False),
        (Role.ADMIN, POST, False),
        (Role.AUDITOR, POST, False),
    ],
)
def test_who_may_edit_a_patrol_of_somebody_else(db, leader, role, of, may):
    stored = make_patrol(by=leader)
    person = make_person(role, of=of)
    assert services.may_edit(stored, by=person) is may
    if not may:
        with pytest.raises(NotAllowed):
            edit(stored, by=person, note="không phải của tôi")
        assert stored.note == ""


# confirmations


def test_every_force_confirms_once_and_then_the_patrol_is_confirmed(db, leader):
    stored = make_patrol(by=leader)
    steps = []
    for code in (POST, POLICE, MILITARY):
        services.confirm(stored, by=make_person(Role.COMMANDER, of=code))
        steps.append((len(standing(stored)), stored.status))
    assert steps == [(1, "submitted"), (2, "submitted"), (3, "confirmed")]
    with pytest.raises(NotAllowed):
        services.confirm(stored, by=make_person(Role.COMMANDER, of=POLICE))
    assert len(stored.confirmations) == 3


@pytest.mark.parametrize(
    ("role", "of"),
    [
        (Role.STAFF_CLERK, POLICE),
        (Role.ADMIN, POLICE),
        (Role.COMMANDER, "canh_sat_bien_2"),  # a force that took no part
        (Role.COMMANDER, "ubnd_dien_ban_dong"),  # no force at all
    ],
)
def test_who_may_not_confirm(db, leader, role, of):
    stored = make_patrol(by=leader)
    with pytest.raises(NotAllowed):
        services.confirm(stored, by=make_person(role, of=of))
    assert (stored.status, stored.confirmations) == ("submitted", [])


def test_a_force_confirms_no_patrol_twice(db, leader):
    stored = make_patrol(by=leader)
    services.confirm(stored, by=make_person(Role.COMMANDER, of=POLICE))
    with pytest.raises(NotAllowed):
        services.confirm(stored, by=make_person(Role.DUTY_OFFICER, of=POLICE))


def test_a_team_still_out_is_not_confirmed(db, leader):
    stored = make_patrol(by=leader, ended=None)
    with pytest.raises(NotAllowed):
        services.confirm(stored, by=make_person(Role.COMMANDER, of=POLICE))


def test_a_force_only_its_civilian_team_stood_for_need_not_confirm(db, leader):
    stored = make_patrol(by=leader, attendance=attendance(**{POST: 2, POLICE: 2, MILITARY: (0, 0, 4)}))
    services.confirm(stored, by=make_person(Role.COMMANDER, of=POST))
    services.confirm(stored, by=make_person(Role.COMMANDER, of=POLICE))
    assert stored.status == "confirmed"


def test_new_times_ask_every_force_again(db, leader):
    stored = make_patrol(by=leader)
    confirm_all(stored)
    edit(stored, by=leader, ended_at=stored.ended_at + timedelta(minutes=5))
    assert (standing(stored), stored.status) == ([], "submitted")
    assert {each.withdrawn_because for each in stored.confirmations} == {"times_changed"}
    assert len(stored.confirmations) == 3


@pytest.mark.parametrize(
    "changed",
    [
        {POST: 2, POLICE: 3, MILITARY: 2},
        {POST: 2, POLICE: (2, 1, 0), MILITARY: 2},
        {POST: 2, POLICE: (None, 0, 0), MILITARY: 2},
        {POST: 2, MILITARY: 2, "ca_hoi_an_tay": 2},
    ],
)
def test_new_attendance_asks_only_its_force_again(db, leader, changed):
    stored = make_patrol(by=leader)
    confirm_all(stored)
    edit(stored, by=make_person(Role.DUTY_OFFICER, of=POLICE), attendance=attendance(**changed))
    assert (standing(stored), stored.status) == (["border_guard", "military"], "submitted")
    assert [each.withdrawn_because for each in stored.confirmations if each.withdrawn_at] == [
        "attendance_changed"
    ]
    assert actions(stored).count("patrol.confirmation_withdrawn") == 1


def test_a_force_taken_off_leaves_the_others_confirmed(db, leader):
    stored = make_patrol(by=leader)
    confirm_all(stored)
    edit(
        stored, by=make_person(Role.DUTY_OFFICER, of=MILITARY), attendance=attendance(**{POST: 2, POLICE: 2})
    )
    assert (standing(stored), stored.status) == (["border_guard", "police"], "confirmed")


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "sửa chữ"},
        {"from_place": "Viêm Đông"},
        {"nothing_found": False},
        {"leader_id": None, "leader_name": "Thiếu tá Lê Văn Khác"},
        {},
    ],
)
def test_no_other_edit_asks_anybody_again(db, leader, changes):
    stored = make_patrol(by=leader)
    confirm_all(stored)
    edit(stored, by=make_person(Role.DUTY_OFFICER), **changes)
    assert (len(standing(stored)), stored.status, stored.rev) == (3, "confirmed", 2)


def test_the_order_of_units_is_nobodys_attendance(db, leader):
    stored = make_patrol(by=leader)
    confirm_all(stored)
    edit(stored, by=leader, attendance=services.draft_of(stored).attendance[::-1])
    assert stored.status == "confirmed"
    assert [row.unit_id for row in stored.attendance] == [
        unit(MILITARY).id,
        unit(POLICE).id,
        unit(POST).id,
    ]


def test_a_force_asked_again_may_confirm_again(db, leader):
    stored = make_patrol(by=leader)
    confirm_all(stored)
    police = make_person(Role.DUTY_OFFICER, of=POLICE)
    edit(stored, by=police, attendance=attendance(**{POST: 2, POLICE: 5, MILITARY: 2}))
    services.confirm(stored, by=make_person(Role.COMMANDER, of=POLICE))
    assert (stored.status, len(stored.confirmations)) == ("confirmed", 4)


@pytest.mark.parametrize(
    "numbers", [{POLICE: 3, MILITARY: 2}, {MILITARY: 2}, {POLICE: 2, "ca_hoi_an_tay": 1, MILITARY: 2}]
)
def test_what_a_force_has_confirmed_of_itself_nobody_else_changes(db, leader, numbers):
    stored = make_patrol(by=leader)
    services.confirm(stored, by=make_person(Role.COMMANDER, of=POLICE))
    for person in (leader, make_person(Role.DUTY_OFFICER), make_person(Role.STAFF_CLERK, of=MILITARY)):
        with pytest.raises(Invalid) as refused:
            edit(stored, by=person, attendance=attendance(**{POST: 2, **numbers}))
        assert refused.value.fields == {"attendance": "confirmed_by_its_force"}
    edit(stored, by=leader, attendance=attendance(**{POST: 5, POLICE: 2, MILITARY: 2}))
    assert (stored.personnel_total, standing(stored)) == (9, ["police"])


def own_number(patrol, by, **numbers):
    return services.correct_own_number(
        patrol, attendance(**numbers), by=by, has_findings=False, base_rev=patrol.rev
    ).outcome


def test_a_force_corrects_its_own_number_though_it_may_edit_nothing_else(db, leader):
    stored = make_patrol(by=leader)
    confirm_all(stored)
    police = make_person(of=POLICE)  # tổ trưởng: neither led it nor entered it
    assert not services.may_edit(stored, by=police)
    assert own_number(stored, police, **{POLICE: (3, 1, 0), MILITARY: 9}) == "changed"
    assert [(row.personnel, row.militia) for row in stored.attendance] == [(2, 0), (3, 1), (2, 0)]
    assert (stored.personnel_total, stored.militia_total, stored.status) == (7, 1, "submitted")
    assert standing(stored) == ["border_guard", "military"]
    assert own_number(stored, police, **{POLICE: (3, 1, 0)}) == "already_stored"
    services.confirm(stored, by=police)
    assert stored.status == "confirmed"


def test_a_correction_of_a_number_hands_in_nothing_and_wins_over_no_newer_revision(db, leader):
    stored = make_patrol(by=leader)
    police = make_person(of=POLICE)
    services.send_back(stored, "Xem lại giờ về", by=make_person(Role.COMMANDER))
    own_number(stored, police, **{POLICE: 4})
    assert (stored.status, stored.returned_because, stored.personnel_total) == (
        "returned",
        "Xem lại giờ về",
        8,
    )
    with pytest.raises(Conflict):
        services.correct_own_number(
            stored, attendance(**{POLICE: 5}), by=police, has_findings=False, base_rev=stored.rev - 1
        )


def test_who_has_no_number_of_his_own_in_a_patrol(db, leader):
    stored = make_patrol(by=leader, attendance=attendance(**{POST: 2, POLICE: 2}))
    for person in (
        make_person(of=MILITARY), make_person(Role.ADMIN, of=POLICE), make_person(Role.STAFF_CLERK, of=COMMITTEE),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            own_number(stored, person, **{POLICE: 3})
    services.cancel(stored, "Bão", by=leader)
    with pytest.raises(NotAllowed):
        own_number(stored, make_person(of=POLICE), **{POLICE: 3})


def test_a_confirmation_on_another_mans_phone_says_whose(db, leader):
    stored = make_patrol(by=leader)
    services.confirm(stored, by=make_person(of=POLICE), on_device_of=leader)
    services.confirm(stored, by=make_person(of=MILITARY))
    assert [each.on_device_of for each in stored.confirmations] == [leader.full_name, None]
    event = next(each for each in events_about("patrols", stored.id) if each.action == "patrol.confirmed")
    assert event.changes["on_device_of"] == [None, leader.full_name]


# history and redaction


def history(*records):
    return [
        (change.field, change.about, change.old, change.new)
        for record in records
        for change in changes_of({record.__tablename__: [record.id]})
    ]


def test_every_change_is_kept_with_what_was_and_what_is(db, leader):
    stored = make_patrol(by=leader, note="Sóng lớn", means=Means.ON_FOOT)
    assert history(stored) == []
    edit(
        stored,
        by=leader,
        note="Sóng lớn, mưa",
        means=Means.BOAT,
        stretch_id=stretch("hoi_an_tay").id,
        attendance=attendance(**{POST: (3, 1, 0), POLICE: 2, "dbp_non_nuoc": None}),
        ended_at=None,
    )
    unit_numbers = {"militia": 0, "security_team": 0}
    assert history(stored) == [
        ("ended_at", "", "2026-02-04T17:00:00+00:00", None),
        ("stretch_id", "", stretch().name, stretch("hoi_an_tay").name),
        ("means", "", "on_foot", "boat"),
        ("note", "", "Sóng lớn", "Sóng lớn, mưa"),
        (
            "attendance",
            unit(POST).name,
            {"personnel": 2, **unit_numbers},
            {"personnel": 3, "militia": 1, "security_team": 0},
        ),
        ("attendance", unit(MILITARY).name, {"personnel": 2, **unit_numbers}, None),
        ("attendance", unit("dbp_non_nuoc").name, None, {"personnel": None, **unit_numbers}),
    ]
    change = changes_of({"patrols": [stored.id]})[0]
    assert (change.actor_id, change.actor_name, change.at) == (
        leader.id,
        leader.full_name,
        patrol_clock.now(),
    )


def test_reasons_of_returns_stay_in_the_history(db, leader):
    stored = make_patrol(by=leader)
    services.send_back(stored, "Thiếu quân số công an", by=make_person(Role.COMMANDER))
    edit(stored, by=leader, note="đã bổ sung")
    assert [each for each in history(stored) if each[0] == "returned_because"] == [
        ("returned_because", "", None, "Thiếu quân số công an"),
        ("returned_because", "", "Thiếu quân số công an", None),
    ]


def test_a_blotted_out_text_is_gone_from_record_history_and_search_and_nothing_else_is(db, leader):
    stored = make_patrol(by=leader, note="gặp Nguyễn Văn Mật", from_place="Hà My")
    edit(stored, by=leader, note="gặp Nguyễn Văn Mật ở chợ")
    confirm_all(stored)
    before = (stored.personnel_total, stored.status, standing(stored))
    commander = make_person(Role.COMMANDER, of=POLICE)
    services.redact(stored, "note", RedactionReason.PERSONAL_DATA, by=commander)
    assert (stored.note, stored.from_place) == (MARK, "Hà My")
    assert history(stored) == [("note", "", MARK, MARK)]
    assert "mat" not in stored.note_folded and "ha my" in stored.note_folded
    assert (stored.personnel_total, stored.status, standing(stored)) == before
    (trace,) = redactions_of({"patrols": [stored.id]})
    assert (trace.actor_name, trace.field, trace.reason) == (commander.full_name, "note", "personal_data")
    assert "text.blotted_out" in actions(stored)


def test_what_stands_now_may_stay_when_only_its_earlier_versions_are_blotted_out(db, leader):
    stored = make_patrol(by=leader, note="gặp Nguyễn Văn Mật")
    edit(stored, by=leader, note="gặp một người")
    services.redact(
        stored, "note", RedactionReason.PERSONAL_DATA, by=make_person(Role.COMMANDER), only_old=True
    )
    assert stored.note == "gặp một người"
    assert history(stored) == [("note", "", MARK, "gặp một người")]


def test_a_form_opened_before_a_text_was_blotted_out_does_not_bring_it_back(db, leader):
    stored = make_patrol(by=leader, note="gặp Nguyễn Văn Mật")
    opened, rev = services.draft_of(stored), stored.rev
    services.redact(stored, "note", RedactionReason.PERSONAL_DATA, by=make_person(Role.COMMANDER))
    with pytest.raises(Conflict):
        record(opened, by=leader, base_rev=rev)


def test_only_commanders_blot_out_and_only_texts(db, leader):
    stored = make_patrol(by=leader, note="gặp Nguyễn Văn Mật")
    for role in set(Role) - {Role.COMMANDER}:
        with pytest.raises(NotAllowed):
            services.redact(stored, "note", RedactionReason.FORCES_SECRET, by=make_person(role))
    with pytest.raises(Invalid):
        services.redact(
            stored, "personnel_total", RedactionReason.FORCES_SECRET, by=make_person(Role.COMMANDER)
        )
    assert stored.note == "gặp Nguyễn Văn Mật"


# returned and cancelled


@pytest.mark.parametrize("act", [services.send_back, services.cancel])
def test_no_patrol_is_returned_or_cancelled_without_a_reason(db, leader, act):
    stored = make_patrol(by=leader)
    with pytest.raises(Invalid) as refused:
        act(stored, "", by=make_person(Role.COMMANDER))
    assert refused.value.fields == {"because": "reason_missing"}
    assert (stored.status, stored.rev) == ("submitted", 1)


def test_a_returned_patrol_counts_again_once_it_is_handed_in_again(db, leader):
    stored = make_patrol(by=leader)
    services.send_back(stored, "Thiếu quân số công an", by=make_person(Role.DUTY_OFFICER))
    returned = (stored.status, stored.returned_because, services.is_counted(stored))
    edit(stored, by=leader, attendance=three_forces(3))
    assert returned == ("returned", "Thiếu quân số công an", False)
    assert (stored.status, stored.returned_because, services.is_counted(stored)) == ("submitted", None, True)


def test_only_those_above_send_back(db, leader):
    stored = make_patrol(by=leader)
    for role in (Role.PATROL_LEADER, Role.STAFF_CLERK, Role.ADMIN, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            services.send_back(stored, "sai", by=make_person(role))
    services.send_back(stored, "sai", by=make_person(Role.COMMANDER))
    with pytest.raises(NotAllowed):
        services.send_back(stored, "vẫn sai", by=make_person(Role.COMMANDER))
    assert stored.returned_because == "sai"


def test_a_cancelled_patrol_is_kept_and_can_no_longer_be_touched(db, leader):
    stored = make_patrol(by=leader)
    services.cancel(stored, "Bão", by=leader)
    for forbidden in (
        lambda: edit(stored, by=leader, note="x"),
        lambda: services.cancel(stored, "lại", by=leader),
        lambda: services.send_back(stored, "lại", by=make_person(Role.COMMANDER)),
        lambda: services.confirm(stored, by=make_person(Role.COMMANDER, of=POLICE)),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    assert (stored.status, stored.cancelled_because, patrols(db)) == ("cancelled", "Bão", 1)
    assert db.session.scalar(select(func.count(Attendance.id))) == 3
    assert not services.is_counted(stored)


def test_a_cancelled_patrol_sent_again_stays_cancelled(db, leader):
    draft = patrol_draft(by=leader)
    stored = record(draft, by=leader).patrol
    services.cancel(stored, "Bão", by=leader)
    assert record(draft, by=leader).outcome == "already_stored"
    assert stored.status == "cancelled"


def test_who_may_cancel(db, leader):
    stored = make_patrol(by=leader)
    allowed = {role: services.may_cancel(stored, by=make_person(role)) for role in Role}
    assert {role for role, may in allowed.items() if may} == {Role.DUTY_OFFICER, Role.COMMANDER}
    assert services.may_cancel(stored, by=leader)


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_a_closed_record_is_open_to_nobody(db, leader, status):
    stored = make_patrol(by=leader)
    stored.status = status
    stored.cancelled_because = "Bão" if status == Status.CANCELLED else None
    people = [
        leader,
        make_person(Role.DUTY_OFFICER),
        make_person(Role.COMMANDER),
        make_person(Role.STAFF_CLERK),
    ]
    for person in people:
        for may in (services.may_edit, services.may_cancel, services.may_return, services.may_confirm):
            assert not may(stored, by=person), (may, person.role)


def test_a_team_that_comes_home_hands_in_its_patrol(db, leader):
    stored = make_patrol(by=leader, ended=None, attendance=(), nothing_found=False)
    out = (stored.status, stored.remarks, services.is_counted(stored))
    edit(stored, by=leader, ended_at=stored.started_at + timedelta(hours=2), attendance=three_forces())
    assert out == ("in_progress", [], False)
    assert (stored.status, stored.remarks) == ("submitted", ["findings_not_stated"])


# what is kept


def test_names_are_those_of_the_day_even_after_an_edit(db, leader):
    leader.rank = "Đại uý"
    stored = make_patrol(by=leader)
    before = (stored.lead_unit_name, stored.leader_name, [row.unit_name for row in stored.attendance])
    unit(POST).name, unit(POLICE).name, leader.rank = "Đồn đổi tên", "Công an đổi tên", "Thiếu tá"
    db.session.flush()
    edit(stored, by=leader, note="sửa sau khi đổi tên", attendance=three_forces(4))
    assert (stored.lead_unit_name, stored.leader_name, [row.unit_name for row in stored.attendance]) == before
    assert make_patrol(by=leader).lead_unit_name == "Đồn đổi tên"
    assert stored.leader_name.startswith("Đại uý ")


def test_another_unit_in_the_lead_brings_its_name(db, leader):
    stored = make_patrol(by=leader)
    edit(stored, by=leader, lead_unit_id=unit(POLICE).id)
    assert stored.lead_unit_name == unit(POLICE).name


def test_who_enters_for_somebody_else_is_kept_beside_him(db, leader):
    clerk = make_person(Role.STAFF_CLERK, full_name="Lê Thị Hộ", rank="Thượng uý")
    stored = record(patrol_draft(by=leader), by=clerk).patrol
    edit(stored, by=leader, note="tôi xem lại")
    assert (stored.entered_by_name, stored.leader_name) == ("Thượng uý Lê Thị Hộ", leader.full_name)


def test_the_trail_says_what_changed_but_repeats_no_free_text(db, leader):
    stored = make_patrol(by=leader, note="bí mật cũ")
    edit(stored, by=leader, note="bí mật mới", attendance=three_forces(3))
    (event,) = [each for each in events_about("patrols", stored.id) if each.action == "patrol.changed"]
    assert set(event.changes) == {"note", "attendance"}
    assert "bí mật" not in str(event.changes)


def test_a_unit_of_another_time_is_kept_and_remarked(db, leader):
    stored = make_patrol(by=leader, started="2024-03-01 20:00")  # its police were founded in July 2025
    assert stored.remarks == ["unit_out_of_time"]


def test_sums_follow_every_edit(db, leader):
    stored = make_patrol(by=leader)
    edit(stored, by=leader, attendance=attendance(**{POST: (None, 1, None), POLICE: (4, None, 2)}))
    assert (stored.personnel_total, stored.militia_total, stored.security_team_total) == (4, 1, 2)
    assert (stored.unknown_personnel, stored.unknown_militia, stored.unknown_security_team) == (1, 1, 1)
    assert (stored.force_count, wrong_totals()) == (2, [])


def test_the_check_of_sums_finds_a_wrong_one(db, leader):
    right, wrong = make_patrol(by=leader), make_patrol(by=leader, client_id=uuid4())
    wrong.personnel_total += 1
    db.session.flush()
    assert wrong_totals() == [wrong.id]
    assert right.id != wrong.id
