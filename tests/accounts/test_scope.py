"""Who sees what: four viewers of the same patrols, and their totals explained one by one.

A  Cửa Đại leads on the coast of Điện Bàn, police and military join      6 people
B  Cửa Đại leads there, military joins                                   4
C  Non Nước leads there, the coast guard joins: nobody of Cửa Đại       5
D  Cửa Đại leads at Hội An, military joins: outside the ward             7
"""

from dataclasses import dataclass

import pytest

from patrol.accounts.models import Person
from patrol.accounts.queries import scope_of, scope_of_unit
from patrol.accounts.rules import NOTHING, WHOLE_SYSTEM, Role
from patrol.extensions import db as the_db
from patrol.patrols.models import Patrol
from patrol.totals.queries import figures
from patrol.units.models import UnitArea, UnitSuccession
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    POST,
    attendance,
    finding_draft,
    form_of,
    make_patrol,
    make_person,
    question,
    three_forces,
    unit,
)

OTHER_POST, COAST_GUARD = "dbp_non_nuoc", "canh_sat_bien_2"


@dataclass
class Coast:
    A: Patrol
    B: Patrol
    C: Patrol
    D: Patrol


@pytest.fixture
def coast(db) -> Coast:
    leader, neighbour = make_person(), make_person(of=OTHER_POST)
    return Coast(
        A=make_patrol(
            by=leader,
            note="Tin của bà Sáu ở Thống Nhất",
            findings=(
                finding_draft("gambling", measures={"cases": 1, "subjects": 5}, note="sòng ở nhà ông Bảy"),
            ),
        ),
        B=make_patrol(by=leader, attendance=attendance(**{POST: 2, MILITARY: 2}), note="Bãi vắng"),
        C=make_patrol(
            by=neighbour,
            lead=OTHER_POST,
            attendance=attendance(**{OTHER_POST: 3, COAST_GUARD: 2}),
            note="Bãi vắng",
        ),
        D=make_patrol(by=leader, on="hoi_an_tay", attendance=attendance(**{POST: 4, MILITARY: 3})),
    )


def totals(scope) -> tuple[int, int, int]:
    """Sorties, personnel and gambling subjects of 2026."""
    answer = figures(question(seen_by=scope))
    return tuple(
        answer[key].value for key in ("patrol.sorties", "patrol.personnel", "finding.gambling.subjects")
    )


def test_four_viewers_have_four_totals_and_each_can_be_explained(coast):
    commander = make_person(Role.COMMANDER, of=POST)
    clerk = make_person(Role.STAFF_CLERK, of=POLICE)
    committee = make_person(Role.STAFF_CLERK, of=COMMITTEE)
    assert totals(scope_of(commander)) == (3, 6 + 4 + 7, 5)  # A B D: led by the post, wherever they went
    assert totals(scope_of(clerk)) == (1, 6, 5)  # A: the only one the police joined
    assert totals(scope_of(committee)) == (3, 6 + 4 + 5, 5)  # A B C: whoever walked in the ward
    assert totals(WHOLE_SYSTEM) == (4, 6 + 4 + 5 + 7, 5)  # all of them


def test_a_superior_sees_what_every_unit_under_him_led_or_joined(coast):
    assert totals(scope_of(make_person(Role.COMMANDER, of="bp_da_nang"))) == (4, 22, 5)
    assert totals(scope_of(make_person(Role.COMMANDER, of="ca_da_nang"))) == (1, 6, 5)


def test_a_unit_sees_nothing_of_its_neighbours_and_superiors(coast):
    assert totals(scope_of(make_person(Role.COMMANDER, of="ca_hoi_an_tay"))) == (0, 0, 0)
    assert totals(scope_of(make_person(Role.COMMANDER, of=OTHER_POST))) == (1, 5, 0)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_an_administrator_and_an_auditor_see_no_patrol_wherever_they_stand(coast, role):
    for code in (POST, "bp_da_nang", COMMITTEE):
        assert scope_of(make_person(role, of=code)) == NOTHING
    assert totals(NOTHING) == (0, 0, 0)


def test_the_list_shows_each_viewer_the_patrols_his_figures_count(coast, page, signed_in):
    for role, of, lines in (
        (Role.COMMANDER, POST, "3 lượt"),
        (Role.STAFF_CLERK, POLICE, "1 lượt"),
        (Role.STAFF_CLERK, COMMITTEE, "3 lượt"),
    ):
        signed_in(make_person(role, of=of))
        assert lines in page.open("/tuan-tra").text(), of


def test_a_committee_sees_lines_and_figures_but_opens_no_patrol(coast, client, page, signed_in):
    signed_in(make_person(Role.COMMANDER, of=COMMITTEE))
    seen = page.open("/tuan-tra")
    assert "Đồn Biên phòng Non Nước" in seen.text()
    assert seen.all(f'a[href="/tuan-tra/{coast.A.id}"]') == []
    for patrol in (coast.A, coast.B, coast.C):
        page.open(f"/tuan-tra/{patrol.id}", expected=403)
        page.open(f"/tuan-tra/{patrol.id}/sua", expected=403)
        for act in ("xac-nhan", "tra-lai", "huy", "sua"):
            assert client.post(f"/tuan-tra/{patrol.id}/{act}", data={"because": "x"}).status_code == 403, act
    page.open(f"/tuan-tra/{coast.D.id}", expected=404)


@pytest.mark.parametrize(
    "path", ["/", "/tuan-tra", "/tong-ket/2026", "/tong-ket/2026/finding.gambling.subjects"]
)
def test_a_committee_reads_no_note_of_anybody(coast, client, signed_in, path):
    signed_in(make_person(Role.COMMANDER, of=COMMITTEE))
    shown = client.get(path).text
    assert "bà Sáu" not in shown
    assert "ông Bảy" not in shown


@pytest.mark.parametrize("words", ["bà Sáu", "ba sau", "ông Bảy", "vang", "Thống Nhất"])
def test_a_committee_cannot_find_out_by_searching_what_a_note_says(coast, page, signed_in, words):
    signed_in(make_person(Role.COMMANDER, of=COMMITTEE))
    assert "3 lượt" in page.open("/tuan-tra").text()
    assert "0 lượt" in page.open(f"/tuan-tra?tim={words}").text()


def test_who_sees_only_lines_cannot_find_out_who_led_a_patrol(db, client, page, signed_in):
    leader = make_person(full_name="Trần Bí Mật")
    patrol = make_patrol(by=leader)
    for sees, of in ((0, COMMITTEE), (1, POST)):
        signed_in(make_person(Role.STAFF_CLERK, of=of))
        for words in ("Trần Bí Mật", "bi mat"):
            assert f"{sees} lượt" in page.open(f"/tuan-tra?tim={words}").text(), (of, words)
    assert "bi mat" in patrol.note_folded and "bi mat" not in patrol.search_text


def test_the_post_finds_its_own_notes_by_the_same_words(coast, page, signed_in):
    signed_in(make_person(Role.COMMANDER, of=POST))
    for words in ("bà Sáu", "ba sau", "ong bay"):
        found = page.open(f"/tuan-tra?tim={words}")
        assert found.has(f'main a[href="/tuan-tra/{coast.A.id}"]'), words
        assert "1 lượt" in found.text()


def test_a_stranger_is_told_the_same_as_of_a_patrol_that_does_not_exist(coast, client, page, signed_in):
    signed_in(make_person(Role.COMMANDER, of="ca_hoi_an_tay"))
    of_another = page.open(f"/tuan-tra/{coast.A.id}", expected=404)
    of_nobody = page.open("/tuan-tra/2147483647", expected=404)
    assert of_another.text() == of_nobody.text()
    for act in ("sua", "xac-nhan", "tra-lai", "huy"):
        assert client.post(f"/tuan-tra/{coast.A.id}/{act}", data={"because": "x"}).status_code == 404, act
    assert client.get(f"/tuan-tra/{10**30}").status_code == 404


def test_a_stranger_who_knows_the_id_of_a_page_learns_and_changes_nothing(coast, client, signed_in, db):
    stranger = signed_in(make_person(of="ca_hoi_an_tay"))
    number = "attendance.0.unit_id"
    typed = form_of(
        stranger, client_id=str(coast.A.client_id), lead_unit_id=str(stranger.unit_id), note="đè lên"
    )
    answer = client.post("/tuan-tra/moi", data={**typed, number: str(stranger.unit_id)})
    assert answer.status_code == 403
    assert "bà Sáu" not in answer.text
    assert db.session.get(Patrol, coast.A.id).note == "Tin của bà Sáu ở Thống Nhất"


def test_a_granted_area_ends_with_its_grant(coast, clock):
    committee = scope_of_unit(unit(COMMITTEE))
    for grant in the_db.session.query(UnitArea).filter_by(unit_id=unit(COMMITTEE).id):
        grant.valid_to = clock.set("2026-06-30 12:00").date()
    the_db.session.flush()
    clock.set("2026-07-01 00:00")
    assert totals(committee)[0] == 3
    assert totals(scope_of_unit(unit(COMMITTEE)))[0] == 0


def test_a_successor_sees_what_its_predecessor_logged(db):
    before = make_patrol(
        lead="ca_dien_duong",
        by=make_person(of="ca_dien_duong"),
        started="2025-05-01 20:00",
        attendance=attendance(ca_dien_duong=3, **{POST: 2}),
    )
    may = question("2025-05-01", "2025-05-31", seen_by=scope_of_unit(unit(POLICE)))
    assert figures(may)["patrol.sorties"].value == 1
    assert before.lead_unit_name == "Công an phường Điện Dương"
    for step in db.session.query(UnitSuccession).filter_by(successor_id=unit(POLICE).id):
        step.inherits_records = False
    db.session.flush()
    forgotten = question("2025-05-01", "2025-05-31", seen_by=scope_of_unit(unit(POLICE)))
    assert figures(forgotten)["patrol.sorties"].value == 0


def test_a_predecessor_sees_nothing_of_its_successor(coast):
    assert totals(scope_of_unit(unit("ca_dien_duong")))[0] == 0


def test_a_committee_keeps_seeing_the_coast_it_grew_out_of(db):
    make_patrol(started="2024-05-01 20:00")
    year = question("2024-01-01", "2024-12-31", seen_by=scope_of_unit(unit(COMMITTEE)))
    assert figures(year)["patrol.sorties"].value == 1


def test_a_moved_person_keeps_the_authorship_and_loses_the_rights(page, client, signed_in, db):
    person = make_person(full_name="Lê Văn Chuyển", rank="Thượng uý")
    patrol = make_patrol(by=person, attendance=three_forces())
    signed_in(person)
    page.open(f"/tuan-tra/{patrol.id}/sua")
    db.session.get(Person, person.id).unit_id = unit("ca_hoi_an_tay").id
    db.session.commit()
    page.open(f"/tuan-tra/{patrol.id}", expected=404)
    assert client.post(f"/tuan-tra/{patrol.id}/huy", data={"because": "x"}).status_code == 404
    assert "0 lượt" in page.open("/tuan-tra").text()
    signed_in(make_person(Role.COMMANDER))
    shown = page.open("/tuan-tra")
    assert "1 lượt" in shown.text()
    kept = db.session.get(Patrol, patrol.id)
    assert (kept.leader_name, kept.entered_by_name) == ("Thượng uý Lê Văn Chuyển",) * 2
