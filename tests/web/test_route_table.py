"""Every route × everybody: the table of permissions decides, and a route that says nothing is closed to all.

The routes come from the app and the expectation from the table MAY; nothing here is a list that could be forgotten.
"""

import functools
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from patrol.accounts.rules import MAY, Permission, Role, may
from patrol.extensions import db as the_db
from patrol.web.access import PUBLIC
from tests.builders import (
    PASSWORD,
    POST,
    finding_draft,
    make_commendation,
    make_patrol,
    make_person,
    make_review,
    make_scheme,
    make_tip,
)

FOR_PROGRAMS = "/api/"
SAMPLES = {
    "patrol_id": 1, "person_id": 1, "year": 2026, "key": "patrol.sorties", "act": "khoa",
    "kind": "don-vi", "thing_id": 1, "table": "unit_parents", "link_id": 1,
    "version": "x", "name": "css/base.css", "extension": "xlsx",
}  # fmt: skip


def sample(rule: Rule, name: str) -> object:
    """Something that fits this blank of this address: of a blank that takes only certain words, one of those."""
    value = SAMPLES.get(name, 1)
    words = getattr(rule._converters[name], "items", ())
    return min(words) if words and value not in words else value


def calls(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, path) of every route, with something in every blank of its address."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            values = {name: sample(rule, name) for name in rule.arguments}
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule, method, adapter.build(rule.endpoint, values, method=method)


@pytest.fixture
def reached(app: Flask, client: FlaskClient, monkeypatch) -> Callable[[], set[tuple[str, str]]]:
    """Calls every route with its view replaced by one that only says it was reached; gives those that were."""
    hit: list[str] = []

    def stand_in(endpoint: str, view: Callable) -> Callable:
        @functools.wraps(view)
        def say(held=None, **_values):
            if held:  # the page of what has to be done first, instead of the one that was called
                return f"{endpoint} holds the form"
            hit.append(endpoint)
            return "reached"

        return say

    for endpoint, view in list(app.view_functions.items()):
        monkeypatch.setitem(app.view_functions, endpoint, stand_in(endpoint, view))

    def call_all() -> set[tuple[str, str]]:
        found = set()
        for rule, method, path in calls(app):
            hit.clear()
            answer = client.open(path, method=method)
            assert (answer.text == "reached") == (hit == [rule.endpoint]), (method, path)
            if hit:
                found.add((rule.endpoint, method))
        return found

    return call_all


def expected(app: Flask, role: Role | None) -> set[tuple[str, str]]:
    return {
        (rule.endpoint, method)
        for rule, method, _ in calls(app)
        if rule.endpoint in PUBLIC
        or (role and may(role, app.view_functions[rule.endpoint].required_permission))
    }


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_exactly_the_routes_the_table_gives_it(app, reached, signed_in, role):
    wanted = expected(app, role)
    signed_in(make_person(role))
    assert reached() == wanted
    assert len(wanted) > len(PUBLIC)


def test_nobody_signed_in_reaches_the_public_routes_and_no_other(app, reached):
    wanted = expected(app, None)
    assert reached() == wanted
    assert {endpoint for endpoint, _ in wanted} == set(PUBLIC)


def test_a_one_time_password_opens_the_change_of_it_and_nothing_else(app, reached, signed_in):
    signed_in(make_person(Role.COMMANDER, must_change=True))
    assert {endpoint for endpoint, _ in reached()} - set(PUBLIC) == {
        "accounts.change_password",
        "accounts.change_password_submit",
        "accounts.sign_out",
    }


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_an_administrator_and_an_auditor_reach_no_page_of_patrols(reached, signed_in, role):
    signed_in(make_person(role))
    rooms = {endpoint.partition(".")[0] for endpoint, _ in reached() if endpoint not in PUBLIC}
    assert rooms == {"accounts", "guide", "health", "home", "safety"} | {
        "audit" if role is Role.AUDITOR else "administration"
    }


def test_every_role_and_permission_stands_in_the_table():
    assert set(MAY) == set(Role)
    assert set().union(*MAY.values()) == set(Permission)


def test_every_route_asks_for_a_permission_that_exists(app):
    asked = {getattr(view, "required_permission", None) for view in app.view_functions.values()}
    assert asked - {None} <= set(Permission)


def test_a_visitor_is_led_to_the_sign_in_page_and_then_on(app, client):
    for rule, method, path in calls(app):
        if method != "GET" or rule.endpoint in PUBLIC:
            continue
        answer = client.get(path)
        if path.startswith(FOR_PROGRAMS):
            assert (answer.status_code, answer.json) == (401, {"code": "sign_in"}), path
            continue
        target = "/dang-nhap" if path == "/" else f"/dang-nhap?next={path}"
        assert (answer.status_code, answer.location) == (302, target)


def test_a_visitor_who_posts_gets_the_sign_in_page_holding_what_he_typed(app, page, client):
    never_held = {"accounts.sign_out", "accounts.change_password_submit"} | {
        name for name, view in app.view_functions.items() if getattr(view, "holds_password", False)
    }
    for rule, method, path in calls(app):
        if method != "POST" or rule.endpoint in PUBLIC:
            continue
        if path.startswith(FOR_PROGRAMS):
            assert client.post(path).json == {"code": "sign_in"}, path
            continue
        asked = page.post(path, {"note": "Sóng lớn", "many": ["1", "2"]}, expected=401)
        assert asked.text("h1") == "Đăng nhập", path
        held = asked.form().data()
        assert held.getlist("note") == ([] if rule.endpoint in never_held else ["Sóng lớn"]), path
        assert held.getlist("many") == ([] if rule.endpoint in never_held else ["1", "2"]), path
        assert held["_next"] == ("/" if rule.endpoint in never_held else path), path


@pytest.mark.parametrize("role", list(Role))
def test_every_page_a_role_may_open_opens_and_every_other_says_so(app, page, signed_in, role):
    patrol = make_patrol(by=make_person(), findings=(finding_draft(),))
    held = {
        "/hoi-nghi/1": f"/hoi-nghi/{make_review().id}",
        "/tuan-tra/1": f"/tuan-tra/{patrol.id}",
        "/tai-khoan/1": f"/tai-khoan/{patrol.leader_id}",
        "/vu-viec/1": f"/vu-viec/{patrol.findings[0].id}",
        "/nguon-tin/1": f"/nguon-tin/{make_tip().id}",
        "/mo-hinh/1": f"/mo-hinh/{make_scheme(of=POST).id}",
        "/khen-thuong/1": f"/khen-thuong/{make_commendation().id}",
        "/so-lieu/tips.patrol.sorties": "/so-lieu/tips.valued_to_police",
    }
    signed_in(make_person(role, of="bp_da_nang"))
    for rule, method, path in calls(app):
        if method != "GET" or rule.endpoint in PUBLIC or rule.endpoint in ("logbook.edit", "reviews.edit"):
            continue
        if path.startswith(FOR_PROGRAMS):  # no page
            continue
        if "extension" in rule.arguments or rule.endpoint in (
            "paper.blank",
            "tracks.original",
            "administration.template",
            "photos.picture",
            "photos.thumb",
            "coastmap.layers",
            "coastmap.routes",
            "coastmap.patrols",
            "coastmap.tile",
            "coastmap.boundaries",
        ):  # a file or data, no page
            continue
        view = app.view_functions[rule.endpoint]
        allowed = may(role, view.required_permission)
        for sample, real in held.items():
            path = path.replace(sample, real)
        seen = page.open(path, expected=200 if allowed else 404 if view.is_hidden else 403)
        refused = seen.text("h1") == "Đồng chí không có quyền làm việc này"
        assert refused == (not allowed and not view.is_hidden), path


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_offers_only_what_the_table_allows(app, page, signed_in, role):
    signed_in(make_person(role))
    for tag in page.open("/").all("nav.tabs a"):
        endpoint, _ = app.url_map.bind("localhost").match(tag["href"])
        assert endpoint in PUBLIC or may(role, app.view_functions[endpoint].required_permission), tag


@pytest.fixture
def open_house(databases, kind) -> Iterator[FlaskClient]:
    """An app of its own with a view that says nothing about who may call it; a commander is signed in."""
    with databases.app(databases.prepared(kind)) as app:
        app.add_url_rule("/quen", "forgotten", lambda: "secret", methods=["GET", "POST"])
        with app.app_context():
            make_person(Role.COMMANDER, username="chi.huy")
            the_db.session.commit()
        client = app.test_client()
        client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin"}
        signed = client.post("/dang-nhap", data={"_username": "chi.huy", "_password": PASSWORD})
        assert signed.status_code == 302
        yield client


def test_a_route_that_says_nothing_is_refused_even_to_a_commander(open_house):
    for answer in (open_house.get("/quen"), open_house.post("/quen")):
        assert answer.status_code == 403
        assert "secret" not in answer.text
    open_house.delete_cookie("so_tuan_tra")
    assert open_house.get("/quen").location == "/dang-nhap?next=/quen"
