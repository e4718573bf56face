"""The second factor: switched on from the page, asked at every sign-in, each code once, lost and taken away."""

import base64
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from patrol import clock as patrol_clock
from patrol.accounts.rules import NEEDS_SECOND_FACTOR, Role
from patrol.accounts.services import reset_password, set_active
from patrol.audit.models import AuditEvent
from patrol.extensions import db as the_db
from patrol.factors.models import RecoveryCode, SecondFactor
from patrol.factors.rules import code_at, step_of
from patrol.patrols.models import Patrol
from patrol.units.models import Setting
from tests.builders import PASSWORD, POLICE, form_of, make_patrol, make_person

SECOND = 'main form[action="/dang-nhap"]'


@pytest.fixture
def settings(app, monkeypatch):
    """`settings(SECOND_FACTOR="required")` for this test only."""

    def change(**given):
        monkeypatch.setitem(app.config, "PATROL", replace(app.config["PATROL"], **given))

    return change


class Phone:
    """An authenticator that was told a secret."""

    def __init__(self, secret: str):
        self.secret = base64.b32decode(secret.replace(" ", ""))

    def code(self) -> str:
        return code_at(self.secret, step_of(patrol_clock.now()))


def enrol(page, person) -> tuple[Phone, list[str]]:
    """Through the page, as a person does it; the phone and the recovery codes."""
    offered = page.open("/an-toan")
    phone = Phone(offered.text("main .secret"))
    done = offered.form('main form[action="/an-toan/bat"]').fill(_code=phone.code()).submit()
    return phone, done.texts("main .codes .secret")


def password_step(page, person, **fields):
    return page.post(
        "/dang-nhap", {"_username": person.username, "_password": PASSWORD, "_next": "/", **fields}
    )


def actions(db) -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


@pytest.fixture
def enrolled(page, client, signed_in, clock):
    """A commander with a phone and recovery codes, signed out; a minute later."""
    person = signed_in(make_person(Role.COMMANDER))
    phone, codes = enrol(page, person)
    client.post("/dang-xuat")
    clock.advance(minutes=1)
    return person, phone, codes


def test_the_page_shows_a_drawing_and_the_same_secret_to_type(page, signed_in):
    signed_in(make_person(Role.COMMANDER))
    seen = page.open("/an-toan")
    secret = seen.text("main .secret")
    assert seen.has("main .qr svg path")
    assert f"secret={secret.replace(' ', '')}&" in seen.one('main a[href^="otpauth:"]')["href"]
    assert (
        page.open("/an-toan").text("main .secret") == secret
    )  # the phone that scanned it is not made useless


def test_switching_it_on_gives_recovery_codes_once_and_keeps_no_secret(page, signed_in, db, clock):
    person = signed_in(make_person(Role.COMMANDER))
    phone, codes = enrol(page, person)
    kept = db.session.get(SecondFactor, person.id)
    rows = db.session.scalars(select(RecoveryCode)).all()
    stored = [kept.salt, *(row.digest for row in rows)]
    again = page.open("/an-toan")
    assert len(codes) == len(rows) == 8
    assert not any(code.replace(" ", "") in text for code in codes for text in stored)
    assert base64.b32encode(phone.secret).decode() not in stored
    assert "Còn 8 mã dự phòng chưa dùng." in again.text()
    assert not again.has(".codes")
    assert "account.factor_on" in actions(db)


def test_a_wrong_code_switches_nothing_on(page, signed_in, db):
    person = signed_in(make_person(Role.COMMANDER))
    form = page.open("/an-toan").form('main form[action="/an-toan/bat"]')
    seen = form.fill(_code="000000").submit(expected=422)
    assert "Mã không đúng" in seen.text()
    assert db.session.get(SecondFactor, person.id) is None


def test_after_the_password_a_code_is_asked_and_opens_the_page_that_was_wanted(page, client, enrolled, db):
    person, phone, _ = enrolled
    half = password_step(page, person, _next="/tuan-tra")
    assert half.url == "/dang-nhap"
    assert client.get("/tuan-tra").status_code == 302  # not in yet
    opened = half.form(SECOND).fill(_code=phone.code()).submit()
    assert opened.url == "/tuan-tra"
    assert actions(db)[-1] == "session.signed_in"


def test_a_code_works_once(page, client, enrolled):
    person, phone, _ = enrolled
    code = phone.code()
    password_step(page, person).form(SECOND).fill(_code=code).submit()
    client.post("/dang-xuat")
    refused = password_step(page, person).form(SECOND).fill(_code=code).submit(expected=422)
    assert "Mã không đúng hoặc đã dùng rồi." in refused.text()
    assert client.get("/tuan-tra").status_code == 302


def test_a_recovery_code_works_once(page, client, enrolled, db):
    person, _, codes = enrolled
    opened = password_step(page, person).form(SECOND).fill(_code=codes[3]).submit()
    assert opened.url == "/"
    assert "account.recovery_code_used" in actions(db)
    assert "Còn 7 mã dự phòng" in page.open("/an-toan").text()
    client.post("/dang-xuat")
    password_step(page, person).form(SECOND).fill(_code=codes[3]).submit(expected=422)


def test_codes_are_guessed_only_so_often_whatever_the_address_and_however_often_the_password_is_right(
    page, enrolled, clock
):
    person, phone, _ = enrolled
    for number in range(5):
        half = password_step(page, person)
        assert half.form(SECOND).fill(_code=f"00000{number}").submit(expected=422)
    blocked = password_step(page, person).form(SECOND).fill(_code=phone.code()).submit(expected=429)
    assert "chờ 1 phút" in blocked.text()
    clock.advance(minutes=1, seconds=1)
    assert password_step(page, person).form(SECOND).fill(_code=phone.code()).submit().url == "/"


def test_a_code_without_the_password_opens_nothing(page, client, enrolled):
    _, phone, _ = enrolled
    answer = page.post("/dang-nhap", {"_code": phone.code(), "_next": "/"}, expected=422)
    assert "nhập lại từ đầu" in answer.text()
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("change", ["five minutes", "new password", "switched off"])
def test_the_first_step_does_not_last(page, client, enrolled, clock, db, change):
    person, phone, _ = enrolled
    half = password_step(page, person)
    if change == "five minutes":
        clock.advance(minutes=5, seconds=1)
    elif change == "new password":
        reset_password(person, "Trăng-lên-biển-9", by=None)
    else:
        set_active(person, False, by=None)
    late = half.form(SECOND).fill(_code=phone.code()).submit(expected=422)
    assert "_password" in late.form(SECOND).names
    assert client.get("/").status_code == 302


def test_another_name_can_be_given_instead_of_a_code(page, enrolled):
    person, _, _ = enrolled
    half = password_step(page, person)
    again = half.form(SECOND).submit("Nhập lại tên và mật khẩu")
    assert "_password" in again.form(SECOND).names


def test_a_held_form_survives_the_second_step_and_a_wrong_code(page, client, enrolled, db):
    person, phone, _ = enrolled
    typed = form_of(person, note="Sóng lớn, quay về sớm")
    asked = page.post("/tuan-tra/moi", typed, expected=401)
    half = asked.form(SECOND).fill(_username=person.username, _password=PASSWORD).submit()
    wrong = half.form(SECOND).fill(_code="000000").submit(expected=422)
    saved = wrong.form(SECOND).fill(_code=phone.code()).submit()
    stored = db.session.scalars(select(Patrol)).one()
    assert saved.url == f"/tuan-tra/{stored.id}"
    assert stored.note == "Sóng lớn, quay về sớm"


def test_it_is_switched_off_with_a_code_only(page, enrolled, db, clock):
    person, phone, codes = enrolled
    password_step(page, person).form(SECOND).fill(_code=phone.code()).submit()
    off = 'main form[action="/an-toan/ma-moi"]'
    page.open("/an-toan").form(off).fill(_code="111111").submit("Tắt xác thực hai lớp", expected=422)
    assert db.session.get(SecondFactor, person.id) is not None
    gone = page.open("/an-toan").form(off).fill(_code=codes[0]).submit("Tắt xác thực hai lớp")
    assert "Đã tắt xác thực hai lớp" in gone.text()
    db.session.expire_all()
    assert db.session.get(SecondFactor, person.id) is None
    assert db.session.scalars(select(RecoveryCode)).all() == []


def test_new_recovery_codes_end_the_old_ones(page, enrolled, client):
    person, phone, old = enrolled
    password_step(page, person).form(SECOND).fill(_code=phone.code()).submit()
    made = page.open("/an-toan").form('main form[action="/an-toan/ma-moi"]').fill(_code=old[0])
    new = made.submit("Lập mã dự phòng mới").texts("main .codes .secret")
    client.post("/dang-xuat")
    half = password_step(page, person)
    half.form(SECOND).fill(_code=old[1]).submit(expected=422)
    assert half.form(SECOND).fill(_code=new[0]).submit().url == "/"


def test_the_administrator_takes_a_lost_phone_away_and_it_is_written_down(
    page, signed_in, enrolled, db, client
):
    person, _, _ = enrolled
    signed_in(make_person(Role.ADMIN))
    page.open(f"/tai-khoan/{person.id}").form(
        f'main form[action="/tai-khoan/{person.id}/bo-xac-thuc"]'
    ).submit()
    client.post("/dang-xuat")
    assert password_step(page, person).url == "/"
    assert "account.factor_off" in actions(db)


def test_the_command_takes_a_factor_away(runner, enrolled, db):
    person, _, _ = enrolled
    done = runner.invoke(args=["user", "reset-factor", person.username])
    assert done.exit_code == 0
    assert db.session.get(SecondFactor, person.id) is None
    assert runner.invoke(args=["user", "reset-factor", "khong.co"]).exit_code == 1


@pytest.mark.parametrize("role", list(Role))
def test_when_the_settings_require_it_those_roles_set_it_up_first(page, signed_in, settings, clock, role):
    settings(SECOND_FACTOR="required")
    person = signed_in(make_person(role))
    opened = page.open("/an-toan" if role not in NEEDS_SECOND_FACTOR else "/")
    if role not in NEEDS_SECOND_FACTOR:
        assert opened.has("nav.tabs")
        return
    assert opened.url == "/an-toan"
    assert not opened.has("nav")
    assert "phải có lớp thứ hai" in opened.text()
    enrol(page, person)
    assert page.open("/").has("nav.tabs")


def test_a_form_posted_before_the_factor_is_set_up_is_saved_after_it(page, client, settings, db):
    person = make_person(Role.COMMANDER)
    settings(SECOND_FACTOR="required")
    typed = form_of(person, note="Sóng lớn, quay về sớm")
    asked = page.post("/tuan-tra/moi", typed, expected=401)
    body = asked.form(SECOND).fill(_username=person.username, _password=PASSWORD).data()
    assert client.post("/dang-nhap", data=body).status_code == 307
    held = page.post("/tuan-tra/moi", body, expected=403)
    assert "Chưa lưu, nhưng chưa mất gì" in held.text()
    phone, on = Phone(held.text("main .secret")), 'main form[action="/an-toan/bat"]'
    wrong = held.form(on).fill(_code="000000").submit(expected=422)
    shown = wrong.form(on).fill(_code=phone.code()).submit()
    assert len(shown.texts("main .codes .secret")) == 8
    saved = shown.form('main form[action="/tuan-tra/moi"]').submit("Đã chép mã, lưu tiếp")
    stored = db.session.scalars(select(Patrol)).one()
    assert saved.url == f"/tuan-tra/{stored.id}"
    assert stored.note == "Sóng lớn, quay về sớm"


def test_a_session_that_ends_on_the_page_of_the_factor_keeps_the_form_too(page, client, settings, clock):
    person = make_person(Role.COMMANDER)
    settings(SECOND_FACTOR="required")
    asked = page.post("/tuan-tra/moi", form_of(person, note="Sóng lớn"), expected=401)
    body = asked.form(SECOND).fill(_username=person.username, _password=PASSWORD).data()
    client.post("/dang-nhap", data=body)
    held = page.post("/tuan-tra/moi", body, expected=403)
    clock.advance(minutes=45)
    again = held.form('main form[action="/an-toan/bat"]').fill(_code="000000").submit(expected=401)
    assert (again.form(SECOND).value("_next"), again.form(SECOND).value("note")) == (
        "/tuan-tra/moi",
        "Sóng lớn",
    )


def test_who_has_to_set_it_up_first_confirms_nothing_on_somebodys_phone(page, signed_in, settings, db):
    leader, police = make_person(), make_person(Role.COMMANDER, of=POLICE)
    patrol = make_patrol(by=leader)
    settings(SECOND_FACTOR="required")
    signed_in(leader)
    form = page.open(f"/tuan-tra/{patrol.id}").form(
        f'main form[action="/tuan-tra/{patrol.id}/xac-nhan-tai-cho"]'
    )
    seen = form.fill(other_name=police.username, other_password=PASSWORD).submit(expected=422)
    assert "phải bật xác thực hai lớp trước" in seen.text()
    db.session.expire_all()
    assert patrol.confirmations == []


def test_where_it_is_off_nobody_is_asked(page, enrolled, settings):
    person, _, _ = enrolled
    settings(SECOND_FACTOR="off")
    assert password_step(page, person).url == "/"


def test_a_demonstration_never_requires_it(databases, kind):
    with databases.app(databases.prepared(kind)) as app:
        app.config["PATROL"] = replace(app.config["PATROL"], SECOND_FACTOR="required")
        with app.app_context():
            make_person(Role.COMMANDER, username="chihuy")
            the_db.session.add(Setting(key="is_demo", value="yes", valid_from=date(2000, 1, 1)))
            the_db.session.commit()
        client = app.test_client()
        client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
        client.post("/dang-nhap", data={"_username": "chihuy", "_password": PASSWORD})
        assert client.get("/tuan-tra").status_code == 200
