"""GET /api/v1/reference: all one person needs offline, and nothing of anybody else."""

import gzip
import json

import pytest
from sqlalchemy import select

from patrol.accounts.queries import scope_of
from patrol.accounts.rules import Role
from patrol.findings.models import Finding
from patrol.logbook.forms import parse_log
from patrol.logbook.queries import lists_for
from patrol.patrols.services import draft_of, send_back
from patrol.sync.reference import body_of
from tests.builders import PASSWORD, attendance, finding_draft, make_patrol, make_person
from tests.sync.phones import Phone, item


@pytest.fixture
def leader(client, db, clock, signed_in):
    return signed_in(make_person(rank="Đại uý"))


def test_it_says_who_one_is_and_what_one_may_choose(client, leader, clock):
    told = client.get("/api/v1/reference").json
    assert told["person"] == {
        "id": leader.id,
        "name": f"Đại uý {leader.full_name}",
        "rank": "Đại uý",
        "unit_id": leader.unit_id,
        "unit_name": "Đồn Biên phòng Cửa Đại",
        "may_choose_leader": False,
    }
    assert told["server_time"] == clock.advance().isoformat()
    assert told["units"][0]["id"] == leader.unit_id
    assert {unit["is_current"] for unit in told["units"]} == {True, False}
    assert [programme["code"] for programme in told["programmes"] if programme["is_default"]] == [
        "tuyen_bien_binh_yen"
    ]
    assert all(told[name] for name in ("stretches", "forces", "categories", "measures", "means", "outcomes"))
    assert told["leaders"] == [] and told["last"] is None and told["mine"] == []
    assert told["reasons"]["too_large"] == "Số quá lớn. Hãy kiểm tra lại."


def test_unchanged_it_costs_a_line_and_is_never_kept_by_a_cache(client, leader, clock):
    first = client.get("/api/v1/reference")
    clock.advance(minutes=3)
    again = client.get("/api/v1/reference", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "no-store"
    assert again.headers["X-Server-Time"] > first.headers["X-Server-Time"]
    make_patrol(by=leader)
    packed = client.get("/api/v1/reference", headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) * 3 < len(first.data)
    assert json.loads(gzip.decompress(packed.data)).keys() == first.json.keys()
    changed = client.get("/api/v1/reference", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_own_records_sent_back_or_still_out_come_along_and_nobody_else_s(client, leader, db):
    mine = make_patrol(by=leader, findings=(finding_draft(note="xóm bãi"),))
    out = make_patrol(by=leader, ended=None)
    make_patrol(by=make_person(), ended=None)
    send_back(mine, "Thiếu quân số", by=make_person(Role.COMMANDER))
    told = client.get("/api/v1/reference").json
    assert {each["id"]: (each["status"], each["rev"], each["record"]) for each in told["mine"]} == {
        str(mine.client_id): ("returned", 2, f"/tuan-tra/{mine.id}"),
        str(out.client_id): ("in_progress", 1, f"/tuan-tra/{out.id}"),
    }
    assert [each["returned_because"] for each in told["mine"] if each["status"] == "returned"] == [
        "Thiếu quân số"
    ]
    text = json.dumps(told)
    assert (
        "password" not in json.dumps(told["person"]) and PASSWORD not in text and leader.username not in text
    )


def test_a_returned_patrol_goes_to_the_phone_and_comes_back_handed_in(client, leader, db):
    patrol = make_patrol(by=leader, findings=(finding_draft(), finding_draft("illegal_market")))
    send_back(patrol, "Xem lại", by=make_person(Role.COMMANDER))
    [mine] = client.get("/api/v1/reference").json["mine"]
    phone = Phone(client, leader)
    [result] = phone.send(item(mine["body"], id=mine["id"], base_rev=mine["rev"]))
    assert (result["outcome"], result["stored_rev"]) == ("stored", 3)
    db.session.expire_all()
    assert (patrol.status, patrol.returned_because) == ("submitted", None)
    assert len(db.session.scalars(select(Finding).where(Finding.is_withdrawn.is_(False))).all()) == 2


def test_a_body_made_of_a_record_reads_back_as_that_record(client, leader, db):
    patrol = make_patrol(
        by=leader,
        attendance=attendance(dbp_cua_dai=(3, 1, 0), ca_dien_ban_dong=(None, 0, 2)),
        findings=(finding_draft("drug_possession", measures={"cases": 1, "grams": 0.5}, km=3.25),),
        note="Sóng lớn",
    )
    lists = lists_for(leader, seen_by=scope_of(leader))
    body = json.loads(json.dumps(body_of(patrol))) | {"client_id": str(patrol.client_id)}
    log = parse_log(body, choices=lists.choices, counted_in=lists.counted_in)
    assert log.patrol == draft_of(patrol)
    assert [float(log.findings[0].measures[code]) for code in ("cases", "grams")] == [1, 0.5]


def test_the_last_patrol_lends_its_units_and_never_its_times_or_finds(client, leader, db):
    patrol = make_patrol(by=leader, findings=(finding_draft(),), from_place="Cửa Đại")
    last = client.get("/api/v1/reference").json["last"]
    assert last["from_place"] == "Cửa Đại"
    assert [row["personnel"] for row in last["attendance"]] == [2, 2, 2]
    assert not {"started_at", "ended_at", "findings", "note"} & set(last)
    assert last["stretch_id"] == patrol.stretch_id


def test_who_writes_for_others_gets_whom_he_may_name(client, leader, db, signed_in):
    signed_in(make_person(Role.DUTY_OFFICER))
    told = client.get("/api/v1/reference").json
    assert told["person"]["may_choose_leader"]
    assert [each["id"] for each in told["leaders"]] == [leader.id]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_it_is_for_those_who_write_patrols(client, db, clock, signed_in, role):
    signed_in(make_person(role))
    answer = client.get("/api/v1/reference")
    assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")
