"""What goes wrong is said in Vietnamese, on a page that needs nothing, and gives nothing away."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

import config
from patrol import create_app, vocabulary
from patrol.accounts.rules import Role
from patrol.errors import DomainError
from patrol.extensions import db as the_db
from patrol.web.access import allow
from patrol.wording import FIELD
from tests.builders import PASSWORD, make_person
from tests.databases import settings
from tests.pages import Page

LEAKS = ("Traceback", "sqlite", "psycopg", "SELECT", "OperationalError", "secret", ".py", "patrol_test")


@pytest.fixture
def real(databases, kind) -> Iterator[Flask]:
    """An app as it runs in earnest, with routes that go wrong and a leader who can sign in."""
    url = databases.prepared(kind)
    env = settings(url, databases.folder) | {"PATROL_ENV": "production", "UPLOAD_MAX_MB": "1"}
    app = create_app(config.load(env))

    @app.get("/hong")
    @allow("own_account")
    def broken() -> str:
        raise RuntimeError("secret words of a bug")

    @app.get("/api/hong")
    @allow("own_account")
    def broken_for_programs() -> str:
        raise RuntimeError("secret words of a bug")

    with app.app_context():
        make_person(Role.PATROL_LEADER, username="to.truong", full_name="Nguyễn Thị Đang Trực")
        the_db.session.commit()
    try:
        yield app
    finally:
        with app.app_context():
            the_db.session.remove()
            the_db.engine.dispose()


@pytest.fixture
def browser(real: Flask) -> FlaskClient:
    client = real.test_client()
    client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
    answer = client.post("/dang-nhap", data={"_username": "to.truong", "_password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.fixture
def gone(real: Flask, browser: FlaskClient, databases) -> FlaskClient:
    """The same browser, signed in, after the database went away."""
    with real.app_context():
        engine = the_db.engine
        engine.dispose()
        engine.pool._creator = lambda *_: engine.dialect.connect(*unreachable(engine.url, databases.folder))
    return browser


def unreachable(url, folder: Path) -> tuple:
    if url.get_backend_name() == "sqlite":
        return (str(folder / "no" / "such" / "folder.db"),)
    return (make_url("postgresql://nobody:secret@127.0.0.1:1/gone").render_as_string(hide_password=False),)


def nothing_leaks(answer) -> bool:
    return not [leak for leak in LEAKS if leak in answer.text]


def test_a_page_that_does_not_exist_says_what_to_do(page):
    seen = page.open("/khong-co", expected=404)
    assert seen.text("h1") == "Không có trang này"
    assert "về trang đầu" in seen.text()


def test_an_address_that_only_takes_a_button_is_a_page_that_does_not_exist(page, signed_in):
    signed_in(make_person(Role.COMMANDER))
    assert page.open("/tuan-tra/1/huy", expected=404).text("h1") == "Không có trang này"
    assert page.open("/dang-xuat", expected=404).text("h1") == "Không có trang này"


def test_a_page_of_another_role_says_so(page, signed_in):
    signed_in(make_person())
    assert page.open("/tai-khoan", expected=403).text("h1") == "Đồng chí không có quyền làm việc này"


@pytest.mark.parametrize("signed", [True, False])
def test_too_much_at_once_is_said_in_words(real, browser, signed):
    visitor = browser if signed else real.test_client()
    visitor.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
    answer = visitor.post("/tuan-tra/moi", data={"note": "x" * (2**20 + 1000)})
    assert answer.status_code == 413
    assert "Dữ liệu gửi lên quá lớn. Chưa có gì được lưu." in answer.text


def test_a_bug_shows_the_page_of_failures_and_nothing_of_itself(browser):
    answer = browser.get("/hong")
    assert answer.status_code == 500
    assert "Máy chủ gặp trục trặc" in answer.text
    assert nothing_leaks(answer)


def test_a_bug_is_told_to_programs_in_json(browser):
    answer = browser.get("/api/hong")
    assert (answer.status_code, answer.json) == (500, {"code": "failure"})


def test_a_bug_is_not_hidden_from_a_test(app, client, signed_in, monkeypatch):
    def broken() -> str:
        raise RuntimeError("a bug")

    signed_in(make_person())
    broken.required_permission = "own_account"
    monkeypatch.setitem(app.view_functions, "home.index", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        client.get("/")


def test_an_unknown_address_of_programs_answers_in_json(client):
    answer = client.get("/api/khong-co")
    assert (answer.status_code, answer.json) == (404, {"code": "not_found", "errors": {}})


@pytest.mark.parametrize("path", ["/", "/tuan-tra", "/tong-ket", "/khong-co", "/dang-nhap", "/tai-khoan"])
def test_without_its_database_every_page_is_the_page_of_failures(gone, path):
    answer = gone.get(path)
    assert answer.status_code == 503
    assert "Máy chủ gặp trục trặc" in answer.text
    assert "Nguyễn Thị Đang Trực" not in answer.text
    assert nothing_leaks(answer)


def test_a_save_without_the_database_says_that_it_may_not_be_saved(gone):
    answer = gone.post("/tuan-tra/moi", data={"note": "x"})
    assert answer.status_code == 503
    assert "có thể chưa được lưu" in answer.text


def test_an_address_of_programs_without_the_database_answers_in_json(gone):
    told = gone.get("/api/hong")
    assert (told.status_code, told.json, told.headers["Retry-After"]) == (503, {"code": "failure"}, "30")


def test_a_write_from_another_site_without_the_database_is_a_failure_page_too(gone):
    gone.environ_base |= {"HTTP_SEC_FETCH_SITE": "cross-site"}
    assert gone.post("/tuan-tra/moi", data={}).status_code == 503


def test_static_files_and_health_need_no_database(gone):
    assert gone.get("/static/x/css/base.css").status_code == 200
    assert gone.get("/healthz").json["database"] == "unreachable"


def test_the_page_of_failures_is_a_whole_page(gone):
    with the_page(gone) as page:
        seen = page.open("/tuan-tra", expected=503)
    assert seen.text("h1") == "Máy chủ gặp trục trặc"
    assert "ghi vào sổ giấy" in seen.text()


def the_page(client: FlaskClient):
    from sqlalchemy import create_engine

    return Page.watching(client, create_engine("sqlite://"))


def every_kind(of: type[DomainError]) -> list[type[DomainError]]:
    return [of, *(each for child in of.__subclasses__() for each in every_kind(child))]


def test_no_refusal_is_said_in_two_ways():
    said: dict[str, str] = {}
    for subject in pkgutil.iter_modules(vocabulary.__path__, "patrol.vocabulary."):
        for name, words in vars(importlib.import_module(subject.name)).items():
            if name.endswith("REFUSAL") or name == "BACKUP":
                assert {code: said[code] for code in words if code in said} == {}, name
                said |= words
    assert said == FIELD


def test_every_refusal_has_words():
    assert [each for each in every_kind(DomainError) if each.code not in FIELD] == []
    assert len(every_kind(DomainError)) > 5
