"""The page at the post that takes what a phone without signal exported."""

import base64
import json
from io import BytesIO

import pytest
from sqlalchemy import select

from patrol.accounts.rules import Role
from patrol.patrols.models import Patrol
from patrol.tracks.models import Track
from tests.builders import make_person
from tests.sync.phones import Phone, a_walk, body_of_patrol, item, media

AT = "/tuan-tra/tep-dien-thoai"


@pytest.fixture
def leader(db, clock):
    return make_person()


def exported(leader, *items, blobs=(), **more):
    return {
        "format": "patrol-queue",
        "version": 1,
        "device": "0d1f6a52-9a0e-4c0e-8c35-0f3f3a5b0c11",
        "person_id": leader.id,
        "person_name": leader.full_name,
        "items": list(items),
        "blobs": {name: base64.b64encode(content).decode() for name, content in dict(blobs).items()},
        **more,
    }


def handed_in(page, queue, status=200):
    content = queue if isinstance(queue, bytes) else json.dumps(queue).encode()
    return page.post(AT, {"queue": (BytesIO(content), "cho-gui.json")}, expected=status)


def test_the_post_hands_in_a_queue_and_the_leader_s_own_phone_may_send_it_too(
    page, client, db, leader, signed_in
):
    clerk = signed_in(make_person(Role.DUTY_OFFICER))
    content, patrol = a_walk(), item()
    track = media(content, patrol["id"])
    wrong = item(body_of_patrol(stretch_id=999))
    name = json.loads(track["body"])["sha256"]
    queue = exported(leader, track, patrol, wrong, blobs={name: content})
    for word in ("Đã nhận.", "Đã có từ trước; không ghi thêm lần nữa."):
        seen = handed_in(page, queue)
        assert [cell.split()[0] for cell in seen.texts("tbody th")] == ["Vết", "Lượt", "Lượt"]
        assert seen.texts("tbody td b") == [word, word, "Không nhận được"]
    [stored] = db.session.scalars(select(Patrol)).all()
    assert (stored.leader_id, stored.entered_by_id, stored.source) == (leader.id, clerk.id, "phone")
    assert len(db.session.scalars(select(Track)).all()) == 1
    phone = Phone(client, signed_in(leader))
    results = phone.send(patrol, track)
    assert [result["outcome"] for result in results] == ["already_stored", "already_stored"]
    assert results[1]["content"]["state"] == "attached"
    assert phone.outcomes(item(body_of_patrol(note="về nhà sửa"), id=patrol["id"], rev=2)) == ["stored"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": "patrol-queue", "version": 2}', b"\xff\xfe", None]
)
def test_a_file_that_is_no_queue_is_said_to_be_none(page, db, leader, signed_in, content):
    signed_in(make_person(Role.STAFF_CLERK))
    broken = json.dumps(exported(leader, blobs={"0" * 64: b"x"})).replace("eA==", "?").encode()
    seen = handed_in(page, broken if content is None else content, status=422)
    assert "Đây không phải tệp xuất từ trang điện thoại" in seen.text("main")


def test_a_content_that_was_damaged_on_the_way_stops_nothing_else(page, db, leader, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    seen = handed_in(page, exported(leader, item(), blobs={"0" * 64: b"not this"}))
    assert "1 tệp đi kèm bị hỏng" in seen.text("main")
    assert len(db.session.scalars(select(Patrol)).all()) == 1


def test_the_page_asks_for_a_file_and_leaders_don_t_have_it(page, client, db, leader, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    page.open("sync.queue_file")
    answer = client.post(AT, data={})
    assert answer.status_code == 422
    signed_in(leader)
    assert client.get(AT).status_code == 403
