"""The first page of each role: what waits for this person comes first."""

import pytest

from patrol.accounts.rules import Role
from patrol.patrols import services
from tests.builders import COMMITTEE, MILITARY, POLICE, POST, attendance, make_patrol, make_person

SEES = (Role.PATROL_LEADER, Role.DUTY_OFFICER, Role.COMMANDER, Role.STAFF_CLERK)


@pytest.fixture
def leader(db, clock, signed_in):
    return signed_in(make_person())


def headings(seen):
    return seen.texts("main h2")


def lines(seen, section):
    return [
        int(str(link["href"]).rsplit("/", 1)[1])
        for link in seen.all(f"[aria-labelledby={section}] .records a")
    ]


@pytest.mark.parametrize("role", SEES)
def test_an_empty_log_greets_everybody(page, db, clock, signed_in, role):
    signed_in(make_person(role))
    seen = page.open("home.index")
    assert "Thứ Năm, ngày 05 tháng 02 năm 2026" in seen.text()
    assert seen.text("h1") == "Đồn Biên phòng Cửa Đại"
    assert "Chưa có lượt tuần tra nào." in seen.text()


@pytest.mark.parametrize(("role", "path"), [(Role.ADMIN, "/tai-khoan"), (Role.AUDITOR, "/nhat-ky")])
def test_those_who_see_no_patrol_start_elsewhere(page, db, clock, signed_in, role, path):
    make_patrol()
    signed_in(make_person(role))
    seen = page.open("home.index")
    assert seen.url == path
    assert not seen.has("a[href^='/tuan-tra'], a[href^='/tong-ket']")


@pytest.mark.parametrize("role", Role)
def test_only_those_who_write_patrols_are_offered_a_page_to_write_on(page, db, clock, signed_in, role):
    signed_in(make_person(role))
    offered = page.open("home.index").has("a[href='/tuan-tra/moi']")
    page.open("logbook.new", expected=200 if offered else 403)
    assert offered is (role in SEES)


def test_a_returned_patrol_comes_before_everything_else(page, leader, db):
    make_patrol(by=leader, started="2026-02-05 20:00", ended=None)
    returned = make_patrol(by=leader, started="2026-02-03 21:00")
    services.send_back(returned, "Thiếu quân số công an", by=make_person(Role.DUTY_OFFICER))
    seen = page.open("home.index")
    cards = seen.texts("main .notice:not(.flashes *)")
    assert "Lượt 21:00 03/02/2026 bị trả lại" in cards[0]
    assert "Thiếu quân số công an" in cards[0]
    assert "Đang tuần tra từ 20:00 05/02/2026" in cards[1]
    assert seen.text("main").index("bị trả lại") < seen.text("main").index("Năm 2026 đến nay")
    edit = seen.follow("Sửa và nộp lại")
    assert edit.url == f"/tuan-tra/{returned.id}/sua"


def test_the_returned_patrol_of_somebody_else_is_his_business(page, leader, signed_in, db):
    returned = make_patrol(by=leader)
    services.send_back(returned, "Thiếu quân số", by=make_person(Role.DUTY_OFFICER))
    signed_in(make_person())
    assert "bị trả lại" not in page.open("home.index").text()


def test_the_team_that_is_out_is_brought_home_from_here(page, leader, db):
    out = make_patrol(by=leader, ended=None)
    assert page.open("home.index").follow("Kết thúc lượt này").url == f"/tuan-tra/{out.id}/sua"


def test_what_waits_for_ones_force_is_listed_until_it_has_confirmed(page, leader, signed_in, db):
    waiting = make_patrol(by=leader)
    make_patrol(by=leader, attendance=attendance(**{POST: 2, MILITARY: 2}))
    civilians = attendance(**{POST: 2, MILITARY: 2, POLICE: (0, 0, 3)})
    make_patrol(by=leader, attendance=civilians)  # no police, only the civilian team beside them
    make_patrol(by=leader, ended=None)
    officer = signed_in(make_person(Role.COMMANDER, of=POLICE))
    before = page.open("home.index")
    services.confirm(waiting, by=officer)
    after = page.open("home.index")
    assert "Chờ Công an xác nhận" in headings(before)
    assert lines(before, "cho-xac-nhan") == [waiting.id]
    assert "Chờ Công an xác nhận" not in headings(after)


def test_everything_that_waits_can_be_confirmed(page, leader, db, signed_in):
    make_patrol(by=leader)
    make_patrol(by=leader, attendance=attendance(**{POST: 2, POLICE: (0, 2, 0)}))
    make_patrol(by=leader, attendance=attendance(**{POST: 2, POLICE: (0, 0, 2)}))
    signed_in(make_person(Role.COMMANDER, of=POLICE))
    for patrol_id in lines(page.open("home.index"), "cho-xac-nhan"):
        assert page.open("logbook.show", patrol_id=patrol_id).has("form[action$=xac-nhan]")


def test_a_clerk_confirms_nothing_and_so_nothing_waits_for_him(page, leader, signed_in):
    make_patrol(by=leader)
    signed_in(make_person(Role.STAFF_CLERK))
    assert not page.open("home.index").has("#cho-xac-nhan")


def test_the_figures_of_the_year_stand_on_the_first_page(page, leader, db):
    make_patrol(by=leader, attendance=attendance(**{POST: 3, POLICE: 2}))
    make_patrol(by=leader, started="2025-12-31 23:30")  # counts for the year before
    make_patrol(by=leader, attendance=attendance(**{POST: 3}))
    make_patrol(by=leader, ended=None)
    seen = page.open("home.index")
    assert seen.texts(".figure__value") == ["1", "5", "1"]
    assert "còn 1 lượt chưa xác nhận đủ" in seen.text()
    opened = seen.follow(".figure--big")
    assert opened.texts(".figure__value")[:2] == ["1", "5"]


def test_the_five_latest_patrols_are_listed(page, leader, db):
    made = [make_patrol(by=leader, started=f"2026-01-{day + 1:02d} 21:00").id for day in range(6)]
    assert lines(page.open("home.index"), "gan-day") == made[:0:-1]


def test_a_committee_sees_lines_it_cannot_open(page, leader, signed_in, db):
    make_patrol(by=leader)
    signed_in(make_person(Role.COMMANDER, of=COMMITTEE))
    seen = page.open("home.index")
    assert len(seen.all("[aria-labelledby=gan-day] .record")) == 1
    assert lines(seen, "gan-day") == []
    assert seen.texts("[aria-labelledby=nam-nay] .figure__value")[0] == "1"


def test_the_first_page_asks_no_more_for_many_than_for_one(page, leader, db):
    make_patrol(by=leader)
    few = page.open("home.index").queries
    for day in range(20):
        make_patrol(by=leader, started=f"2026-01-{day + 1:02d} 21:00")
    assert page.open("home.index").queries <= few


def test_a_commander_sees_the_coast_and_the_night_at_first(page, db, clock, signed_in):
    clock.set("2026-02-06 01:00")
    make_patrol(started="2026-02-05 21:00")
    make_patrol(started="2026-02-06 00:30", ended=None, on="dien_ban_bac")
    make_patrol(started="2026-01-10 21:00")
    signed_in(make_person(Role.COMMANDER))
    seen = page.open("home.index")
    night = seen.texts("[aria-labelledby=dem-nay] .figure__value")
    assert night == ["1", "6", "1"]
    assert seen.text("[aria-labelledby=dem-nay] h2") == "Từ hôm qua đến giờ"
    assert seen.texts(".first-look__map .shore__count") == ["2"]
    assert seen.follow("Mở bản đồ năm 2026").texts("aside .figure__value")[0] == "2"


def test_a_leader_starts_with_his_own_patrols_and_no_map(page, leader, db):
    make_patrol(by=leader)
    assert not page.open("home.index").has(".first-look")
