"""Whoever sends too fast waits a little, is told so, and loses nothing."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from patrol.patrols.models import Patrol
from patrol.web.limits import LIMITED, Buckets
from tests.builders import PASSWORD, form_of, make_patrol, make_person


@pytest.fixture
def limited(app, monkeypatch, clock):
    """`limited(SYNC_PER_MINUTE=3)` for this test only, with nothing counted yet."""

    def limit(**given):
        monkeypatch.setitem(app.config, "PATROL", replace(app.config["PATROL"], **given))
        monkeypatch.setitem(app.extensions, "limits", Buckets())

    return limit


def test_a_bucket_fills_up_steadily_and_each_has_its_own(clock):
    buckets = Buckets()
    assert [buckets.take("sync", "a", 60) for _ in range(60)] == [0] * 60
    assert buckets.take("sync", "a", 60) == pytest.approx(1)
    assert buckets.take("sync", "b", 60) == buckets.take("upload", "a", 60) == 0
    clock.advance(seconds=2)
    assert [buckets.take("sync", "a", 60) for _ in range(3)] == [0, 0, pytest.approx(1)]
    clock.advance(hours=1)
    assert sum(buckets.take("sync", "a", 60) == 0 for _ in range(100)) == 60


def test_a_clock_set_back_gives_and_takes_nothing(clock):
    buckets = Buckets()
    buckets.take("sync", "a", 2)
    clock.advance(hours=-5)
    assert [buckets.take("sync", "a", 2) for _ in range(2)] == [0, pytest.approx(30)]


def test_what_is_remembered_does_not_grow_without_end(clock, monkeypatch):
    monkeypatch.setattr("patrol.web.limits.MOST", 3)
    buckets = Buckets()
    for who in "abcd":
        buckets.take("sync", who, 1)
    assert buckets.take("sync", "d", 1) > 0
    assert buckets.take("sync", "a", 1) == 0  # the oldest was forgotten


def test_every_limited_route_and_its_setting_exist(app):
    assert set(LIMITED) <= set(app.view_functions)
    assert all(getattr(app.config["PATROL"], setting) == 0 for setting in LIMITED.values())


def test_a_phone_that_sends_too_fast_is_told_when_to_come_back(client, signed_in, limited, clock):
    limited(SYNC_PER_MINUTE=3)
    person = signed_in(make_person())
    ping = {"device": str(uuid4()), "person_id": person.id, "sent_at": "2026-02-05T14:30:00+00:00"}
    answers = [client.post("/api/v1/ping", json=ping) for _ in range(4)]
    assert 429 not in [each.status_code for each in answers[:3]]
    assert (answers[3].status_code, answers[3].json["code"]) == (429, "too_fast")
    assert answers[3].headers["Retry-After"] == "20"
    clock.advance(seconds=20)
    assert client.post("/api/v1/ping", json=ping).status_code == answers[0].status_code


def test_a_form_of_a_patrol_is_never_held_back(client, signed_in, limited, db):
    limited(SYNC_PER_MINUTE=1, UPLOADS_PER_MINUTE=1, SIGN_IN_PER_MINUTE=1)
    person = signed_in(make_person())
    for _ in range(4):
        assert client.post("/tuan-tra/moi", data=form_of(person, client_id=str(uuid4()))).status_code == 302
    assert len(db.session.scalars(select(Patrol)).all()) == 4


def test_files_sent_too_fast_get_a_page_that_says_what_is_safe(page, signed_in, limited):
    limited(UPLOADS_PER_MINUTE=1)
    patrol = make_patrol(by=signed_in(make_person()))
    page.client.post(f"/tuan-tra/{patrol.id}/vet", data={})
    seen = page.post(f"/tuan-tra/{patrol.id}/vet", {}, expected=429)
    assert seen.text("h1") == "Gửi quá nhanh"
    assert "Còn nguyên" in seen.text()
    assert "chờ 60 giây" in seen.text()


def test_signing_in_too_often_from_one_address_waits_and_keeps_what_was_typed(page, limited, clock, db):
    limited(SIGN_IN_PER_MINUTE=2)
    person = make_person()
    asked = page.post("/tuan-tra/moi", form_of(person, note="Sóng lớn"), expected=401)
    form = asked.form('main form[action="/dang-nhap"]')
    for name in ("a", "b"):
        page.post("/dang-nhap", {"_username": name, "_password": "sai"}, expected=422)
    told = form.fill(_username=person.username, _password=PASSWORD).submit(expected=429)
    assert "chờ 30 giây" in told.text()
    clock.advance(seconds=30)
    told.form('main form[action="/dang-nhap"]').fill(_username=person.username, _password=PASSWORD).submit()
    assert db.session.scalars(select(Patrol.note)).all() == ["Sóng lớn"]
