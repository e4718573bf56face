"""To whoever neither sent nor received a tip there is no tip: no page, no line, no count, no figure, no menu."""

import pytest
from sqlalchemy import select

from patrol.accounts.queries import scope_of
from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.extensions import db as the_db
from patrol.tips.models import Tip, Verification, VerificationUnit
from patrol.tips.rules import Void
from patrol.tips.services import judge, void
from patrol.totals.queries import figures
from tests.builders import COMMITTEE, MILITARY, POLICE, POST, WHOLE_SYSTEM, make_person, make_tip, question

READERS = (Role.DUTY_OFFICER, Role.COMMANDER, Role.STAFF_CLERK)
LIST = "/nguon-tin"


def viewings() -> list[AuditEvent]:
    return list(
        the_db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "tips.viewed").order_by(AuditEvent.id)
        )
    )


@pytest.mark.parametrize("of", [POST, POLICE, "bp_da_nang", "ca_da_nang", "bch_quan_su_da_nang"])
@pytest.mark.parametrize("role", READERS)
def test_sender_receiver_and_their_command_read_a_tip(clock, page, signed_in, of, role):
    tip = make_tip()
    signed_in(make_person(role, of=of))
    assert "1 tin" in page.open(LIST).text()
    assert page.open(f"{LIST}/{tip.id}").text("h1") == f"Tin số {tip.number}"


STRANGERS = [
    (Role.PATROL_LEADER, POST),
    (Role.PATROL_LEADER, POLICE),
    (Role.COMMANDER, COMMITTEE),
    (Role.STAFF_CLERK, COMMITTEE),
    (Role.ADMIN, COMMITTEE),
    (Role.AUDITOR, COMMITTEE),
]


@pytest.mark.parametrize(("role", "of"), STRANGERS)
def test_without_the_right_there_is_no_such_page_at_all(clock, page, client, signed_in, role, of):
    tip = make_tip()
    signed_in(make_person(role, of=of))
    nothing = page.open("/khong-co-trang-nay", expected=404).text()
    for path in (
        LIST,
        f"{LIST}/moi",
        f"{LIST}/{tip.id}",
        f"{LIST}/{tip.id + 1000}",
        "/so-lieu/tips.valued_to_police",
    ):
        assert page.open(path, expected=404).text() == nothing, path
    for act in ("tiep-nhan", "danh-gia", "xac-minh", "vu-viec", "gan-vu-viec", "bo"):
        assert client.post(f"{LIST}/{tip.id}/{act}", data={"voided_as": "mistake"}).status_code == 404, act
    assert client.post(f"{LIST}/moi", data={}).status_code == 404
    assert viewings() == []


@pytest.mark.parametrize(("role", "of"), STRANGERS[:4])
def test_without_the_right_neither_menu_nor_figures_speak_of_tips(clock, page, signed_in, role, of):
    make_tip()
    person = signed_in(make_person(role, of=of))
    seen = page.open("/tong-ket/2026")
    assert "guồn tin giá trị" not in seen.html
    assert not seen.has(f'a[href="{LIST}"]')
    assert not [key for key in figures(question(seen_by=scope_of(person))).figures if key.startswith("tips.")]


def test_a_neighbour_finds_another_s_tip_no_more_than_one_that_does_not_exist(clock, page, client, signed_in):
    tip = make_tip()
    person = signed_in(make_person(Role.COMMANDER, of="ca_hoi_an_tay"))
    assert (
        page.open(f"{LIST}/{tip.id}", expected=404).text() == page.open(f"{LIST}/999999", expected=404).text()
    )
    assert "0 tin" in page.open(LIST).text()
    assert client.post(f"{LIST}/{tip.id}/tiep-nhan").status_code == 404
    assert figures(question(seen_by=scope_of(person)))["tips.matrix.border_guard.police"].value == 0


def test_figures_count_the_tips_of_the_viewer_s_reach_only(clock, db):
    make_tip()
    make_tip(of=MILITARY)
    make_tip(of="dbp_non_nuoc", to="ca_hoi_an_tay")
    seen = {
        of: figures(question(seen_by=scope_of(make_person(Role.COMMANDER, of=of))))
        for of in (POST, POLICE, MILITARY, "dbp_non_nuoc")
    }
    cells = ("tips.matrix.border_guard.police", "tips.matrix.military.police")
    assert [seen[POST][cell].value for cell in cells] == [1, 0]
    assert [seen[POLICE][cell].value for cell in cells] == [1, 1]
    assert [seen[MILITARY][cell].value for cell in cells] == [0, 1]
    assert [seen["dbp_non_nuoc"][cell].value for cell in cells] == [1, 0]
    assert figures(question())[cells[0]].value == 2


def test_every_look_at_a_tip_is_written_down(clock, page, signed_in):
    one, other = make_tip(), make_tip()
    reader = signed_in(make_person(Role.COMMANDER, of=POLICE))
    page.open(f"{LIST}/{one.id}")
    page.open(LIST)
    page.open("/so-lieu/tips.matrix.border_guard.police?tu=2026-01-01&den=2026-12-31")
    single, several, figure = viewings()
    assert {event.actor_id for event in (single, several, figure)} == {reader.id}
    assert (single.subject_kind, single.subject_id) == ("tips", one.id)
    assert several.changes == figure.changes == {"tips": [None, f"{other.id}, {one.id}"]}


def test_a_form_sent_back_shows_the_tip_and_is_a_look_too(clock, page, client, signed_in):
    tip = make_tip()
    signed_in(make_person(Role.COMMANDER, of=POLICE))
    assert client.post(f"{LIST}/{tip.id}/xac-minh", data={}).status_code == 422
    assert len(viewings()) == 1


def test_only_the_receiver_acknowledges_and_judges_and_only_the_sender_takes_back(
    clock, client, signed_in, db
):
    tip = make_tip()
    signed_in(make_person(Role.COMMANDER, of=POST))
    assert client.post(f"{LIST}/{tip.id}/tiep-nhan").status_code == 403
    assert client.post(f"{LIST}/{tip.id}/danh-gia", data={"judgement": "valued"}).status_code == 403
    signed_in(make_person(Role.COMMANDER, of=POLICE))
    assert client.post(f"{LIST}/{tip.id}/bo", data={"voided_as": "mistake"}).status_code == 403
    assert client.post(f"{LIST}/{tip.id}/tiep-nhan").status_code == 302
    assert client.post(f"{LIST}/{tip.id}/danh-gia", data={"judgement": "valued"}).status_code == 302
    kept = db.session.get(Tip, tip.id)
    assert kept.acknowledged_at and kept.is_valued and kept.voided_as is None


def test_a_voided_tip_is_out_of_every_figure_and_takes_nothing_more(clock, client, signed_in, db):
    receiver = make_person(Role.COMMANDER, of=POLICE)
    tip = make_tip()
    judge(tip, True, None, by=receiver, seen_by=WHOLE_SYSTEM)
    assert figures(question())["tips.valued_to_police"].value == 1
    void(tip, Void.DUPLICATE, by=make_person(Role.COMMANDER), seen_by=WHOLE_SYSTEM)
    assert figures(question())["tips.valued_to_police"].value == 0
    signed_in(receiver)
    assert client.post(f"{LIST}/{tip.id}/danh-gia", data={"judgement": "not_valued"}).status_code == 403
    assert client.get(f"{LIST}/{tip.id}").status_code == 200


def test_the_schema_has_no_room_for_what_a_tip_says_or_who_said_it():
    """A new column is thought about here first: a code, a number, a day, a name of a unit or of an officer on duty."""
    assert {column.name for column in Tip.__table__.columns} == {
        "id", "client_id", "number", "passed_on", "category_code", "category_name", "urgency", "outcome",
        "from_unit_id", "from_unit_name", "from_force_code", "to_unit_id", "to_unit_name", "to_force_code",
        "is_valued", "judged_by_id", "judged_by_name", "judged_at", "voided_as",
        "acknowledged_by_id", "acknowledged_by_name", "acknowledged_at",
        "entered_by_id", "entered_by_name", "entered_at",
    }  # fmt: skip
    assert {column.name for column in Verification.__table__.columns} == {
        "id", "client_id", "tip_id", "verified_on", "entered_by_id", "entered_by_name", "entered_at",
    }  # fmt: skip
    assert {column.name for column in VerificationUnit.__table__.columns} == {
        "verification_id", "unit_id", "unit_name", "force_code", "position",
    }  # fmt: skip
    texts = [column for column in Tip.__table__.columns if column.type.python_type is str]
    assert all(column.type.length <= 200 for column in texts)


def test_no_page_of_tips_has_a_field_for_words(clock, page, signed_in):
    tip = make_tip()
    signed_in(make_person(Role.STAFF_CLERK, of=POLICE))
    for path in (f"{LIST}/moi", f"{LIST}/{tip.id}"):
        seen = page.open(path)
        assert not seen.has("textarea"), path
        typed = {tag["name"] for tag in seen.all("main input[type=text]")}
        assert typed <= {"number", "passed_on", "found_on", "verified_on", "measures.subjects"}, path
