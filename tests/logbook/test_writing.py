"""Writing the book in a browser without scripts: nothing typed is ever lost, nothing is stored twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from patrol import clock as patrol_clock
from patrol.accounts.rules import Role
from patrol.findings.models import Finding
from patrol.findings.queries import findings_of
from patrol.patrols import services
from patrol.patrols.models import Patrol
from tests.builders import (
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    form_of,
    make_patrol,
    make_person,
    stretch,
    unit,
)

FORM = "main form.form"
NEW = "/tuan-tra/moi"


@pytest.fixture
def leader(db, clock, signed_in):
    return signed_in(make_person(rank="Đại uý", full_name="Trần Văn Lái"))


def stored(db):
    db.session.expire_all()
    return db.session.scalars(select(Patrol).order_by(Patrol.id)).all()


def one(db):
    (patrol,) = stored(db)
    return patrol


def fill(form, **changes):
    """An ordinary night, typed into the first page of the book."""
    return form.fill(
        {
            "started_on": "04/02/2026",
            "started_time": "21h",
            "ended_time": "0h30",
            "stretch_id": stretch().id,
            "attendance.0.personnel": "3",
            "attendance.1.personnel": "2",
            "attendance.2.personnel": "2",
            "nothing_found": True,
            **{name.replace("__", "."): value for name, value in changes.items()},
        }
    )


def fields(seen):
    """Everything the form would send, without its buttons; the menu is another form."""
    return sorted(seen.form(FORM).data().items(multi=True))


# a first page


def test_a_new_page_knows_the_day_ones_unit_and_one_unit_of_each_other_force(page, leader):
    form = page.open(NEW).form(FORM)
    rows = [form.value(f"attendance.{number}.unit_id") for number in range(3)]
    assert form.value("started_on") == "05/02/2026"
    assert form.value("lead_unit_id") == rows[0] == str(unit(POST).id)
    assert len(set(rows)) == 3
    assert form.value("programme_ids") == form_of(leader)["programme_ids"][0]
    assert [form.value(f"attendance.{number}.personnel") for number in range(3)] == ["", "", ""]


def test_a_patrol_is_written_and_shown(page, leader, db):
    seen = fill(page.open(NEW).form(FORM), note="Bãi tắm vắng").submit("Lưu lượt tuần tra")
    patrol = one(db)
    assert (patrol.personnel_total, patrol.status, patrol.rev, patrol.leader_id) == (
        7,
        "submitted",
        1,
        leader.id,
    )
    assert patrol.ended_at - patrol.started_at == timedelta(hours=3, minutes=30)
    assert seen.url == f"/tuan-tra/{patrol.id}"
    for words in (
        "21:00 04/02/2026",
        "00:30 05/02/2026",
        "Bãi tắm vắng",
        "Đại uý Trần Văn Lái",
        "7 lượt CBCS",
    ):
        assert words in seen.text(), words


def test_the_enter_key_saves_too(page, leader, db):
    fill(page.open(NEW).form(FORM)).submit()
    assert one(db).status == "submitted"


def test_two_findings_are_written(page, leader, db):
    form = page.open(NEW).form(FORM).submit("add_finding").form(FORM).submit("add_finding").form(FORM)
    fill(
        form,
        nothing_found=False,
        findings__0__category="gambling",
        findings__0__measures__subjects="5",
        findings__0__found_time="0h05",
        findings__0__place="Bãi An Bàng",
        findings__0__outcome="minutes_made",
        findings__1__category="drug_possession",
        findings__1__extra__0__quantity="0,5",
        findings__1__extra__0__code="grams",
    )
    seen = form.submit("Lưu lượt tuần tra")
    gambling, drugs = findings_of(one(db))
    assert {each.code: each.quantity for each in gambling.measures} == {"cases": 1, "subjects": 5}
    known = {each.code: each.quantity for each in drugs.measures}
    assert known == {"cases": 1, "subjects": None, "grams": 0.5, "pills": None}
    for words in ("Đánh bạc trái phép", "00:05 05/02/2026", "Bãi An Bàng", "Lập biên bản", "0,5", "chưa rõ"):
        assert words in seen.text(), words


def test_a_double_tap_stores_once(page, leader, db):
    form = fill(page.open(NEW).form(FORM))
    form.submit("Lưu lượt tuần tra")
    for _ in range(2):
        again = form.submit("Lưu lượt tuần tra")
    assert "đã được lưu trước đó" in again.text(".flashes")
    assert one(db).rev == 1


def test_a_double_tap_stores_once_with_findings_and_the_tick_for_none(page, leader, db):
    form = page.open(NEW).form(FORM).submit("add_finding").form(FORM)
    fill(form, findings__0__category="gambling", nothing_found=True)
    form.submit("Lưu lượt tuần tra")
    form.submit("Lưu lượt tuần tra")
    assert one(db).nothing_found is False
    assert db.session.scalar(select(func.count(Finding.id))) == 1


def test_rows_scripts_added_without_an_id_are_the_same_after_a_double_tap(page, leader, db):
    fields = form_of(leader, findings__3__category="gambling", findings__7__category="illegal_market")
    for _ in range(2):
        page.post(NEW, fields)
    assert [each.category_code for each in findings_of(one(db))] == ["gambling", "illegal_market"]
    assert db.session.scalar(select(func.count(Finding.id))) == 2


def test_finding_rows_without_an_id_do_not_stand_in_the_way_of_later_ones(page, leader, db):
    page.post(NEW, form_of(leader, findings__0__category="gambling"))
    patrol = one(db)
    edit = f"/tuan-tra/{patrol.id}/sua"
    page.post(edit, form_of(leader, rev="1"))
    page.post(edit, form_of(leader, rev="2", findings__0__category="illegal_market"))
    assert [each.category_code for each in findings_of(one(db))] == ["illegal_market"]


# coming back


def test_problems_keep_everything_that_was_typed(page, leader, db):
    form = page.open(NEW).form(FORM).submit("add_unit").form(FORM).submit("add_finding").form(FORM)
    fill(
        form,
        started_time="lúc tối",
        ended_on="09/02/2026",
        attendance__3__unit_id=unit("ca_hoi_an_tay").id,
        attendance__3__personnel="hai",
        attendance__3__militia="1",
        attendance__3__unknown=True,
        findings__0__place="ở chân cầu",
        findings__0__measures__subjects="năm",
        findings__0__note="ghi dở",
        from_place="Viêm Đông",
        to_place="Thống Nhất",
        means="boat",
        weather="fog",
        sea="rough",
        note="dòng một\ndòng hai",
    )
    typed = sorted(form.data().items(multi=True))
    seen = form.submit("Lưu lượt tuần tra", expected=422)
    assert stored(db) == []
    assert fields(seen) == typed
    wrong = {each["id"].removeprefix("f-").removesuffix("-why") for each in seen.all("main .field__why")}
    assert wrong == {"started_time", "attendance-3-personnel", "findings-0-measures-subjects"}
    assert "còn 3 chỗ" in seen.text("main [role=alert]")
    assert len(seen.all("main [role=alert] a[href^='#f-']")) == 3


def test_a_page_that_came_back_is_put_right_and_saved(page, leader, db):
    form = fill(page.open(NEW).form(FORM), started_time="?")
    again = form.submit("Lưu lượt tuần tra", expected=422).form(FORM).fill(started_time="21:00")
    again.submit("Lưu lượt tuần tra")
    assert str(one(db).client_id) == form.value("client_id")


def test_a_problem_stands_beside_its_row_though_a_row_before_it_was_taken_out(page, leader, db):
    typed = form_of(leader)
    for field in [name for name in typed if name.startswith("attendance.1.")]:
        del typed[field]
    seen = page.post(NEW, {**typed, "attendance.2.personnel": "x"}, expected=422)
    (why,) = seen.all("main .field__why")
    field = seen.one(f"#{why['id'].removesuffix('-why')}")
    row = str(field["name"]).removesuffix(".personnel")
    assert field["value"] == "x"
    assert seen.form(FORM).value(f"{row}.unit_id") == str(unit(MILITARY).id)


@pytest.mark.parametrize("button", ["add_unit", "add_finding", "like_last"])
def test_a_button_that_does_not_save_keeps_what_was_typed(page, leader, db, button):
    form = fill(page.open(NEW).form(FORM), note="đang ghi", started_time="gần tối", from_place="Viêm Đông")
    typed = form.data()
    seen = form.submit(button)
    assert stored(db) == []
    after = seen.form(FORM).data()
    assert {name: after.getlist(name) for name in typed} == {name: typed.getlist(name) for name in typed}


@pytest.mark.parametrize("button", ["add_unit", "add_finding"])
def test_a_new_row_never_writes_over_one_that_is_there(page, leader, button):
    typed = form_of(leader, **{"findings.4.category": "gambling", "findings.4.note": "đã ghi"})
    for field in [name for name in typed if name.startswith("attendance.1.")]:
        del typed[field]
    form = page.post(NEW, {**typed, "action": button}).form(FORM)
    units = [form.value(name) for name in form.names if name.endswith(".unit_id") and "__i__" not in name]
    rows = {name.split(".")[1] for name in form.names if name.startswith("findings.") and "__i__" not in name}
    assert units[:2] == [str(unit(POST).id), str(unit(MILITARY).id)]
    assert form.value("findings.0.note") == "đã ghi"
    assert (len(units), len(rows)) == ((3, 1) if button == "add_unit" else (2, 2))


def test_like_last_time_brings_units_headcount_stretch_and_means_but_no_times(page, leader, db):
    make_patrol(
        by=leader,
        attendance=attendance(**{POST: 4, "ca_hoi_an_tay": (3, 1, 2)}),
        on="dien_ban_nam",
        means="boat",
        findings=(finding_draft(),),
    )
    form = (
        page.open(NEW).form(FORM).fill(started_time="20:15", note="đang ghi").submit("like_last").form(FORM)
    )
    rows = [
        tuple(
            form.value(f"attendance.{row}.{column}")
            for column in ("unit_id", "personnel", "militia", "security_team")
        )
        for row in range(2)
    ]
    assert rows == [(str(unit(POST).id), "4", "0", "0"), (str(unit("ca_hoi_an_tay").id), "3", "1", "2")]
    assert (form.value("stretch_id"), form.value("means")) == (str(stretch("dien_ban_nam").id), "boat")
    assert (form.value("started_time"), form.value("ended_time"), form.value("note")) == (
        "20:15",
        "",
        "đang ghi",
    )
    assert "attendance.2.unit_id" not in form.names
    assert not [name for name in form.names if name.startswith("findings.0")]


# a stale form


def test_a_stale_page_shows_both_versions_and_can_then_be_saved(page, leader, db):
    patrol = make_patrol(by=leader, note="ban đầu")
    form = page.open("logbook.edit", patrol_id=patrol.id).form(FORM).fill(note="của tôi")
    page.open("logbook.edit", patrol_id=patrol.id).form(FORM).fill(note="của người khác").submit(
        "Lưu thay đổi"
    )
    both = form.submit("Lưu thay đổi", expected=409)
    assert one(db).note == "của người khác"
    assert "của người khác" in both.text("[aria-labelledby=ban-dang-luu]")
    assert both.form(FORM).value("note") == "của tôi"
    seen = both.form(FORM).submit("Lưu thay đổi")
    assert "của tôi" in seen.text()
    assert (one(db).note, one(db).rev) == ("của tôi", 3)


def test_a_new_page_under_a_name_already_stored_shows_both_versions(page, leader, db):
    form = fill(page.open(NEW).form(FORM), note="lần một")
    form.submit("Lưu lượt tuần tra")
    both = form.fill(note="lần hai").submit("Lưu lượt tuần tra", expected=409)
    assert "lần một" in both.text("[aria-labelledby=ban-dang-luu]")
    both.form(FORM).submit("Lưu thay đổi")
    assert (one(db).note, one(db).rev) == ("lần hai", 2)


@pytest.mark.parametrize("rev", ["", "x", "-1", "9" * 5000, "²"])
def test_a_page_without_a_readable_revision_is_a_stale_one(page, leader, db, rev):
    patrol = make_patrol(by=leader)
    page.post(f"/tuan-tra/{patrol.id}/sua", form_of(leader, rev=rev, note="khác"), expected=409)
    assert one(db).note == ""


# an edit


def test_saving_an_untouched_page_changes_nothing_but_the_revision(page, leader, db):
    patrol = make_patrol(
        by=leader,
        started="2026-02-04 22:00",
        ended="2026-02-05 01:15",
        attendance=attendance(**{POST: (None, 0, 0), POLICE: (3, None, 2), MILITARY: (0, 4, 0)}),
        programmes=("tuyen_bien_binh_yen", "quy_che_giap_ranh"),
        findings=(
            finding_draft(
                "drug_possession", measures={"subjects": 0, "grams": 1290.125}, km=4.105, note="một\nhai"
            ),
            finding_draft("illegal_market", measures={"sites": 1200}, place="Chợ đêm", outcome="dispersed"),
        ),
        from_place="Viêm Đông",
        means="motorbike",
        weather="rain",
        sea="calm",
        note="dòng một\ndòng hai",
        on="dien_ban_nam",
    )
    for code in (POST, POLICE, MILITARY):
        services.confirm(patrol, by=make_person(Role.COMMANDER, of=code))
    before = (
        services.draft_of(patrol),
        [(each.id, each.place, each.km, each.note) for each in findings_of(patrol)],
    )
    measures = [{each.code: each.quantity for each in finding.measures} for finding in findings_of(patrol)]
    page.open("logbook.edit", patrol_id=patrol.id).form(FORM).submit("Lưu thay đổi")
    after = one(db)
    found = findings_of(after)
    assert (services.draft_of(after), [(each.id, each.place, each.km, each.note) for each in found]) == before
    assert [{each.code: each.quantity for each in finding.measures} for finding in found] == measures
    assert [each.code for each in found[1].outcomes] == ["dispersed"]
    assert (after.rev, after.status) == (2, "confirmed")
    assert not any(each.withdrawn_at for each in after.confirmations)


@pytest.mark.parametrize("ended", ["2026-02-05 21:00", "2026-02-06 03:00"])
def test_a_patrol_of_a_day_or_more_keeps_its_last_day(page, leader, db, ended):
    before = make_patrol(by=leader, started="2026-02-04 21:00", ended=ended).ended_at
    page.open("logbook.edit", patrol_id=one(db).id).form(FORM).submit("Lưu thay đổi")
    assert one(db).ended_at == before


@pytest.mark.parametrize("gone", [True, False])
def test_a_clerk_of_another_unit_keeps_the_leader_he_could_not_have_chosen(page, leader, signed_in, db, gone):
    patrol = make_patrol(by=leader)
    leader.is_active = not gone
    signed_in(make_person(Role.STAFF_CLERK, of=POST if gone else POLICE))
    page.open("logbook.edit", patrol_id=patrol.id).form(FORM).fill(note="đã xem").submit("Lưu thay đổi")
    assert (one(db).leader_id, one(db).note, one(db).rev) == (leader.id, "đã xem", 2)


def test_a_team_goes_out_and_comes_home(page, leader, db):
    form = page.open(NEW).form(FORM)
    out = form.fill(started_on="05/02/2026", started_time="20:00", stretch_id=stretch().id).submit(
        "Lưu lượt tuần tra"
    )
    assert (one(db).status, "đang tuần tra" in out.text()) == ("in_progress", True)
    home = out.follow("Kết thúc hoặc sửa").form(FORM)
    home.fill({"ended_time": "21:15", "nothing_found": True, "attendance.0.unit_id": unit(POST).id})
    home.fill({"attendance.0.personnel": "3"}).submit("Lưu thay đổi")
    assert (one(db).status, one(db).personnel_total, one(db).rev) == ("submitted", 3, 2)


def test_a_finding_emptied_on_the_page_is_withdrawn(page, leader, db):
    patrol = make_patrol(by=leader, findings=(finding_draft("gambling"), finding_draft("illegal_market")))
    form = page.open("logbook.edit", patrol_id=patrol.id).form(FORM)
    form.fill({"findings.0.category": "", "findings.0.measures.cases": ""}).submit("Lưu thay đổi")
    assert [each.category_code for each in findings_of(one(db))] == ["illegal_market"]
    assert db.session.scalar(select(func.count(Finding.id))) == 2


# for somebody else


def test_a_clerk_enters_for_a_leader_and_both_names_stay(page, signed_in, db, clock):
    led_by = make_person(rank="Thượng uý", full_name="Phạm Văn Dẫn")
    signed_in(make_person(Role.STAFF_CLERK, full_name="Lê Thị Hộ"))
    seen = fill(page.open(NEW).form(FORM), leader_id=led_by.id).submit("Lưu lượt tuần tra")
    assert (one(db).leader_id, one(db).entered_by_name) == (led_by.id, "Lê Thị Hộ")
    assert "Thượng uý Phạm Văn Dẫn" in seen.text()
    assert "Nhập hộ Lê Thị Hộ" in seen.text()


def test_a_clerk_may_write_the_name_of_a_leader_without_an_account(page, signed_in, db, clock):
    signed_in(make_person(Role.STAFF_CLERK))
    form = fill(page.open(NEW).form(FORM))
    form.submit("Lưu lượt tuần tra", expected=422)
    form.fill(leader_name="Trung uý Võ Không Tài Khoản").submit("Lưu lượt tuần tra")
    assert (one(db).leader_id, one(db).leader_name) == (None, "Trung uý Võ Không Tài Khoản")


def test_a_leader_cannot_name_another_leader(page, leader, db):
    other = make_person()
    page.post(NEW, form_of(leader, leader_id=str(other.id), leader_name="Ai đó"))
    assert (one(db).leader_id, one(db).leader_name) == (leader.id, "Đại uý Trần Văn Lái")


def test_nobody_edits_what_is_not_his(page, leader, signed_in, db):
    patrol = make_patrol(by=leader)
    other = signed_in(make_person())
    page.open("logbook.edit", patrol_id=patrol.id, expected=404)
    page.post(f"/tuan-tra/{patrol.id}/sua", form_of(other, rev="1", note="lén"), expected=403)
    assert (one(db).note, one(db).rev) == ("", 1)


# hostile


@pytest.mark.parametrize(
    "changes",
    [
        {"started_on": "01/01/0001", "started_time": "00:00"},
        {"started_on": "31/12/9999", "started_time": "23:00", "ended_time": "01:00"},
        {"lead_unit_id": "9" * 30},
        {"stretch_id": "-1"},
        {"client_id": "'; drop table patrols; --"},
        {"attendance.0.personnel": "9" * 5000},
        {"findings.0.category": "gambling", "findings.0.measures.litres": "1"},
        {"findings.0.category": "gambling", "findings.0.measures.cases": "NaN"},
        {
            "findings.0.category": "smuggling",
            "findings.0.extra.0.code": "value_dong",
            "findings.0.extra.0.quantity": "1e12",
        },
        {".".join("a" * 500): "sâu", "client_id": ""},
        {"attendance": "x", "attendance.0": "y"} | {f"attendance.{row}.personnel": "1" for row in range(40)},
    ],
)
def test_hostile_pages_are_refused_in_words(page, leader, db, changes):
    seen = page.post(NEW, {**form_of(leader), **changes}, expected=422)
    assert seen.has("main [role=alert] li")
    assert stored(db) == []


def test_text_is_stored_clean(page, leader, db):
    page.post(NEW, form_of(leader, note="a\x00b\u202ec Ba\u0303i"))
    assert one(db).note == "abc Bãi"


@pytest.mark.parametrize(
    ("typed", "place", "why"),
    [
        (
            {"started_on": "05/02/2026", "started_time": "22h10", "ended_time": "23h50"},
            "started_on",
            "ghi ngày hôm qua",
        ),
        ({"started_on": "04/02/2062"}, "started_on", "xem lại cả năm"),
        ({"ended_time": "20h50"}, "ended_time", "đang đi thì để trống"),
        (
            {f"attendance.{row}.personnel": "" for row in range(3)},
            "attendance",
            "Chưa ghi quân số của đơn vị nào",
        ),
    ],
)
def test_a_slip_of_the_pen_is_asked_about_and_nothing_typed_is_lost(
    page, leader, db, clock, typed, place, why
):
    clock.set("2026-02-05 00:10")
    seen = fill(page.open(NEW).form(FORM), note="Sóng lớn", **typed).submit(expected=422)
    assert why in seen.text(f"#f-{place}-why")
    assert seen.form(FORM).value("note") == "Sóng lớn"
    assert stored(db) == []


def test_what_a_phone_with_a_wrong_clock_wrote_can_still_be_edited(page, leader, db):
    patrol = make_patrol(by=leader, started=patrol_clock.now() + timedelta(days=2), ended=None)
    seen = page.open(f"/tuan-tra/{patrol.id}/sua").form(FORM).fill(note="Sóng lớn").submit()
    assert seen.url == f"/tuan-tra/{patrol.id}"
    assert one(db).note == "Sóng lớn"
