"""POST /api/v1/sync: every outcome, and that one item never hurts another."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from patrol.accounts.rules import Role
from patrol.arrivals.models import ReceivedItem
from patrol.audit.models import AuditEvent
from patrol.clock import now
from patrol.findings.models import Finding
from patrol.patrols.models import Patrol
from patrol.patrols.queries import patrol_by_client_id
from patrol.patrols.services import cancel
from patrol.sync.rules import MOST_BYTES
from tests.builders import POLICE, form_of, make_patrol, make_person, unit
from tests.sync.phones import Phone, body_of_patrol, item


@pytest.fixture
def phone(client, db, clock, signed_in):
    return Phone(client, signed_in(make_person()))


def stored(db):
    return db.session.scalars(select(Patrol).order_by(Patrol.id)).all()


def test_a_patrol_is_stored_once_however_often_it_is_sent(phone, db):
    sent = item(body_of_patrol(note="Bãi An Bàng"))
    [first] = phone.send(sent)
    assert phone.outcomes(sent, sent) == ["already_stored", "already_stored"]
    [patrol] = stored(db)
    assert first == {
        "id": sent["id"],
        "rev": 1,
        "sha256": sent["sha256"],
        "outcome": "stored",
        "stored_rev": 1,
        "record": f"/tuan-tra/{patrol.id}",
        "remarks": ["no_programme"],
    }
    assert (patrol.source, patrol.note, patrol.leader_id) == ("phone", "Bãi An Bàng", phone.person.id)
    assert (patrol.phone_time, patrol.phone_ahead_s) == (patrol.received_at, 0)


def test_a_patrol_sent_at_its_start_is_out_and_handed_in_at_its_end(phone, db):
    start = item(body_of_patrol(ended_at=None))
    assert phone.outcomes(start) == ["stored"]
    assert stored(db)[0].status == "in_progress"
    [end] = phone.send(item(id=start["id"], rev=2, base_rev=1))
    assert (end["outcome"], end["stored_rev"]) == ("stored", 2)
    assert [patrol.status for patrol in stored(db)] == ["submitted"]
    again = item(body_of_patrol(ended_at=None, note="chưa về"), id=start["id"], rev=3, base_rev=2)
    assert phone.outcomes(again) == ["stored"]
    assert [patrol.status for patrol in stored(db)] == ["in_progress"]


def test_start_and_end_may_travel_together_in_any_order(phone, db):
    start = item(body_of_patrol(ended_at=None))
    end = item(id=start["id"], rev=2, base_rev=None)
    assert phone.outcomes(end, start) == ["stored", "stored"]
    assert [(patrol.status, patrol.rev) for patrol in stored(db)] == [("submitted", 2)]


def test_an_old_version_that_arrives_late_is_passed(phone, db):
    old = item(body_of_patrol(note="một"), rev=1)
    new = item(body_of_patrol(note="hai"), id=old["id"], rev=2)
    assert phone.outcomes(new) == ["stored"]
    assert phone.outcomes(old) == ["superseded"]
    assert [patrol.note for patrol in stored(db)] == ["hai"]


def test_a_lost_receipt_makes_no_conflict(phone, db):
    first = item(body_of_patrol(note="một"))
    phone.send(first)  # the answer never came; the leader changed his patrol twice meanwhile
    third = item(body_of_patrol(note="ba"), id=first["id"], rev=3, base_rev=None)
    [result] = phone.send(third)
    assert (result["outcome"], result["stored_rev"]) == ("stored", 2)
    assert [patrol.note for patrol in stored(db)] == ["ba"]


def test_a_version_that_comes_back_to_an_earlier_one_is_an_edit(phone, db):
    one = item(body_of_patrol(note="một"))
    two = item(body_of_patrol(note="hai"), id=one["id"], rev=2, base_rev=1)
    undone = item(one["body"], id=one["id"], rev=3, base_rev=2)
    assert phone.outcomes(one) + phone.outcomes(two) + phone.outcomes(undone) == ["stored"] * 3
    assert [(patrol.note, patrol.rev) for patrol in stored(db)] == [("một", 3)]


def test_what_the_desk_changed_meanwhile_is_never_written_over(phone, db, client):
    first = item(body_of_patrol(note="trên máy"))
    phone.send(first)
    [patrol] = stored(db)
    at_the_desk = form_of(phone.person, client_id=first["id"], rev="1", note="ở bàn trực")
    assert client.post(f"/tuan-tra/{patrol.id}/sua", data=at_the_desk).status_code == 302
    [again] = phone.send(first)
    assert (again["outcome"], again["stored_rev"]) == ("already_stored", 1)  # not 2: it never saw the second
    later = item(body_of_patrol(note="trên máy, sửa"), id=first["id"], rev=2, base_rev=again["stored_rev"])
    [result] = phone.send(later)
    assert (result["outcome"], result["record"]) == ("conflict", f"/tuan-tra/{patrol.id}")
    assert "stored_rev" not in result
    assert phone.outcomes(later) == ["conflict"]
    db.session.expire_all()
    assert [patrol.note for patrol in stored(db)] == ["ở bàn trực"]
    kept = db.session.scalars(select(ReceivedItem).where(ReceivedItem.outcome == "conflict")).one()
    assert json.loads(kept.body)["note"] == "trên máy, sửa"
    assert kept.times == 2


def test_the_same_number_with_another_content_is_a_conflict(phone, db):
    one = item(body_of_patrol(note="một"))
    other = item(body_of_patrol(note="khác"), id=one["id"])
    assert phone.outcomes(one) + phone.outcomes(other) == ["stored", "conflict"]
    assert [patrol.note for patrol in stored(db)] == ["một"]


def test_two_phones_on_one_patrol_keep_both_and_agree_when_they_say_the_same(phone, client, db):
    other = Phone(client, phone.person)
    mine = item(body_of_patrol(note="máy một"))
    assert phone.outcomes(mine) == ["stored"]
    assert other.outcomes(item(body_of_patrol(note="máy hai"), id=mine["id"])) == ["conflict"]
    assert other.outcomes(item(mine["body"], id=mine["id"], rev=2)) == ["already_stored"]
    same_in_other_words = item(json.dumps(json.loads(mine["body"]), indent=2), id=mine["id"])
    assert Phone(client, phone.person).outcomes(same_in_other_words) == ["already_stored"]
    assert len(stored(db)) == 1


def test_the_deputy_s_version_is_kept_for_those_who_may_decide(phone, client, db, signed_in):
    mine = item()
    phone.send(mine)
    deputy = Phone(client, signed_in(make_person()))
    assert deputy.outcomes(item(body_of_patrol(note="tổ phó ghi"), id=mine["id"])) == ["conflict"]
    assert [(patrol.note, patrol.leader_id) for patrol in stored(db)] == [("", phone.person.id)]


def test_an_edit_from_the_phone_leaves_what_it_changed_in_the_trail_and_nothing_of_clocks(phone, db, clock):
    first = item(body_of_patrol(note="một"))
    phone.send(first)
    sent_at = (now() + timedelta(minutes=7)).isoformat()
    phone.send(item(body_of_patrol(note="hai"), id=first["id"], rev=2), sent_at=sent_at)
    line = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "patrol.changed")).one()
    assert set(line.changes) == {"note"}
    assert "phone_clock_off" in stored(db)[0].remarks
    phone.send(item(body_of_patrol(note="ba"), id=first["id"], rev=3))
    assert (
        "phone_clock_off" in stored(db)[0].remarks
    )  # the times written with the wrong clock are still there


def test_a_cancelled_patrol_keeps_what_the_phone_still_sends(phone, db):
    mine = item()
    phone.send(mine)
    cancel(stored(db)[0], "Ghi nhầm", by=phone.person)
    assert phone.outcomes(item(body_of_patrol(note="sửa"), id=mine["id"], rev=2, base_rev=1)) == ["conflict"]
    assert stored(db)[0].status == "cancelled"


def test_an_id_outside_the_scope_is_refused_and_nothing_of_it_is_told(phone, db):
    theirs = make_patrol(by=make_person(of="ca_duy_nghia"), lead="ca_duy_nghia", attendance=())
    [result] = phone.send(item(id=theirs.client_id))
    assert (result["outcome"], result["codes"]) == ("rejected", {"id": "outside_scope"})
    assert set(result) == {"id", "rev", "sha256", "outcome", "codes"}


def test_a_patrol_without_a_unit_of_one_s_own_is_refused(phone, db):
    police = unit(POLICE).id
    row = {"unit_id": police, "personnel": 2, "militia": 0, "security_team": 0}
    [result] = phone.send(item(body_of_patrol(lead_unit_id=police, attendance=[row])))
    assert result["codes"] == {"lead_unit_id": "own_unit_absent"}
    assert stored(db) == []


def test_a_leader_leads_what_he_sends_and_a_clerk_says_who_did(phone, client, db, signed_in):
    other = make_person()
    phone.send(item(body_of_patrol(leader_id=other.id)))
    assert stored(db)[0].leader_id == phone.person.id
    clerk = Phone(client, signed_in(make_person(Role.STAFF_CLERK)))
    assert clerk.outcomes(item(body_of_patrol(leader_id=other.id))) == ["stored"]
    assert (stored(db)[1].leader_id, stored(db)[1].entered_by_id) == (other.id, clerk.person.id)


def hostile():
    return [
        "not an item",
        None,
        7,
        [],
        {},
        item(id="1"),
        item(rev=0),
        item(rev="nhiều"),
        item(rev=2**40),
        item(base_rev=-1),
        item(kind="sword"),
        item(sha256="0" * 64),
        item(body="[1, 2]"),
        item(body="{"),
        item(body=""),
        item(body="null"),
        item(body='{"a": NaN}'),
        item(body='{"a": ' + "[" * 900 + "]" * 900 + "}"),
        item(body='{"a": ' + "9" * 5000 + "}"),
        item(body="\ud800"),
        item(body='{"note": "' + "n" * 2**18 + '"}'),
        item(body="{}", id=str(uuid4())),
        {**item(body="{}"), "body": {"lead_unit_id": 1}},
        {**item(body="{}"), "body": 12},
    ]


def test_bad_items_say_why_and_hurt_no_other(phone, db):
    good, second = item(), item(body_of_patrol(note="\x00 vẫn nhận \x07"))
    bad = hostile()
    results = phone.send(good, *bad, second)
    assert [result["outcome"] for result in results] == ["stored", *["rejected"] * len(bad), "stored"]
    assert all(result["codes"] for result in results[1:-1])
    assert [patrol.note for patrol in stored(db)] in (["", "vẫn nhận"], ["vẫn nhận", ""])
    kept = db.session.scalars(select(ReceivedItem).where(ReceivedItem.outcome == "rejected")).all()
    assert len(kept) == len(bad)
    assert all(row.body is not None and row.codes for row in kept)


def test_a_refused_patrol_leaves_nothing_half_done(phone, db):
    elsewhere = make_patrol(by=phone.person)
    found = {"client_id": str(uuid4()), "category": "gambling", "measures": {"cases": 1}}
    taken = item(body_of_patrol(findings=[found]))
    assert phone.outcomes(taken) == ["stored"]
    audited = db.session.query(AuditEvent).count()
    wrong = item(body_of_patrol(findings=[found], note="cùng một phát hiện"))
    [result] = phone.send(wrong)
    assert result["codes"] == {"findings.0.category": "finding_elsewhere"}
    assert {patrol.id for patrol in stored(db)} == {elsewhere.id, patrol_by_client_id(UUID(taken["id"])).id}
    assert (db.session.query(Finding).count(), db.session.query(AuditEvent).count()) == (1, audited)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ("", 400),
        ("[]", 400),
        ("{", 400),
        ('{"items": []}', 400),
        ('{"items": {}, "device": "x"}', 400),
        (json.dumps({"device": str(uuid4()), "person_id": 1, "items": [0] * 51}), 413),
        ("x" * (MOST_BYTES + 1), 413),
    ],
)
def test_what_is_no_batch_is_told_so_and_leaves_nothing(phone, client, db, data, status):
    answer = client.post("/api/v1/sync", data=data)
    assert answer.status_code == status
    assert answer.json["code"] == {400: "not_readable", 413: "too_big"}[status]
    assert db.session.query(ReceivedItem).count() == 0


def test_nobody_sends_the_queue_of_somebody_else(phone, db):
    answer = phone.post(item(), person_id=phone.person.id + 1)
    assert (answer.status_code, answer.json["code"]) == (409, "other_person")
    assert db.session.query(ReceivedItem).count() == 0


def test_a_signed_out_phone_is_told_so_in_json_and_nothing_is_lost(client, db, clock):
    for method, path in (
        ("POST", "/api/v1/sync"),
        ("PUT", "/api/v1/blobs/00"),
        ("POST", "/api/v1/ping"),
        ("GET", "/api/v1/reference"),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.json) == (401, {"code": "sign_in"}), path
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_one_time_password_is_told_to_be_changed_first(client, db, clock, signed_in):
    phone = Phone(client, signed_in(make_person(must_change=True)))
    answer = phone.post(item())
    assert (answer.status_code, answer.json["code"]) == (403, "password_change_needed")


def test_another_site_can_send_nothing(phone, client, db):
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    answer = phone.post(item())
    assert (answer.status_code, answer.json["code"]) == (403, "cross_site")
    assert db.session.query(ReceivedItem).count() == 0


@pytest.mark.parametrize(("minutes", "is_odd"), [(0, False), (4, False), (6, True), (-6, True), (1440, True)])
def test_a_phone_whose_clock_is_off_is_believed_and_remarked(phone, db, clock, minutes, is_odd):
    sent_at = (now() + timedelta(minutes=minutes)).isoformat()
    [result] = phone.send(item(phone_time=sent_at), sent_at=sent_at)
    assert ("phone_clock_off" in result["remarks"]) == is_odd
    [patrol] = stored(db)
    assert patrol.phone_ahead_s == minutes * 60
    assert patrol.phone_time.isoformat() == sent_at
    assert patrol.received_at == now()


def test_the_trail_knows_what_the_phone_s_clock_showed(phone, db):
    phone.send(item(phone_time="2026-02-04T23:31:00+07:00"))
    line = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "patrol.recorded")).one()
    assert line.device_time.isoformat() == "2026-02-04T16:31:00+00:00"


def test_a_clock_that_can_t_be_read_refuses_nothing(phone, db):
    assert phone.outcomes(item(phone_time="hôm qua"), sent_at="mai") == ["stored"]
    assert [(patrol.phone_time, patrol.phone_ahead_s) for patrol in stored(db)] == [(None, None)]
