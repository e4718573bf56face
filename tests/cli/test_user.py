"""`flask user add` and `flask user reset`: accounts from the command line, the password from standard input."""

import pytest
from sqlalchemy import select

from patrol.accounts.models import Person, SignInTry
from patrol.accounts.queries import person_by_username
from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from tests.builders import PASSWORD, POST, make_person, unit

WORD = "Trăng-lên-biển-9"


@pytest.fixture
def user(runner):
    """`user("add", NAME, "--role", …, word=…)` → exit code and all that was printed."""

    def run(*args: str, word: str = WORD):
        done = runner.invoke(args=["user", *args, "--password-stdin"], input=f"{word}\n")
        assert word == "" or word not in done.output
        return done

    return run


def add(
    user, name: str = "hung.nv", *, role: str = "commander", of: str = POST, word: str = WORD, **more: str
):
    options = [text for key, value in more.items() for text in (f"--{key.replace('_', '-')}", value)]
    return user("add", name, "--role", role, "--unit", of, *options, word=word)


@pytest.mark.parametrize("role", list(Role))
def test_an_account_of_every_role_can_be_made_and_signs_in(user, client, role):
    made = add(user, role=role.value)
    signed = client.post("/dang-nhap", data={"_username": "hung.nv", "_password": WORD, "_next": "/"})
    assert (made.exit_code, made.output) == (0, "Đã lập tài khoản hung.nv.\n")
    assert signed.status_code == 302
    person = person_by_username("hung.nv")
    assert (person.role, person.unit.code, person.must_change_password) == (role, POST, False)


def test_name_and_rank_are_kept_as_given(user):
    add(user, "Hùng NV", full_name="Nguyễn Văn Hùng", rank="Đại uý")
    person = person_by_username("hungnv")
    assert (person.username, person.rank, person.full_name) == ("hungnv", "Đại uý", "Nguyễn Văn Hùng")


@pytest.mark.parametrize("line", [f"{WORD}\n", f"{WORD}\r\n", WORD, f"{WORD}\nmore\n"])
def test_the_password_is_the_first_line_without_its_end(runner, client, line):
    args = ["user", "add", "hung.nv", "--role", "admin", "--unit", POST, "--password-stdin"]
    assert runner.invoke(args=args, input=line).exit_code == 0
    assert client.post("/dang-nhap", data={"_username": "hung.nv", "_password": WORD}).status_code == 302


def test_an_unknown_unit_lists_the_codes_there_are(user, db):
    refused = add(user, of="dbp_khong_co")
    assert refused.exit_code == 1
    assert "Không có đơn vị nào mang mã dbp_khong_co. Các mã: " in refused.stderr
    assert "dbp_cua_dai" in refused.stderr
    assert db.session.scalars(select(Person)).all() == []


def test_an_unknown_role_lists_the_roles_there_are(user):
    refused = add(user, role="king")
    assert refused.exit_code == 2
    for role in Role:
        assert role in refused.stderr


@pytest.mark.parametrize(
    ("name", "word", "sentence"),
    [
        ("hung.nv", "", "Mật khẩu quá ngắn."),
        ("hung.nv", "ngan", "Mật khẩu quá ngắn."),
        ("hung.nv", "1111122222", "Mật khẩu quá đơn giản: cần ít nhất 5 ký tự khác nhau."),
        ("Hùng.NV", "xx-hung.nv-2026", "Mật khẩu không được chứa tên đăng nhập."),
        ("", WORD, "Chưa ghi mục này."),
        (" \u0301", WORD, "Chưa ghi mục này."),
        ("x" * 61, WORD, "Quá dài. Hãy ghi ngắn lại."),
    ],
)
def test_what_cannot_be_an_account_is_refused_in_words(user, db, name, word, sentence):
    refused = add(user, name, word=word)
    assert (refused.exit_code, refused.stderr) == (1, f"Error: {sentence}\n")
    assert refused.stdout == ""
    assert db.session.scalars(select(Person)).all() == []


@pytest.mark.parametrize("again", ["hung nv", "hungnv", "HÙNG NV"])
def test_a_name_that_is_taken_is_refused_however_it_is_written(user, again):
    add(user, "hung nv")
    refused = add(user, again)
    assert (refused.exit_code, refused.stderr) == (1, "Error: Tên đăng nhập này đã có người dùng.\n")


def test_without_saying_where_the_password_comes_from_nothing_is_done(runner, db):
    refused = runner.invoke(args=["user", "add", "hung.nv", "--role", "admin", "--unit", POST])
    assert refused.exit_code == 2
    assert db.session.scalars(select(Person)).all() == []


def test_a_reset_gives_a_one_time_password_and_ends_sessions_and_waits(user, client, signed_in, db):
    person = signed_in(make_person(username="hung.nv"))
    for _ in range(5):
        client.post("/dang-nhap", data={"_username": "hung.nv", "_password": "sai"})
    done = user("reset", "Hùng.NV")
    assert (done.exit_code, done.output) == (
        0,
        "Đã cấp lại mật khẩu cho hung.nv; lần đăng nhập tới phải đổi.\n",
    )
    assert client.get("/tuan-tra").location == "/dang-nhap?next=/tuan-tra"
    assert db.session.scalars(select(SignInTry)).all() == []
    signs_in = [
        client.post("/dang-nhap", data={"_username": "hung.nv", "_password": word}).status_code
        for word in (PASSWORD, WORD)
    ]
    assert signs_in == [422, 302]
    assert client.get("/tuan-tra").location == "/doi-mat-khau"
    assert db.session.get(Person, person.id).must_change_password


@pytest.mark.parametrize(
    ("name", "word", "sentence"),
    [("khong.co", WORD, "Không có tài khoản khong.co."), ("hung.nv", "ngan", "Mật khẩu quá ngắn.")],
)
def test_a_reset_that_cannot_be_is_refused_and_changes_nothing(user, client, db, name, word, sentence):
    make_person(username="hung.nv")
    db.session.commit()
    refused = user("reset", name, word=word)
    assert (refused.exit_code, refused.stderr) == (1, f"Error: {sentence}\n")
    assert client.post("/dang-nhap", data={"_username": "hung.nv", "_password": PASSWORD}).status_code == 302


def test_both_stand_in_the_trail_as_done_by_the_system(user, db):
    add(user)
    user("reset", "hung.nv")
    lines = [
        (event.action, event.actor_id, event.actor_name) for event in db.session.scalars(select(AuditEvent))
    ]
    assert lines[-2:] == [("account.created", None, "hệ thống"), ("account.password_reset", None, "hệ thống")]
    assert unit().code == POST
