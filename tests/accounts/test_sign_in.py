"""Signing in: who gets in, how many wrong tries are free, and how long one waits after them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from patrol.accounts import services
from patrol.accounts.models import Person, SignInTry
from patrol.accounts.rules import PasswordPolicy, account_name, password_problem, wait_after
from patrol.accounts.services import SYLLABLES, one_time_password
from tests.builders import PASSWORD, make_person


def attempt(client, username: str, password: str = PASSWORD, *, address: str = "10.0.0.7"):
    return client.post(
        "/dang-nhap",
        data={"_username": username, "_password": password, "_next": "/"},
        environ_base={"REMOTE_ADDR": address},
    )


def fail(client, username: str, times: int, *, address: str = "10.0.0.7") -> list[int]:
    return [attempt(client, username, "sai", address=address).status_code for _ in range(times)]


def test_the_right_password_opens_the_first_page(client):
    person = make_person()
    answer = attempt(client, person.username)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("who", ["wrong password", "unknown name", "switched off", "nothing typed"])
def test_whoever_is_refused_reads_the_same_sentence(page, client, db, who):
    person = make_person(username="hung.nv")
    person.is_active = who != "switched off"
    name = {"unknown name": "khong.co", "nothing typed": ""}.get(who, "hung.nv")
    word = "sai-mat-khau" if who == "wrong password" else "" if who == "nothing typed" else PASSWORD
    seen = page.open("/dang-nhap").form().fill(_username=name, _password=word).submit(expected=422)
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in seen.text()
    assert seen.form().value("_username") == name
    assert seen.form().value("_password") == ""
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "typed", ["dung.tv", "DUNG.TV", " Dũng.TV ", "đũng.tv", "Du\u0303ng.tv", "dung . tv", "dung\u200b.tv"]
)
def test_a_name_may_be_typed_with_accents_capitals_and_spaces(client, typed):
    make_person(username="Dũng.TV")
    assert attempt(client, typed).status_code == 302


@pytest.mark.parametrize("typed", ["nguoi\x00", "\x00", "x" * 5000, "🌊" * 300, "' OR 1=1 --"])
def test_a_strange_name_is_a_wrong_name_and_nothing_more(client, typed):
    assert attempt(client, typed).status_code == 422
    assert attempt(client, typed).status_code == 422


def test_a_null_among_the_letters_does_not_hide_the_name(client):
    make_person(username="hung.nv")
    assert attempt(client, "hung\x00.nv").status_code == 302


def test_after_five_failures_the_wait_grows_and_ends_at_an_hour(client, clock):
    person = make_person()
    assert fail(client, person.username, 5) == [422] * 5
    waits = []
    for _ in range(8):
        blocked = attempt(client, person.username)
        assert blocked.status_code == 429
        minutes = next(each for each in (1, 5, 15, 30, 60) if f"chờ <strong>{each} phút" in blocked.text)
        waits.append(minutes)
        clock.advance(seconds=minutes * 60 - 1)
        assert attempt(client, person.username).status_code == 429
        clock.advance(seconds=1)
        assert attempt(client, person.username, "sai").status_code == 422
    assert waits == [1, 5, 15, 30, 60, 60, 60, 60]
    clock.advance(minutes=60)
    assert attempt(client, person.username).status_code == 302


def test_the_wait_is_said_in_minutes_with_what_to_do(page, client, clock):
    person = make_person()
    fail(client, person.username, 5, address="127.0.0.1")
    clock.advance(seconds=30)
    form = page.open("/dang-nhap").form().fill(_username=person.username, _password=PASSWORD)
    seen = form.submit(expected=429)
    assert "Hãy chờ 1 phút rồi thử lại; tài khoản không bị khoá." in seen.text()


def test_a_try_while_waiting_neither_counts_nor_lengthens_the_wait(client, clock):
    person = make_person()
    fail(client, person.username, 5)
    assert fail(client, person.username, 20) == [429] * 20
    clock.advance(minutes=1)
    assert attempt(client, person.username).status_code == 302


def test_another_address_and_another_name_are_not_held_up(client, clock):
    person, colleague = make_person(), make_person()
    fail(client, person.username, 6)
    assert attempt(client, colleague.username).status_code == 302
    assert attempt(client, person.username, address="10.0.0.8").status_code == 302
    assert attempt(client, person.username).status_code == 429


def test_spelling_a_name_differently_gives_no_more_tries(client, clock):
    make_person(username="dung.tv")
    spellings = ["dung.tv", "Dũng.tv", "dung .tv", "DUNG.TV", "dung\u200b.tv"]
    assert [attempt(client, typed, "sai").status_code for typed in spellings] == [422] * 5
    assert attempt(client, "dung.tv").status_code == 429


def test_a_success_forgets_the_failures(client, clock, db):
    person = make_person()
    fail(client, person.username, 4)
    assert attempt(client, person.username).status_code == 302
    assert fail(client, person.username, 4) == [422] * 4
    assert attempt(client, person.username).status_code == 302
    assert db.session.scalar(select(func.count(SignInTry.id))) == 0


def test_an_unknown_name_is_slowed_down_like_a_known_one(client, clock):
    assert fail(client, "khong.co", 5) == [422] * 5
    assert attempt(client, "khong.co").status_code == 429


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(client, monkeypatch):
    make_person(username="hung.nv")
    hashed = []
    monkeypatch.setattr(services, "_matches", lambda kept, typed: hashed.append(kept.split("$")[1:4]))
    attempt(client, "hung.nv", "sai")
    attempt(client, "khong.co", "sai")
    assert hashed[0] == hashed[1]


def test_a_very_long_address_is_counted_like_any_other(client, clock):
    person = make_person()
    assert fail(client, person.username, 5, address="f" * 90) == [422] * 5
    assert attempt(client, person.username, address="f" * 90).status_code == 429


def test_the_moment_of_signing_in_is_kept(client, clock, db):
    person = make_person()
    now = clock.set("2026-02-06 06:15")
    attempt(client, person.username)
    assert db.session.get(Person, person.id).signed_in_at == now


def test_the_waits_are_these():
    waits = [wait_after(failures) for failures in (0, 1, 4, 5, 6, 7, 8, 9, 1000)]
    assert waits == [None, None, None, *(timedelta(minutes=each) for each in (1, 5, 15, 30, 60, 60))]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Nguyễn Đức", "nguyenduc"), (" HÙNG.nv\n", "hung.nv"), ("\u0301", ""), ("a\x00b", "ab")],
)
def test_a_name_is_kept_without_accents_capitals_and_spaces(typed, kept):
    assert account_name(typed) == kept


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("Bien-dem-lang-7", None),
        ("biển lặng", "password_too_short"),
        ("biển lặng ê", None),
        ("xHUNG.NV-2026", "password_holds_name"),
        ("1111111111", "password_too_simple"),
        ("1212121212", "password_too_simple"),
    ],
)
def test_what_can_be_a_password(password, problem):
    assert password_problem(password, username="hung.nv", policy=PasswordPolicy(10)) == problem


def test_a_one_time_password_can_be_read_out_and_passes_the_rules():
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert password_problem(password, username="quantri", policy=PasswordPolicy(10)) is None
        assert set(password) <= set("".join(SYLLABLES) + "-0123456789")
