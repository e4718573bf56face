"""The life of a tip: passed, acknowledged, judged, verified, tied to the case it led to."""

from datetime import date
from uuid import uuid4

import pytest

from patrol.accounts.queries import scope_of
from patrol.accounts.rules import Role
from patrol.errors import Invalid, NotAllowed, NotFound
from patrol.findings.models import Finding
from patrol.findings.rules import CaseDraft
from patrol.tips import services
from patrol.tips.forms import parse_case, parse_tip, parse_verification
from patrol.tips.models import Tip
from patrol.tips.rules import TipOutcome, Urgency, VerificationDraft, day_problem, is_joint
from patrol.totals.queries import figures
from tests.builders import (
    MILITARY,
    POLICE,
    POST,
    WHOLE_SYSTEM,
    finding_draft,
    make_patrol,
    make_person,
    make_tip,
    question,
    unit,
)

TODAY = date(2026, 2, 5)


def typed(**changes: str) -> dict[str, str]:
    return {
        "client_id": str(uuid4()),
        "number": "05/tb-bp",
        "passed_on": "3/2/2026",
        "from_unit_id": "1",
        "to_unit_id": "2",
        "category": "gambling",
        "urgency": "urgent",
        **changes,
    }


def parsed(**changes: str):
    return parse_tip(typed(**changes), units={1, 2}, categories={"gambling"}, today=TODAY)


def problems_of(**changes: str) -> dict[str, str]:
    with pytest.raises(Invalid) as wrong:
        parsed(**changes)
    return wrong.value.fields


def test_a_tip_is_read_as_it_was_typed():
    draft = parsed()
    assert (draft.number, draft.passed_on, draft.urgency) == ("05/TB-BP", date(2026, 2, 3), Urgency.URGENT)


@pytest.mark.parametrize(
    "number",
    ["có sòng bạc ở nhà ông Bảy", "05 / TB", "05/TB BP", "1" * 13, "05/A/B/C/D", "<b>", "05/TB;x", "/05"],
)
def test_a_number_holds_no_story(number):
    assert problems_of(number=number) == {"number": "not_a_number_of_the_book"}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"to_unit_id": "1"}, {"to_unit_id": "same_unit"}),
        ({"passed_on": "6/2/2026"}, {"passed_on": "day_in_future"}),
        ({"from_unit_id": "9"}, {"from_unit_id": "unknown_choice"}),
        ({"category": "rumour"}, {"category": "unknown_choice"}),
        ({"number": ""}, {"number": "required"}),
        ({"urgency": "now"}, {"urgency": "unknown_choice"}),
        ({"client_id": "x"}, {"client_id": "not_an_id"}),
    ],
)
def test_what_cannot_be_a_tip_is_refused_with_its_reason(changes, wrong):
    assert problems_of(**changes) == wrong


def test_nothing_comes_of_a_tip_before_it_was_passed_on_or_in_the_future():
    assert day_problem(date(2026, 2, 2), passed_on=date(2026, 2, 3), today=TODAY) == "before_the_tip"
    assert day_problem(date(2026, 2, 6), passed_on=date(2026, 2, 3), today=TODAY) == "day_in_future"
    assert day_problem(date(2026, 2, 3), passed_on=date(2026, 2, 3), today=TODAY) is None
    for parse in (parse_verification, parse_case):
        raw = {
            "client_id": str(uuid4()),
            "verified_on": "1/2/2026",
            "found_on": "1/2/2026",
            "category": "gambling",
        }
        more = {"units": {1}} if parse is parse_verification else {}
        with pytest.raises(Invalid) as wrong:
            parse(raw | {"unit_ids": ["1"]}, passed_on=date(2026, 2, 3), today=TODAY, **more)
        assert set(wrong.value.fields.values()) == {"before_the_tip"}


def test_two_forces_check_together_and_two_units_of_one_force_do_not():
    assert is_joint(["police", "border_guard", "police"])
    assert not is_joint(["police", "police"])


def test_a_tip_sent_twice_is_one_and_keeps_the_names_of_its_day(clock, db):
    writer = make_person(Role.DUTY_OFFICER)
    client_id = uuid4()
    once = make_tip(by=writer, client_id=client_id, number="07/TB-BP", to="ca_dien_duong", on="2024-05-02")
    again = make_tip(by=writer, client_id=client_id, number="07/TB-BP", to="ca_dien_duong", on="2024-05-02")
    assert once is again
    assert db.session.query(Tip).count() == 1
    assert (once.from_unit_name, once.to_unit_name) == ("Đồn Biên phòng Cửa Đại", "Công an phường Điện Dương")
    assert (once.from_force_code, once.to_force_code) == ("border_guard", "police")


def test_both_sides_keep_a_book_and_the_same_tip_is_not_written_twice(clock, db):
    make_tip(number="07/TB-BP")
    with pytest.raises(Invalid) as wrong:
        make_tip(number="07/TB-BP", on="2026-01-20", by=make_person(Role.STAFF_CLERK, of=POLICE))
    assert wrong.value.fields == {"number": "tip_known"}
    make_tip(number="07/TB-BP", on="2025-12-20")  # another year
    make_tip(number="07/TB-BP", to=MILITARY)  # another book


def test_nobody_writes_a_tip_between_others(clock, db):
    stranger = make_person(Role.COMMANDER, of="ca_hoi_an_tay")
    with pytest.raises(Invalid) as wrong:
        make_tip(by=stranger, seen_by=scope_of(stranger))
    assert wrong.value.fields == {"from_unit_id": "own_unit_not_in_tip"}


def test_nobody_takes_the_id_of_a_stranger_s_tip(clock, db):
    tip = make_tip()
    stranger = make_person(Role.COMMANDER, of="ca_hoi_an_tay")
    with pytest.raises(NotAllowed):
        make_tip(client_id=tip.client_id, by=stranger, seen_by=scope_of(stranger))


def case_of(tip: Tip, **changes) -> Finding:
    draft = CaseDraft(**{"client_id": uuid4(), "category": "gambling", "found_on": tip.passed_on, **changes})
    return services.add_case(tip, draft, by=make_person(Role.COMMANDER, of=POLICE), seen_by=WHOLE_SYSTEM)


def valued(tip: Tip) -> Tip:
    receiver = make_person(Role.COMMANDER, of=POLICE)
    services.judge(tip, True, TipOutcome.CASE_FOUND, by=receiver, seen_by=WHOLE_SYSTEM)
    return tip


def cases() -> int:
    return figures(question())["tips.cases.gambling"].value


def test_a_case_found_through_a_tip_is_a_finding_without_a_patrol(clock, db):
    found = case_of(make_tip(), measures={"subjects": 4})
    assert (found.detected_via, found.patrol_id, found.unit_id) == ("tip", None, unit(POLICE).id)
    assert (found.note, found.place) == ("", "")
    assert {measure.code: measure.quantity for measure in found.measures} == {"cases": 1, "subjects": 4}
    assert figures(question())["finding.gambling.cases"].value == 0, "no patrol found it"


def test_however_many_tips_point_to_a_case_it_counts_once(clock, db):
    one, other = valued(make_tip()), valued(make_tip(of=MILITARY))
    found = case_of(one)
    police = {"by": make_person(Role.COMMANDER, of=POLICE), "seen_by": WHOLE_SYSTEM}
    for _ in range(2):
        services.link_case(other, found.id, **police)
        services.link_case(one, found.id, **police)
    assert [one.findings, other.findings] == [[found], [found]]
    assert cases() == 1


def test_a_case_counts_only_when_some_tip_to_it_was_of_value(clock, db):
    tip = make_tip()
    case_of(tip)
    assert cases() == 0
    valued(tip)
    assert cases() == 1


def test_a_case_a_patrol_found_is_not_counted_again_through_a_tip(clock, db):
    tip = valued(make_tip())
    patrol = make_patrol(findings=(finding_draft("gambling", measures={"cases": 1, "subjects": 3}),))
    by = make_person(Role.COMMANDER, of=POLICE)
    services.link_case(tip, patrol.findings[0].id, by=by, seen_by=scope_of(by))
    answer = figures(question())
    assert (answer["tips.cases.gambling"].value, answer["finding.gambling.cases"].value) == (0, 1)


def test_a_case_out_of_sight_cannot_be_tied(clock, db):
    elsewhere = case_of(make_tip(of="dbp_non_nuoc", to="ca_hoi_an_tay"))
    by = make_person(Role.COMMANDER, of=POLICE)
    with pytest.raises(NotFound):
        services.link_case(make_tip(), elsewhere.id, by=by, seen_by=scope_of(by))


def check(tip: Tip, day: str, *units: str) -> None:
    draft = VerificationDraft(uuid4(), date.fromisoformat(day), tuple(unit(code).id for code in units))
    services.verify(tip, draft, by=make_person(Role.COMMANDER, of=POLICE), seen_by=WHOLE_SYSTEM)


def verified(first: str, last: str) -> int:
    return figures(question(first, last))["tips.jointly_verified"].value


def test_a_tip_is_verified_once_on_the_first_day_two_forces_checked_it(clock, db):
    tip = make_tip(on="2025-12-20")
    check(tip, "2025-12-22", POLICE)
    assert verified("2025-12-01", "2026-02-28") == 0, "the police alone"
    check(tip, "2026-01-04", POLICE, POST)
    check(tip, "2026-02-01", POLICE, POST, MILITARY)
    assert verified("2025-12-01", "2025-12-31") == 0
    assert verified("2026-01-01", "2026-01-31") == 1, "passed on in the year before"
    assert verified("2026-02-01", "2026-02-28") == 0, "counted already"


def test_the_receiver_may_think_again(clock, db):
    tip = valued(make_tip())
    by = make_person(Role.COMMANDER, of=POLICE)
    services.judge(tip, False, TipOutcome.NO_CASE, by=by, seen_by=WHOLE_SYSTEM)
    assert figures(question())["tips.valued_to_police"].value == 0
    assert (tip.is_valued, tip.judged_by_id) == (False, by.id)


def test_a_clerk_writes_a_tip_and_the_receiver_does_the_rest_on_its_page(clock, page, signed_in):
    signed_in(make_person(Role.STAFF_CLERK))
    form = page.open("/nguon-tin/moi").form("main form")
    assert form.value("from_unit_id") == str(unit(POST).id)
    refused = form.fill(number="kể chuyện", to_unit_id=str(unit(POLICE).id), category="gambling").submit(
        expected=422
    )
    assert refused.form("main form").value("category") == "gambling"
    shown = refused.form("main form").fill(number="09/TB-BP").submit()
    assert shown.text("h1") == "Tin số 09/TB-BP"
    assert "Đã tiếp nhận" not in shown.text("main")

    signed_in(make_person(Role.COMMANDER, of=POLICE))
    shown = page.open(shown.url)
    shown = shown.form('form[action$="/tiep-nhan"]').submit()
    shown = shown.form('form[action$="/xac-minh"]').fill(verified_on="5/2/2026").submit()
    assert "Ngày 05 tháng 02 năm 2026" in shown.text()
    shown = (
        shown.form('form[action$="/vu-viec"]')
        .fill({"found_on": "5/2/2026", "measures.subjects": "6"})
        .submit()
    )
    assert "Số đối tượng 6" in shown.text()
    shown = (
        shown.form('form[action$="/danh-gia"]').fill(judgement="valued", tip_outcome="case_found").submit()
    )
    assert "Có giá trị" in shown.text()
    assert figures(question())["tips.valued_to_police"].value == 1
    assert figures(question())["tips.jointly_verified"].value == 1
    assert cases() == 1


def test_the_list_is_narrowed_by_its_address(clock, page, signed_in):
    one, other = make_tip(on="2026-01-05"), valued(make_tip(of=MILITARY, category="drug_use"))
    signed_in(make_person(Role.COMMANDER, of=POLICE))

    def listed(query: str) -> list[str]:
        return [tag["href"] for tag in page.open(f"/nguon-tin?{query}").all(".record a")]

    paths = [f"/nguon-tin/{other.id}", f"/nguon-tin/{one.id}"]
    assert listed("") == paths
    assert listed("ben-gui=military") == listed("danh-gia=valued") == listed("loai=drug_use") == paths[:1]
    assert listed("den=31/01/2026") == listed("danh-gia=unjudged") == paths[1:]
    assert listed("ben-nhan=military") == []
    assert "Không đọc được ngày" in page.open("/nguon-tin?tu=hom-qua", expected=422).text()
