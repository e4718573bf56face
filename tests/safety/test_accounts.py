"""Devices, unused accounts, passwords that come back, people who move, and the half-yearly look at accounts."""

import itertools
from dataclasses import replace

import pytest
from sqlalchemy import select

from patrol.accounts.models import DeviceSession, Person, Posting
from patrol.accounts.queries import scope_of
from patrol.accounts.rules import PasswordPolicy, Role, device_words, password_problem
from patrol.accounts.services import change_password, reset_password, set_active, transfer
from patrol.audit.models import AuditEvent
from patrol.errors import Invalid
from patrol.patrols.models import Patrol
from patrol.patrols.queries import patrols_of_leader
from patrol.patrols.rules import Status
from tests.builders import MILITARY, PASSWORD, POLICE, POST, make_patrol, make_person, unit

ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile"
)


def browser(app, client, user_agent: str = ANDROID, address: str = "10.0.0.9"):
    other = app.test_client()
    other.environ_base |= client.environ_base | {"HTTP_USER_AGENT": user_agent, "REMOTE_ADDR": address}
    return other


def sign_in(client, person, password: str = PASSWORD):
    return client.post("/dang-nhap", data={"_username": person.username, "_password": password})


def actions(db) -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (ANDROID, "Android, Chrome"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1",
            "iPhone, Safari",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36 Edg/131.0", "Windows, Edge"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Linux, Firefox"),
        ("curl/8.5", ""),
    ],
)
def test_a_device_is_named_by_what_its_browser_says(user_agent, words):
    assert device_words(user_agent) == words


def test_one_signs_a_lost_phone_out_and_stays_signed_in(app, client, page, signed_in, db):
    person = signed_in(make_person())
    phone, tablet = browser(app, client), browser(app, client, "iPad Safari")
    sign_in(phone, person)
    sign_in(tablet, person)
    lost = db.session.scalars(select(DeviceSession).where(DeviceSession.device == ANDROID)).one()
    seen = page.open("/an-toan")
    assert "Android, Chrome" in seen.text(".devices")
    assert "10.0.0.9" in seen.text(".devices")
    seen.form(f'main form[action="/an-toan/thiet-bi/{lost.id}/dang-xuat"]').submit()
    assert [each.get("/tuan-tra").status_code for each in (phone, tablet, client)] == [302, 200, 200]
    page.open("/an-toan").form('main form[action="/an-toan/dang-xuat-noi-khac"]').submit()
    assert [each.get("/tuan-tra").status_code for each in (phone, tablet, client)] == [302, 302, 200]
    assert actions(db)[-2:] == ["session.ended"] * 2


def test_nobody_signs_out_the_device_of_another(client, page, signed_in, app, db):
    victim = make_person()
    phone = browser(app, client)
    sign_in(phone, victim)
    theirs = db.session.scalars(select(DeviceSession.id)).one()
    signed_in(make_person())
    page.post(f"/an-toan/thiet-bi/{theirs}/dang-xuat", {}, expected=404)
    assert phone.get("/tuan-tra").status_code == 200


def test_the_cookie_of_a_session_that_was_signed_out_opens_nothing(client, page, signed_in):
    signed_in(make_person())
    with client.session_transaction() as session:
        stolen = dict(session)
    client.post("/dang-xuat")
    with client.session_transaction() as session:
        session.update(stolen)
    assert client.get("/tuan-tra").status_code == 302


def test_use_is_written_down_every_few_minutes_and_not_more_often(client, signed_in, clock, db):
    began = clock.set("2026-02-05 21:30")
    signed_in(make_person())

    def seen_at():
        db.session.expire_all()
        return db.session.scalars(select(DeviceSession.seen_at)).one()

    clock.advance(minutes=4)
    client.get("/tuan-tra")
    assert seen_at() == began
    later = clock.advance(minutes=2)
    client.get("/tuan-tra")
    assert seen_at() == later


def test_an_account_unused_for_45_days_is_off_and_says_so_to_its_owner_only(page, client, clock, db):
    clock.set("2026-01-01 08:00")
    person = make_person(full_name="Lê Văn Lâu")
    clock.advance(days=44, hours=23)
    assert sign_in(client, person).status_code == 302
    client.post("/dang-xuat")
    clock.advance(days=45)
    typed = {"_username": person.username, "_next": "/"}
    off = page.post("/dang-nhap", {**typed, "_password": PASSWORD}, expected=422)
    wrong = page.post("/dang-nhap", {**typed, "_password": "sai"}, expected=422)
    assert "45 ngày không dùng" in off.text()
    assert "45 ngày" not in wrong.text()
    assert "session.idle" in actions(db)


def test_the_administrator_turns_an_unused_account_on_again(page, client, signed_in, clock):
    clock.set("2026-01-01 08:00")
    person = make_person(full_name="Lê Văn Lâu")
    clock.advance(days=60)
    signed_in(make_person(Role.ADMIN))
    accounts = page.open("/tai-khoan")
    line = next(row for row in accounts.records() if row["Tên đăng nhập"] == person.username)
    assert "tự tắt: 45 ngày không dùng" in line["Vai trò"]
    accounts.form(f'form[action="/tai-khoan/{person.id}/mo"]').submit()
    client.post("/dang-xuat")
    assert sign_in(client, person).status_code == 302


def test_a_new_one_time_password_turns_an_unused_account_on_too(client, clock):
    clock.set("2026-01-01 08:00")
    person = make_person()
    clock.advance(days=60)
    reset_password(person, "Trăng-lên-biển-9", by=None)
    assert sign_in(client, person, "Trăng-lên-biển-9").status_code == 302


def test_an_unused_account_is_turned_on_from_the_machine_itself(runner, client, clock):
    clock.set("2026-01-01 08:00")
    person = make_person(Role.ADMIN)
    clock.advance(days=60)
    assert sign_in(client, person).status_code == 422
    assert runner.invoke(args=["user", "open", person.username]).exit_code == 0
    assert sign_in(client, person).status_code == 302


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("Trăng-lên-biển-9", None),
        ("Trăng-lên-9", "password_too_short"),
        ("trăng-lên-biển-xa", "password_few_kinds"),
        ("TrăngLênBiểnXa9", "password_few_kinds"),
    ],
)
def test_without_a_second_factor_a_password_may_have_to_be_longer_and_mixed(password, problem):
    assert password_problem(password, username="hung.nv", policy=PasswordPolicy(14, kinds=4)) == problem


def test_the_last_passwords_are_not_taken_again(db):
    person = make_person()
    policy = PasswordPolicy(10, history=2)
    words = [PASSWORD, "Bien-dem-lang-1", "Bien-dem-lang-2", "Bien-dem-lang-3"]
    for old, new in itertools.pairwise(words):
        change_password(person, old, new, policy=policy)
        db.session.flush()
    with pytest.raises(Invalid, match="password_used_before"):
        change_password(person, words[3], words[2], policy=policy)
    with pytest.raises(Invalid, match="password_used_before"):
        change_password(person, words[3], words[1], policy=policy)
    change_password(person, words[3], words[0], policy=policy)


def test_an_administrator_changes_his_password_every_two_months_and_nobody_else_has_to(
    page, client, signed_in, clock
):
    clock.set("2026-01-01 08:00")
    admin, leader = make_person(Role.ADMIN), make_person()
    clock.advance(days=60)
    signed_in(leader)
    assert page.open("/tuan-tra").url == "/tuan-tra"
    signed_in(admin)
    asked = page.open("/tai-khoan")
    assert asked.url == "/doi-mat-khau"
    assert "đến hạn đổi" in asked.text()
    new = {"_current": PASSWORD, "_new": "Trăng-lên-biển-9", "_repeated": "Trăng-lên-biển-9"}
    asked.form('main form[action="/doi-mat-khau"]').fill(**new).submit()
    assert page.open("/tai-khoan").url == "/tai-khoan"


def test_somebody_moved_keeps_what_he_wrote_and_sees_what_his_new_unit_sees(
    page, client, signed_in, db, clock
):
    person = make_person(full_name="Lê Văn Chuyển")
    patrol = make_patrol(by=person)
    names = (patrol.leader_name, patrol.lead_unit_name)
    clock.set("2026-03-01 08:00")
    signed_in(make_person(Role.ADMIN))
    form = page.open(f"/tai-khoan/{person.id}").form(f'main form[action="/tai-khoan/{person.id}/chuyen"]')
    done = form.fill(unit_id=str(unit("ca_hoi_an_tay").id), role="duty_officer").submit()
    assert [(row["Từ ngày"], row["Đến ngày"], row["Đơn vị"]) for row in done.records()] == [
        ("01/03/2026", "nay", unit("ca_hoi_an_tay").name),
        ("05/02/2026", "01/03/2026", unit(POST).name),
    ]
    db.session.expire_all()
    kept = db.session.get(Patrol, patrol.id)
    moved = db.session.get(Person, person.id)
    assert (kept.leader_id, kept.leader_name, kept.lead_unit_name) == (person.id, *names)
    assert unit(POST).id not in scope_of(moved).unit_ids
    assert patrols_of_leader(moved.id, statuses=list(Status), seen_by=scope_of(moved)) == []
    signed_in(moved)
    page.open(f"/tuan-tra/{patrol.id}", expected=404)
    assert "account.transferred" in actions(db)


def test_moving_somebody_signs_him_out_and_moving_him_nowhere_does_nothing(app, client, db):
    person, admin = make_person(), make_person(Role.ADMIN)
    phone = browser(app, client)
    sign_in(phone, person)
    assert transfer(person, unit=unit(POST), role=Role.PATROL_LEADER, by=admin) is False
    assert phone.get("/tuan-tra").status_code == 200
    assert transfer(person, unit=unit(MILITARY), role=Role.PATROL_LEADER, by=admin) is True
    assert phone.get("/tuan-tra").status_code == 302
    assert len(db.session.scalars(select(Posting).where(Posting.person_id == person.id)).all()) == 2


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"unit_id": "2000000000"}, "unit_id", "unknown_unit"),
        ({"unit_id": ""}, "unit_id", "required"),
        ({"role": "king"}, "role", "unknown_choice"),
    ],
)
def test_a_move_to_nowhere_comes_back_with_the_reason(page, signed_in, changes, field, code):
    person = make_person()
    signed_in(make_person(Role.ADMIN))
    data = {"unit_id": str(unit(POLICE).id), "role": "commander", **changes}
    seen = page.post(f"/tai-khoan/{person.id}/chuyen", data, expected=422)
    assert seen.one(f"#f-{field}-why")["data-error"] == code


def test_nobody_moves_or_signs_out_himself_here(page, signed_in):
    admin = signed_in(make_person(Role.ADMIN))
    assert page.open(f"/tai-khoan/{admin.id}").all(f'main form[action^="/tai-khoan/{admin.id}"]') == []
    for act in ("chuyen", "dang-xuat", "bo-xac-thuc"):
        page.post(f"/tai-khoan/{admin.id}/{act}", {}, expected=404)
        page.post(f"/tai-khoan/999999/{act}", {}, expected=404)


def test_the_administrator_signs_somebody_out_everywhere(app, client, page, signed_in):
    person = make_person()
    phone = browser(app, client)
    sign_in(phone, person)
    signed_in(make_person(Role.ADMIN))
    page.open(f"/tai-khoan/{person.id}").form(
        f'main form[action="/tai-khoan/{person.id}/dang-xuat"]'
    ).submit()
    assert phone.get("/tuan-tra").status_code == 302


def test_accounts_are_looked_through_every_half_year(page, signed_in, clock, db):
    clock.set("2025-01-01 08:00")
    old = make_person(full_name="Lê Văn Cũ")
    clock.set("2026-02-01 08:00")
    admin = signed_in(make_person(Role.ADMIN, full_name="Trần Quản Trị"))
    listed = page.open("/tai-khoan/ra-soat")
    first = listed.records()[0]
    assert "đến hạn" in first["Rà soát lần trước"]
    assert "Lê Văn Cũ" in first["Họ tên"]
    done = listed.form('main form[action="/tai-khoan/ra-soat"]').fill(person_ids=[str(old.id)]).submit()
    line = next(row for row in done.records() if "Lê Văn Cũ" in row["Họ tên"])
    assert line["Rà soát lần trước"] == "08:00 01/02/2026, Trần Quản Trị"
    assert "Chưa tài khoản nào đến hạn" in done.text()
    assert actions(db).count("account.reviewed") == 1
    nothing = page.post("/tai-khoan/ra-soat", {})
    assert "chưa ghi gì" in nothing.text()
    assert db.session.get(Person, admin.id).reviewed_at is None


def test_switching_on_begins_the_idle_days_anew(clock, db):
    clock.set("2026-01-01 08:00")
    person, admin = make_person(), make_person(Role.ADMIN)
    now = clock.advance(days=50)
    set_active(person, True, by=admin)
    assert person.opened_at == now


def test_the_same_holds_with_other_figures(app, monkeypatch, client, clock):
    monkeypatch.setitem(app.config, "PATROL", replace(app.config["PATROL"], ACCOUNT_IDLE_DAYS=0))
    clock.set("2025-01-01 08:00")
    person = make_person()
    clock.advance(days=400)
    assert sign_in(client, person).status_code == 302
