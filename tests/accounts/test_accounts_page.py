"""The administrator makes accounts, gives one-time passwords, and switches accounts off."""

import pytest
from sqlalchemy import select

from patrol.accounts.models import Person
from patrol.accounts.queries import person_by_username
from patrol.accounts.rules import Role
from tests.builders import PASSWORD, POLICE, make_person, unit

NEW = {"full_name": "Trần Thị Sóng", "rank": "Đại uý", "username": "Sóng.TT", "role": "commander"}


@pytest.fixture
def admin(signed_in):
    return signed_in(make_person(Role.ADMIN))


@pytest.fixture
def accounts(page, admin):
    return lambda: page.open("/tai-khoan")


def make(accounts, *, expected: int = 200, **changes):
    typed = {**NEW, "unit_id": str(unit(POLICE).id), **changes}
    return accounts().form('main form[action="/tai-khoan"]').fill(**typed).submit(expected=expected)


def sign_in(client, username: str, password: str):
    return client.post("/dang-nhap", data={"_username": username, "_password": password, "_next": "/"})


def test_a_new_account_gets_a_one_time_password_that_is_shown_once(accounts, app, client):
    made = make(accounts)
    password = made.text(".secret")
    assert "Tên đăng nhập song.tt" in made.text()
    assert password not in accounts().html
    client.post("/dang-xuat")
    assert sign_in(client, "Sóng.TT", password).status_code == 302
    assert client.get("/tuan-tra").location == "/doi-mat-khau"


def test_a_new_account_stands_in_the_list_as_it_was_typed(accounts):
    make(accounts, full_name="  Trần   Thị Sóng ")
    line = next(row for row in accounts().records() if row["Tên đăng nhập"] == "song.tt")
    assert line["Họ tên"] == "Đại uý Trần Thị Sóng"
    assert line["Vai trò"] == "Chỉ huy"
    assert line["Đơn vị"] == unit(POLICE).name
    assert line["Đăng nhập gần nhất"] == "chưa lần nào"


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("username", "", "required"),
        ("username", "\u0301\u0301", "required"),
        ("username", "x" * 61, "too_long"),
        ("full_name", "   ", "required"),
        ("full_name", "x" * 201, "too_long"),
        ("rank", "x" * 61, "too_long"),
        ("role", "", "required"),
        ("role", "king", "unknown_choice"),
        ("unit_id", "", "required"),
        ("unit_id", "2000000000", "unknown_unit"),
        ("unit_id", "9" * 30, "unknown_unit"),
        ("unit_id", "abc", "not_a_number"),
    ],
)
def test_what_cannot_be_an_account_comes_back_with_the_reason(page, admin, db, field, typed, code):
    data = {**NEW, "unit_id": str(unit(POLICE).id), field: typed}
    seen = page.post("/tai-khoan", data, expected=422)
    assert seen.one(f"#f-{field}-why")["data-error"] == code
    if field != "full_name":
        assert seen.form('main form[action="/tai-khoan"]').value("full_name") == NEW["full_name"]
    assert db.session.scalars(select(Person.username)).all() == [admin.username]


@pytest.mark.parametrize("typed", ["sóng.tt", "SONG.TT", " song .tt", "Sông.tt"])
def test_a_name_that_differs_only_in_its_accents_is_taken(accounts, typed):
    make(accounts)
    again = make(accounts, username=typed, expected=422)
    assert again.text("#f-username-why") == "Tên đăng nhập này đã có người dùng."


def test_a_reset_shows_the_password_once_and_ends_the_wait(accounts, client, page):
    person = make_person(full_name="Lê Văn Quên")
    for _ in range(6):
        sign_in(client, person.username, "sai")
    given = accounts().form(f'form[action="/tai-khoan/{person.id}/cap-lai"]').submit()
    password = given.text(".secret")
    assert "Mật khẩu dùng một lần của Lê Văn Quên" in given.text()
    assert password not in accounts().html
    client.post("/dang-xuat")
    assert sign_in(client, person.username, PASSWORD).status_code == 422
    assert sign_in(client, person.username, password).status_code == 302
    assert page.open("/").url == "/doi-mat-khau"


def test_an_account_switched_off_cannot_sign_in_until_it_is_switched_on(accounts, app, client):
    person = make_person(full_name="Lê Văn Nghỉ")
    off = accounts().form(f'form[action="/tai-khoan/{person.id}/khoa"]').submit()
    line = next(row for row in off.records() if row["Tên đăng nhập"] == person.username)
    visitor = app.test_client()
    visitor.environ_base |= client.environ_base
    assert line["Vai trò"] == "Tổ trưởng (đã khoá)"
    assert sign_in(visitor, person.username, PASSWORD).status_code == 422
    accounts().form(f'form[action="/tai-khoan/{person.id}/mo"]').submit()
    assert sign_in(visitor, person.username, PASSWORD).status_code == 302


def test_nobody_touches_his_own_account_here(accounts, page, admin, db):
    assert accounts().all(f'form[action^="/tai-khoan/{admin.id}/"]') == []
    for act in ("cap-lai", "khoa", "mo"):
        page.post(f"/tai-khoan/{admin.id}/{act}", {}, expected=404)
    kept = db.session.get(Person, admin.id)
    assert (kept.is_active, kept.must_change_password) == (True, False)
    assert accounts().url == "/tai-khoan"  # and he is still signed in


@pytest.mark.parametrize("number", ["0", "2147483647", "2147483648", "9" * 40])
def test_an_account_that_does_not_exist_is_not_found(page, admin, number):
    page.post(f"/tai-khoan/{number}/cap-lai", {}, expected=404)
    page.post(f"/tai-khoan/{number}/khoa", {}, expected=404)


def test_accounts_stand_by_unit_and_then_by_given_name(accounts):
    for name in ("Nguyễn Văn Yên", "Trần An", "Lê Thị Bình"):
        make_person(full_name=name, of=POLICE)
    names = [row["Họ tên"] for row in accounts().records()]
    assert [name for name in names if name in ("Nguyễn Văn Yên", "Trần An", "Lê Thị Bình")] == [
        "Trần An",
        "Lê Thị Bình",
        "Nguyễn Văn Yên",
    ]


def test_a_name_with_markup_stays_text(accounts):
    make(accounts, full_name='<script>alert("x")</script> & Sóng')
    seen = accounts()
    assert 'Đại uý <script>alert("x")</script> & Sóng' in [row["Họ tên"] for row in seen.records()]


def test_the_new_account_is_active_and_has_never_signed_in(accounts, db):
    make(accounts)
    person = person_by_username("song.tt")
    assert (person.is_active, person.must_change_password, person.signed_in_at) == (True, True, None)
