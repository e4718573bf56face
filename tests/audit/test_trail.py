"""The audit trail: who did what, when and from where; never a password, never what somebody wrote."""

import json

import pytest
from sqlalchemy import select

from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.audit.queries import events_about, latest_events
from patrol.audit.services import note
from patrol.wording import ACTION
from tests.builders import PASSWORD, POST, form_of, make_patrol, make_person, unit

FROM = {"REMOTE_ADDR": "10.1.2.3", "HTTP_USER_AGENT": "Điện thoại thử".encode().decode("latin-1")}


@pytest.fixture
def auditor(signed_in):
    return lambda: signed_in(make_person(Role.AUDITOR))


def events(db) -> list[AuditEvent]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


def test_a_line_says_who_did_what_to_which_record_when_and_from_where(client, signed_in, db, clock):
    now = clock.set("2026-02-05 23:45")
    person = signed_in(make_person(full_name="Lê Văn Tuần"))
    saved = client.post("/tuan-tra/moi", data=form_of(person), environ_base=FROM)
    line = next(event for event in events(db) if event.action == "patrol.recorded")
    assert (line.actor_id, line.actor_name) == (person.id, "Lê Văn Tuần")
    assert saved.location == f"/tuan-tra/{line.subject_id}"
    assert (line.subject_kind, line.at, line.address) == ("patrols", now, "10.1.2.3")
    assert line.device == FROM["HTTP_USER_AGENT"]
    assert line.changes == {"status": [None, "submitted"]}


def test_signing_in_being_refused_and_signing_out_are_written_down(client, db):
    person = make_person()
    for password in ("sai-hoan-toan", PASSWORD):
        client.post(
            "/dang-nhap", data={"_username": person.username, "_password": password}, environ_base=FROM
        )
    client.post("/dang-xuat", environ_base=FROM)
    lines = [event for event in events(db) if event.action.startswith("session.")]
    assert [line.action for line in lines] == ["session.refused", "session.signed_in", "session.signed_out"]
    assert {line.subject_id for line in lines} == {person.id}
    assert [line.actor_id for line in lines] == [None, person.id, person.id]
    assert {line.address for line in lines} == {"10.1.2.3"}


def test_an_account_leaves_a_line_for_everything_done_to_it(client, signed_in, db):
    admin, person = make_person(Role.ADMIN), make_person()
    signed_in(admin)
    for act in ("cap-lai", "khoa", "mo"):
        client.post(f"/tai-khoan/{person.id}/{act}", environ_base=FROM)
    lines = [event for event in events(db) if event.actor_id == admin.id]
    assert [line.action for line in lines] == [
        "account.password_reset",
        "account.deactivated",
        "account.activated",
    ]
    assert {(line.subject_kind, line.subject_id) for line in lines} == {("people", person.id)}


def test_no_password_and_no_free_text_ever_stands_in_the_trail(client, signed_in, db):
    secrets = [
        "bí mật của bà Sáu",
        "Bãi ông Bảy",
        "Nhà thờ cũ",
        "vì trùng với sổ giấy",
        "Trăng-lên-biển-9",
        PASSWORD,
    ]
    note_text, start, end, because, new_password, _ = secrets
    person = make_person(Role.COMMANDER)
    client.post("/dang-nhap", data={"_username": secrets[0], "_password": "Trăng-lên-biển-9"})
    signed_in(person)
    typed = form_of(person, note=note_text, from_place=start, to_place=end)
    where = client.post("/tuan-tra/moi", data=typed).location
    changed = client.post(f"{where}/sua", data={**typed, "note": "khác", "to_place": "khác", "rev": "1"})
    back = client.post(f"{where}/tra-lai", data={"because": because})
    gone = client.post(f"{where}/huy", data={"because": because})
    client.post("/doi-mat-khau", data={"_current": PASSWORD, "_new": new_password, "_repeated": new_password})
    written = json.dumps([event.changes for event in events(db)], ensure_ascii=False)
    assert [answer.status_code for answer in (changed, back, gone)] == [302, 302, 302]
    assert {"patrol.recorded", "patrol.changed", "patrol.returned", "patrol.cancelled"} <= {
        event.action for event in events(db)
    }
    for text in secrets:
        assert text not in written, text
        assert all(text not in event.actor_name + event.device + event.address for event in events(db)), text


def test_a_one_time_password_does_not_stand_in_the_trail(client, page, signed_in, db):
    person = make_person()
    signed_in(make_person(Role.ADMIN))
    given = page.post(f"/tai-khoan/{person.id}/cap-lai", {})
    made = page.post(
        "/tai-khoan",
        {"full_name": "A", "username": "an.moi", "role": "auditor", "unit_id": str(unit(POST).id)},
    )
    written = json.dumps([event.changes for event in events(db)])
    assert given.text(".secret") not in written
    assert made.text(".secret") not in written


def test_an_act_that_is_refused_leaves_no_line_of_it(client, signed_in, db):
    stranger = make_person(of="ca_hoi_an_tay", role=Role.COMMANDER)
    patrol = make_patrol()
    signed_in(stranger)
    before = len(events(db))
    client.post(f"/tuan-tra/{patrol.id}/huy", data={"because": "x"})
    client.post("/tuan-tra/moi", data={"note": "không đọc được"})
    assert len(events(db)) == before


def test_a_very_long_device_and_address_are_cut_to_fit(client, db):
    person = make_person()
    client.post(
        "/dang-nhap",
        data={"_username": person.username, "_password": PASSWORD},
        environ_base={"REMOTE_ADDR": "a" * 200, "HTTP_USER_AGENT": "b" * 2000},
    )
    line = events(db)[-1]
    assert (line.action, line.address, line.device) == ("session.signed_in", "a" * 60, "b" * 300)


def test_the_page_shows_who_what_which_record_and_from_where(page, client, auditor, clock):
    make_person(Role.COMMANDER, full_name="Lê Văn Vào", username="vao.lv")
    clock.set("2026-02-05 23:45")
    client.post("/dang-nhap", data={"_username": "vao.lv", "_password": PASSWORD}, environ_base=FROM)
    auditor()
    line = next(row for row in page.open("/nhat-ky").records() if row["Việc"] == "Đăng nhập")
    assert line["Lúc"] == "23:45 05/02/2026"
    assert line["Ai"] == "Lê Văn Vào"
    assert line["Bản ghi"].startswith("tài khoản ")
    assert line["Từ địa chỉ"] == "10.1.2.3"


def test_the_page_is_turned_newest_first_and_keeps_its_choice(page, auditor, db):
    for number in range(120):
        note(
            "patrol.confirmed" if number % 10 == 0 else "patrol.changed",
            by=None,
            changes={"n": [None, number]},
        )
    auditor()
    first = page.open("/nhat-ky?viec=patrol.")
    second = first.follow('a[rel="next"]')
    third = second.follow('a[rel="next"]')
    shown = [row["Thay đổi"] for seen in (first, second, third) for row in seen.records()]
    assert shown == [f"n: – → {number}" for number in reversed(range(120))]
    assert not third.has('a[rel="next"]')
    assert len(page.open("/nhat-ky?viec=patrol.confirmed").records()) == 12


@pytest.mark.parametrize(
    "query",
    [
        "trang=0",
        "trang=-1",
        "trang=abc",
        "trang=²",
        "trang=99999999999",
        "trang=9999999",
        "viec=%25",
        "viec=%00",
    ],
)
def test_a_strange_address_gives_a_page_and_no_failure(page, auditor, query):
    auditor()
    seen = page.open(f"/nhat-ky?{query}")
    assert seen.text("h1") == "Nhật ký hệ thống"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_kiem_tra_reads_the_trail(page, signed_in, role):
    signed_in(make_person(role))
    seen = page.open("/nhat-ky", expected=403)
    assert not seen.has("main table")


def test_every_action_that_is_written_has_words(db):
    patrol = make_patrol()
    rows, total = latest_events(page=1, per_page=1000)
    assert total == len(rows) > 0
    assert {row.action for row in rows} <= set(ACTION)
    assert [event.action for event in events_about("patrols", patrol.id)] == ["patrol.recorded"]


def test_a_share_of_an_action_is_no_pattern(db):
    note("patrol.changed", by=None)
    assert latest_events(page=1, per_page=5, action="patrol%")[1] == 0
    assert latest_events(page=1, per_page=5, action="patrol_changed")[1] == 0
    assert latest_events(page=1, per_page=5, action="patrol.ch")[1] == 1
