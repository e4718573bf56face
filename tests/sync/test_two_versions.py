"""A version kept beside the record: who sees it, and what a person may do about it."""

import pytest
from sqlalchemy import select

from patrol.accounts.rules import Role
from patrol.arrivals.models import ReceivedItem
from patrol.findings.queries import findings_of
from patrol.patrols.models import Patrol
from tests.builders import POLICE, form_of, make_person
from tests.sync.phones import Phone, body_of_patrol, item


@pytest.fixture
def beside(client, db, clock, signed_in):
    """(phone, patrol, version): the desk changed the patrol, then the phone sent a version of its own."""
    phone = Phone(client, signed_in(make_person()))
    first = item()
    phone.send(first)
    patrol = db.session.scalars(select(Patrol)).one()
    typed = form_of(phone.person, client_id=first["id"], rev="1", note="ở bàn trực")
    client.post(f"/tuan-tra/{patrol.id}/sua", data=typed)
    finding = {
        "client_id": "11111111-2222-4333-8444-555555555555",
        "category": "drug_possession",
        "measures": {"cases": 1, "subjects": 2, "grams": 1.125},
        "found_at": "2026-02-04T22:10:00+07:00",
        "km": 3.5,
    }
    version = item(
        body_of_patrol(note="trên máy", nothing_found=False, findings=[finding]),
        id=first["id"],
        rev=2,
        base_rev=1,
    )
    assert phone.outcomes(version) == ["conflict"]
    return phone, patrol, version


def test_a_person_sees_both_and_saves_the_phone_s(beside, page, db):
    phone, patrol, version = beside
    seen = page.open("logbook.show", patrol_id=patrol.id)
    assert "Có bản khác từ điện thoại" in seen.text("main")
    both = seen.follow("Xem hai bản và chọn")
    assert "ở bàn trực" in both.text("main .panel")
    form = both.form("form.form")
    assert (form.value("note"), form.value("started_time"), form.value("findings.0.km")) == (
        "trên máy",
        "21:00",
        "3,5",
    )
    form.submit()
    db.session.expire_all()
    assert (patrol.note, patrol.rev) == ("trên máy", 3)
    [found] = findings_of(patrol)
    known = {each.code: float(each.quantity) for each in found.measures if each.quantity is not None}
    assert known == {"cases": 1, "subjects": 2, "grams": 1.125}
    assert "Có bản khác" not in page.open("logbook.show", patrol_id=patrol.id).text("main")
    [again] = phone.send(version)
    assert (again["outcome"], again["stored_rev"]) == ("already_stored", 3)
    later = item(body_of_patrol(note="sửa tiếp"), id=version["id"], rev=3, base_rev=3)
    assert phone.outcomes(later) == ["stored"]


def test_a_person_keeps_the_record_and_the_phone_hears_that_it_was_passed(beside, page, client, db):
    phone, patrol, version = beside
    kept = db.session.scalars(select(ReceivedItem).where(ReceivedItem.outcome == "conflict")).one()
    assert Phone(client, phone.person).outcomes({**version, "rev": 1}) == ["conflict"]  # from a second phone
    assert len(page.open("logbook.show", patrol_id=patrol.id).all("main [id^=ban-]")) == 1
    answer = client.post(f"/tuan-tra/{patrol.id}/ban/{kept.id}/bo")
    assert answer.status_code == 302
    assert client.post(f"/tuan-tra/{patrol.id}/ban/{kept.id}/bo").status_code == 404
    assert "Có bản khác" not in page.open("logbook.show", patrol_id=patrol.id).text("main")
    db.session.expire_all()
    assert (patrol.note, kept.decision, kept.decided_by_id) == ("ở bàn trực", "left", phone.person.id)
    assert phone.outcomes(version) == ["superseded"]


def test_only_those_who_may_write_the_patrol_see_it_or_decide(beside, page, client, db, signed_in):
    _, patrol, _ = beside
    kept = db.session.scalars(select(ReceivedItem).where(ReceivedItem.outcome == "conflict")).one()
    for person, allowed in (
        (make_person(Role.COMMANDER), False),
        (make_person(of=POLICE), False),
        (make_person(Role.DUTY_OFFICER), True),
    ):
        signed_in(person)
        seen = page.open("logbook.show", patrol_id=patrol.id)
        assert ("Có bản khác" in seen.text("main")) is allowed
        assert client.get(f"/tuan-tra/{patrol.id}/sua?ban={kept.id}").status_code == (200 if allowed else 404)
        if not allowed:
            assert client.post(f"/tuan-tra/{patrol.id}/ban/{kept.id}/bo").status_code == 403
    for nonsense in ("0", "x", "9" * 12, str(kept.id + 1)):
        assert client.get(f"/tuan-tra/{patrol.id}/sua?ban={nonsense}").status_code == 404


def test_who_writes_for_others_takes_a_leader_s_version_with_all_that_stands_in_it(
    client, page, db, clock, signed_in
):
    leader = make_person()
    phone = Phone(client, signed_in(leader))
    first = item()
    phone.send(first)
    patrol = db.session.scalars(select(Patrol)).one()
    duty = signed_in(make_person(Role.DUTY_OFFICER))
    typed = form_of(duty, client_id=first["id"], rev="1", note="ở bàn trực", leader_id=str(leader.id))
    assert client.post(f"/tuan-tra/{patrol.id}/sua", data=typed).status_code == 302
    finding = {
        "client_id": "11111111-2222-4333-8444-555555555555",
        "category": "drug_possession",
        "measures": {"cases": 1290},
        "extra": [{"code": "pills", "quantity": 12}],
    }
    body = body_of_patrol(note="trên máy", nothing_found=False, findings=[finding])
    signed_in(leader)
    assert phone.outcomes(item(body, id=first["id"], rev=2, base_rev=1)) == ["conflict"]
    signed_in(duty)
    both = page.open("logbook.show", patrol_id=patrol.id).follow("Xem hai bản và chọn")
    both.form("form.form").submit()
    db.session.expire_all()
    assert (patrol.note, patrol.leader_id, patrol.rev) == ("trên máy", leader.id, 3)
    [found] = findings_of(patrol)
    known = {each.code: float(each.quantity) for each in found.measures if each.quantity is not None}
    assert known == {"cases": 1290, "pills": 12}
