"""A session ends by itself, on sign-out, and everywhere at once when the account changes."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from patrol.accounts.queries import person_by_session
from patrol.accounts.rules import PasswordPolicy, Role
from patrol.accounts.services import change_password, reset_password, set_active
from tests.builders import PASSWORD, make_person


def sign_in(client: FlaskClient, person, password: str = PASSWORD, **fields: str):
    return client.post(
        "/dang-nhap",
        data={"_username": person.username, "_password": password, "_next": "/tuan-tra", **fields},
    )


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/tuan-tra").status_code == 200


def another_browser(app: Flask, client: FlaskClient) -> FlaskClient:
    other = app.test_client()
    other.environ_base |= client.environ_base
    return other


def test_signing_in_leads_to_the_page_that_was_asked_for(client):
    person = make_person()
    asked = client.get("/tuan-tra?tim=Bãi Bụt")
    answer = client.post(
        "/dang-nhap",
        data={
            "_username": person.username,
            "_password": PASSWORD,
            "_next": "/tuan-tra?tim=B%C3%A3i+B%E1%BB%A5t",
        },
    )
    assert asked.location.startswith("/dang-nhap?next=/tuan-tra")
    assert answer.status_code == 302
    assert answer.location == "/tuan-tra?tim=B%C3%A3i+B%E1%BB%A5t"


def test_nothing_set_before_signing_in_lives_on_in_the_session(client):
    person = make_person()
    with client.session_transaction() as planted:
        planted["planted"] = "by somebody else"
        planted["_user_id"] = "999.1"
    sign_in(client, person)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert person_by_session(session["_user_id"]).id == person.id


def test_an_idle_session_is_asked_for_its_password_again_and_says_why(client, page, signed_in, clock):
    signed_in(make_person())
    clock.advance(minutes=30)
    assert is_signed_in(client)
    clock.advance(minutes=31)
    asked = page.open("/tuan-tra")
    assert asked.url.startswith("/dang-nhap?next=/tuan-tra")
    assert "Phiên làm việc đã kết thúc" in asked.text()
    assert not is_signed_in(client)


def test_a_session_in_use_stays_open_but_never_longer_than_its_hours(client, signed_in, clock):
    signed_in(make_person())
    for _ in range(12 * 3):
        clock.advance(minutes=20)
        assert is_signed_in(client)
    clock.advance(minutes=1)
    assert not is_signed_in(client)


def test_an_idle_session_is_forgotten_on_a_page_that_does_not_exist_too(client, signed_in, clock):
    person = signed_in(make_person(full_name="Nguyễn Thị Vắng Mặt"))
    assert person.full_name in client.get("/khong-co").text
    clock.advance(minutes=31)
    assert person.full_name not in client.get("/khong-co").text


def test_signing_out_ends_the_session(client, page, signed_in):
    signed_in(make_person())
    left = page.open("/tuan-tra").form('form[action="/dang-xuat"]').submit()
    assert left.url == "/dang-nhap"
    assert not is_signed_in(client)


def test_signing_out_of_a_session_that_has_ended_asks_for_nothing_to_be_saved(page, client):
    asked = page.post("/dang-xuat", {}, expected=401)
    assert "Chưa lưu" not in asked.text()
    assert asked.form().value("_next") == "/"


@pytest.mark.parametrize("change", ["password", "reset", "deactivated", "off and on again"])
def test_a_change_of_the_account_signs_out_everywhere(app, client, change, db):
    person, admin = make_person(), make_person(Role.ADMIN)
    phone = another_browser(app, client)
    sign_in(client, person)
    sign_in(phone, person)
    assert is_signed_in(client) and is_signed_in(phone)
    if change == "password":
        change_password(person, PASSWORD, "Trăng-lên-biển-9", policy=PasswordPolicy(10))
    elif change == "reset":
        reset_password(person, "Trăng-lên-biển-9", by=admin)
    else:
        set_active(person, False, by=admin)
        if change == "off and on again":
            set_active(person, True, by=admin)
    assert not is_signed_in(client)
    assert not is_signed_in(phone)


def test_changing_the_password_on_its_page_keeps_this_browser_and_ends_the_others(app, client, page, db):
    person = make_person()
    phone = another_browser(app, client)
    sign_in(client, person)
    sign_in(phone, person)
    done = (
        page.open("/doi-mat-khau")
        .form("main form")
        .fill(_current=PASSWORD, _new="Trăng-lên-biển-9", _repeated="Trăng-lên-biển-9")
        .submit()
    )
    assert "Đã đổi mật khẩu" in done.text()
    assert is_signed_in(client)
    assert not is_signed_in(phone)
    assert sign_in(phone, person).status_code == 422
    assert sign_in(phone, person, "Trăng-lên-biển-9").status_code == 302


@pytest.mark.parametrize(
    ("current", "new", "again", "field", "sentence"),
    [
        ("", "", "", "_current", "Chưa ghi mục này."),
        ("sai-mat-khau", "Trăng-lên-biển-9", "Trăng-lên-biển-9", "_current", "Mật khẩu hiện tại không đúng."),
        (PASSWORD, "ngan", "ngan", "_new", "Mật khẩu quá ngắn."),
        (
            PASSWORD,
            "aaaabbbbcccc",
            "aaaabbbbcccc",
            "_new",
            "Mật khẩu quá đơn giản: cần ít nhất 5 ký tự khác nhau.",
        ),
        (PASSWORD, "xx-hung.nv-xx1", "xx-hung.nv-xx1", "_new", "Mật khẩu không được chứa tên đăng nhập."),
        (PASSWORD, PASSWORD, PASSWORD, "_new", "Mật khẩu mới phải khác mật khẩu cũ."),
        (
            PASSWORD,
            "Trăng-lên-biển-9",
            "Trăng-lên-biển",
            "_repeated",
            "Hai lần ghi mật khẩu mới không giống nhau.",
        ),
    ],
)
def test_a_password_that_cannot_be_is_refused_with_the_reason(
    page, client, signed_in, current, new, again, field, sentence
):
    person = signed_in(make_person(username="hung.nv"))
    form = page.open("/doi-mat-khau").form("main form")
    seen = form.fill(_current=current, _new=new, _repeated=again).submit(expected=422)
    assert seen.text(f"#f-{field}-why") == sentence
    assert seen.form("main form").value("_new") == ""
    assert sign_in(client, person).status_code == 302


def test_a_one_time_password_must_be_changed_before_anything_else(page, client):
    person = make_person(must_change=True)
    first = client.post(
        "/dang-nhap", data={"_username": person.username, "_password": PASSWORD, "_next": "/tuan-tra"}
    )
    assert first.location == "/tuan-tra"
    for path in ("/", "/tuan-tra", "/tuan-tra/moi", "/tong-ket"):
        assert client.get(path).location == "/doi-mat-khau"
    asked = page.open("/tuan-tra")
    assert "mật khẩu dùng một lần" in asked.text()
    assert asked.all("nav") == []
    asked.form('main form[action="/doi-mat-khau"]').fill(
        _current=PASSWORD, _new="Trăng-lên-biển-9", _repeated="Trăng-lên-biển-9"
    ).submit()
    assert is_signed_in(client)


def test_somebody_signed_in_is_not_asked_again(client, signed_in):
    signed_in(make_person())
    answer = client.get("/dang-nhap?next=/tong-ket")
    assert (answer.status_code, answer.location) == (302, "/tong-ket")


ELSEWHERE = [
    "//evil.example",
    "//evil.example/tuan-tra",
    "/\\evil.example",
    "\\\\evil.example",
    "///evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:/\\evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "//[",
    "http://[::1",
    "",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_never_leads_to_another_site(client, wanted):
    person = make_person()
    answer = sign_in(client, person, _next=wanted)
    assert (answer.status_code, answer.location) == (302, "/")
    again = client.get("/dang-nhap", query_string={"next": wanted})
    assert (again.status_code, again.location) == (302, "/")


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_the_sign_in_page_never_carries_another_site(page, wanted):
    seen = page.open(
        "/dang-nhap" if not wanted else "accounts.sign_in", **({"next": wanted} if wanted else {})
    )
    assert seen.form().value("_next") == "/"


def test_the_session_cookie_can_be_read_by_no_script_and_sent_by_no_other_site(client, app):
    person = make_person()
    cookie = sign_in(client, person).headers["Set-Cookie"]
    assert cookie.startswith("so_tuan_tra=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
