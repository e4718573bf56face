"""Commendations: every award is one, those of the review conferences are in the figures, nothing is deleted."""

from datetime import date
from uuid import uuid4

import pytest

from patrol.accounts.queries import scope_of
from patrol.accounts.rules import Role
from patrol.commendations.forms import parse_commendation
from patrol.commendations.models import Commendation
from patrol.commendations.rules import Occasion, Recipient
from patrol.commendations.services import cancel_commendation
from patrol.errors import Invalid
from patrol.totals.queries import figures
from tests.builders import (
    COMMITTEE,
    POLICE,
    POST,
    WHOLE_SYSTEM,
    make_commendation,
    make_person,
    question,
)


def two(first: str = "2026-01-01", last: str = "2026-01-31", **more) -> list[int]:
    answer = figures(question(first, last, **more))
    return [answer["commendations.collectives"].value, answer["commendations.individuals"].value]


def test_awards_of_the_conference_count_by_its_day_and_a_person_twice_is_two(clock, db):
    make_commendation(recipient=Recipient.COLLECTIVE, recipient_name="Đồn Biên phòng Cửa Đại")
    make_commendation(recipient_name="Đại uý Nguyễn Văn A")
    make_commendation(recipient_name="Đại uý Nguyễn Văn A", on="2026-01-02")
    make_commendation(on="2025-12-31")
    assert two() == [1, 2]
    assert two("2025-12-01", "2025-12-31") == [0, 1]


def test_an_award_of_another_occasion_is_kept_and_stays_out_of_the_review(clock, page, signed_in):
    make_commendation(occasion=Occasion.AD_HOC, occasion_name="Khen đột xuất", recipient_name="Đại uý A")
    assert two() == [0, 0]
    signed_in(make_person(Role.COMMANDER))
    assert page.open("/khen-thuong?dip=ad_hoc").texts(".record h3") == ["Đại uý A"]
    assert page.open("/khen-thuong?dip=review").texts(".record h3") == []


def test_the_people_s_unit_and_the_body_that_decided_see_an_award_and_others_do_not(clock, page, signed_in):
    made = make_commendation()
    for of, sees in ((POST, 1), ("bp_da_nang", 1), (COMMITTEE, 1), (POLICE, 0)):
        person = signed_in(make_person(Role.STAFF_CLERK, of=of))
        assert two(seen_by=scope_of(person)) == [0, sees], of
        page.open(f"/khen-thuong/{made.id}", expected=200 if sees else 404)


def test_an_award_written_by_mistake_is_kept_and_not_counted(clock, db):
    made, by = make_commendation(), make_person(Role.STAFF_CLERK, of=COMMITTEE)
    with pytest.raises(Invalid):
        cancel_commendation(made, "", by=by, seen_by=WHOLE_SYSTEM)
    cancel_commendation(made, "Ghi trùng", by=by, seen_by=WHOLE_SYSTEM)
    assert two() == [0, 0]
    assert db.session.get(Commendation, made.id).cancelled_because == "Ghi trùng"


def test_nobody_writes_an_award_among_strangers(clock, db):
    stranger = make_person(Role.STAFF_CLERK, of=POLICE)
    with pytest.raises(Invalid) as wrong:
        make_commendation(by=stranger, seen_by=scope_of(stranger))
    assert wrong.value.fields == {"unit_id": "own_unit_not_in_commendation"}


def test_an_award_sent_twice_is_stored_once(clock, db):
    client_id = uuid4()
    by = make_person(Role.STAFF_CLERK, of=COMMITTEE)
    assert make_commendation(by=by, client_id=client_id) is make_commendation(by=by, client_id=client_id)
    assert two() == [0, 1]


def test_what_cannot_be_an_award_is_refused_with_its_reason():
    raw = {
        "client_id": str(uuid4()), "recipient": "individual", "recipient_name": "A", "unit_id": "9", "form": "x",
        "decision_number": "1", "decided_on": "6/2/2026", "occasion_name": "Hội nghị", "occasion_on": "5/2/2026",
    }  # fmt: skip
    with pytest.raises(Invalid) as wrong:
        parse_commendation(raw, units={1}, bodies={1}, today=date(2026, 2, 5))
    assert wrong.value.fields == {"form": "unknown_choice"}
    with pytest.raises(Invalid) as wrong:
        parse_commendation(raw | {"form": "letter"}, units={1}, bodies={1}, today=date(2026, 2, 5))
    assert wrong.value.fields == {
        "decided_on": "day_in_future",
        "decided_by_id": "required",
        "unit_id": "unknown_choice",
    }


def test_a_clerk_writes_an_award_and_takes_it_back(clock, page, signed_in):
    signed_in(make_person(Role.STAFF_CLERK, of=COMMITTEE))
    form = page.open("/khen-thuong/moi").form("main form")
    post = next(
        value for value, label in form.options("unit_id").items() if label == "Đồn Biên phòng Cửa Đại"
    )
    form.fill(
        recipient="collective", recipient_name="Đội Vũ trang", unit_id=post, form="diploma",
        decided_by_name="Bộ Tư lệnh BĐBP", decision_number="20/QĐ", decided_on="1/2/2026",
        occasion_name="Hội nghị sơ kết", occasion_on="3/2/2026",
    )  # fmt: skip
    refused = form.submit(expected=422)
    assert "đơn vị cũng không quyết định" in refused.text()
    own = next(
        value
        for value, label in refused.form("main form").options("decided_by_id").items()
        if label == "UBND phường Điện Bàn Đông"
    )
    shown = refused.form("main form").fill(decided_by_id=own).submit()
    assert shown.text("h1") == "Đội Vũ trang"
    assert two("2026-02-03", "2026-02-03") == [1, 0]
    gone = shown.form('form[action$="/huy"]').fill(because="Ghi trùng").submit()
    assert "Đã bỏ khỏi số liệu" in gone.text()
    assert two("2026-02-03", "2026-02-03") == [0, 0]
    assert "1 lần khen" in page.open("/khen-thuong").text()
