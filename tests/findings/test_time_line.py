"""What came of a finding in the weeks after, what it turned out to be, and that the figures follow."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from patrol.accounts.rules import WHOLE_SYSTEM, Role
from patrol.extensions import db as the_db
from patrol.findings.models import Finding, Outcome
from patrol.findings.rules import CaseDraft, DetectedVia
from patrol.findings.services import draft_of, record_case
from patrol.logbook.rules import LogDraft
from patrol.logbook.services import record_log
from patrol.patrols.services import draft_of as patrol_draft_of
from patrol.totals.queries import figures
from tests.builders import (
    COMMITTEE,
    MILITARY,
    POLICE,
    finding_draft,
    make_patrol,
    make_person,
    question,
    unit,
)

ADD, CHANGE = "form[action$=ket-qua]", "form[action$=doi-loai]"


@pytest.fixture
def leader(db: Any, clock: Any) -> Any:
    return make_person()


@pytest.fixture
def finding(leader: Any) -> Finding:
    drafts = (finding_draft("drug_use", measures={"subjects": 3}, outcome="handed_over"),)
    return make_patrol(by=leader, findings=drafts).findings[0]


@pytest.fixture
def clerk(signed_in: Callable) -> Any:
    return signed_in(make_person(Role.STAFF_CLERK, full_name="Lê Thị Tổng"))


def opened(page: Any, finding: Finding, **more: Any) -> Any:
    return page.open("findings.show", finding_id=finding.id, **more)


def steps(finding: Finding) -> list[tuple[str, str]]:
    the_db.session.expire_all()
    return [(outcome.code, f"{outcome.happened_on:%d/%m}") for outcome in finding.outcomes]


def test_what_comes_later_joins_the_time_line_also_of_a_closed_patrol(page, finding, clerk, clock, signed_in):
    finding.patrol.status = "closed"
    clock.set("2026-04-20 09:00")
    signed_in(clerk)
    form = opened(page, finding).form(ADD)
    seen = form.fill(
        code="prosecuted", happened_on="18/4/2026", handed_to="Viện kiểm sát khu vực", paper_number="12/QĐ"
    ).submit()
    seen = seen.form(ADD).fill(code="admin_fine", happened_on="1/3/2026").submit()
    assert steps(finding) == [("handed_over", "04/02"), ("admin_fine", "01/03"), ("prosecuted", "18/04")]
    assert "18/04/2026 Khởi tố Chuyển cho: Viện kiểm sát khu vực Số: 12/QĐ" in seen.text("section .timeline")
    assert "Lê Thị Tổng ghi 09:00 20/04/2026" in seen.text()
    assert "Biện pháp: không ghi →thành Khởi tố" in seen.text("aside")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"code": "prosecuted", "happened_on": "3/2/2026"}, "Trước ngày phát hiện"),
        ({"code": "prosecuted", "happened_on": "6/2/2026"}, "Ngày này chưa đến"),
        ({"code": "prosecuted", "happened_on": "hôm qua"}, "Không đọc được ngày"),
        ({"happened_on": "5/2/2026"}, "Chưa ghi mục này"),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_what_was_typed(page, finding, clerk, typed, why):
    form = opened(page, finding).form(ADD).fill(handed_to="Công an phường", **typed)
    seen = form.submit(expected=422)
    assert why in seen.text() and seen.form(ADD).value("handed_to") == "Công an phường"
    assert steps(finding) == [("handed_over", "04/02")]


def test_a_step_sent_twice_is_one_and_one_written_by_mistake_is_taken_back(page, finding, clerk):
    for _ in range(2):
        opened(page, finding).form(ADD).fill(code="admin_fine", happened_on="5/2/2026").submit()
    assert steps(finding) == [("handed_over", "04/02"), ("admin_fine", "05/02")]
    seen = opened(page, finding).form("form[action$=bo]").submit()
    assert steps(finding) == [("handed_over", "04/02")]
    assert "Đã bỏ: Xử phạt vi phạm hành chính, 05/02/2026." in seen.text()
    assert not seen.has("form[action$=bo]")  # the one of the report belongs to the report


def test_an_edit_of_the_patrol_leaves_the_later_steps_alone(page, finding, clerk, leader):
    opened(page, finding).form(ADD).fill(code="admin_fine", happened_on="4/2/2026").submit()
    patrol = finding.patrol
    reported = draft_of(finding)
    assert reported.outcome == "handed_over"
    for outcome in ("dispersed", None, "reminder"):
        log = LogDraft(patrol_draft_of(patrol), (replace(reported, outcome=outcome),))
        record_log(log, by=leader, seen_by=WHOLE_SYSTEM, base_rev=patrol.rev)
        assert draft_of(finding).outcome == outcome
        assert ("admin_fine", "04/02") in steps(finding)
    kept = the_db.session.scalars(select(Outcome).where(Outcome.finding_id == finding.id)).all()
    assert sorted((each.code, each.is_withdrawn) for each in kept) == [
        ("admin_fine", False), ("dispersed", True), ("reminder", False),
    ]  # fmt: skip


def test_figures_follow_what_a_finding_turned_out_to_be(page, finding, clerk):
    before = figures(question())
    form = opened(page, finding).form(CHANGE)
    assert "drug_use" not in form.options("category")
    seen = form.fill(category="drug_possession").submit(expected=422)
    assert "Lý do đổi loại: Chưa ghi mục này." in seen.text()
    seen = seen.form(CHANGE).fill(category="drug_possession", because="Kết luận giám định 12/2").submit()
    after = figures(question())
    assert [before[f"finding.{each}.cases"].value for each in ("drug_use", "drug_possession")] == [1, 0]
    assert [after[f"finding.{each}.cases"].value for each in ("drug_use", "drug_possession")] == [0, 1]
    assert after["finding.drug_possession.subjects"].value == 3
    assert after["finding.drug_possession.grams"].unknown == 1
    assert seen.text("h1") == "Tàng trữ trái phép chất ma tuý"
    assert "Loại: Sử dụng trái phép chất ma tuý →thành Tàng trữ trái phép chất ma tuý" in seen.text("aside")
    assert "Lý do đổi loại: không ghi →thành Kết luận giám định 12/2" in seen.text("aside")
    assert page.open("/tuan-tra?tim=tang+tru").has(".record")
    assert not page.open("/tuan-tra?tim=su+dung").has(".record")


def test_a_form_opened_before_does_not_bring_the_old_category_back(page, finding, clerk):
    old = page.open("logbook.edit", patrol_id=finding.patrol_id).form("main form.form")
    opened(page, finding).form(CHANGE).fill(category="drug_trade", because="Giám định").submit()
    old.fill(note="x").submit("Lưu thay đổi", expected=409)
    the_db.session.expire_all()
    assert finding.category_code == "drug_trade"


@pytest.mark.parametrize(
    ("role", "of", "reads", "writes"),
    [
        (Role.PATROL_LEADER, POLICE, True, False),
        (Role.COMMANDER, POLICE, True, True),
        (Role.DUTY_OFFICER, POLICE, True, True),
        (Role.COMMANDER, "dbp_non_nuoc", False, False),
        (Role.STAFF_CLERK, COMMITTEE, False, False),
    ],
)
def test_who_reads_and_who_keeps_the_time_line(page, client, finding, signed_in, role, of, reads, writes):
    signed_in(make_person(role, of=of))
    seen = opened(page, finding, expected=200 if reads else 404)
    assert seen.has(ADD) == seen.has(CHANGE) == writes
    answer = client.post(
        f"/vu-viec/{finding.id}/ket-qua", data={"code": "admin_fine", "happened_on": "5/2/2026"}
    )
    assert (answer.status_code == 302) == writes


@pytest.mark.parametrize(
    ("role", "of", "reads"),
    [(Role.COMMANDER, POLICE, True), (Role.PATROL_LEADER, POLICE, False), (Role.COMMANDER, MILITARY, False)],
)
def test_a_case_out_of_a_tip_is_only_for_who_may_know_of_tips(page, leader, signed_in, role, of, reads):
    case = CaseDraft(uuid4(), "gambling", date(2026, 2, 3))
    kept = record_case(case, via=DetectedVia.TIP, unit_id=unit(POLICE).id, by=leader)
    signed_in(make_person(role, of=of))
    opened(page, kept, expected=200 if reads else 404)
