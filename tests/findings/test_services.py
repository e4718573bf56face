"""Findings of a patrol: each keeps its record, none is deleted."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from patrol.accounts.rules import WHOLE_SYSTEM
from patrol.audit.queries import events_about
from patrol.errors import Conflict, Invalid
from patrol.findings.models import Finding
from patrol.findings.queries import findings_of
from patrol.findings.rules import LARGEST_QUANTITY, OutcomeCode
from patrol.findings.services import draft_of
from patrol.logbook.forms import LogDraft
from patrol.logbook.services import record_log
from patrol.patrols.services import draft_of as patrol_draft_of
from tests.builders import finding_draft, make_patrol, make_person, patrol_draft


@pytest.fixture
def leader(db, clock):
    return make_person()


def rewrite(patrol, *findings, by, base_rev=-1, **changes):
    log = LogDraft(replace(patrol_draft_of(patrol), **changes), findings)
    return record_log(log, by=by, seen_by=WHOLE_SYSTEM, base_rev=patrol.rev if base_rev == -1 else base_rev)


def every(db):
    return db.session.scalars(select(Finding).order_by(Finding.id)).all()


def test_unknown_measures_stay_unknown(db, leader):
    patrol = make_patrol(by=leader, findings=(finding_draft(measures={"subjects": None}),))
    db.session.expire_all()
    (finding,) = findings_of(patrol)
    assert {each.code: each.quantity for each in finding.measures} == {"cases": 1, "subjects": None}


def test_a_finding_keeps_its_record_and_its_place_in_the_list(db, leader):
    first, second = finding_draft("gambling"), finding_draft("illegal_market")
    patrol = make_patrol(by=leader, findings=(first, second))
    ids = [each.id for each in every(db)]
    rewrite(
        patrol, second, replace(first, place="bãi An Bàng", measures={"cases": 2, "subjects": 9}), by=leader
    )
    assert [each.id for each in every(db)] == ids
    assert [each.category_code for each in findings_of(patrol)] == ["illegal_market", "gambling"]
    assert draft_of(findings_of(patrol)[1]).measures == {"cases": 2, "subjects": 9}


def test_a_finding_taken_off_is_kept_and_no_longer_shown(db, leader):
    first, second = finding_draft("gambling"), finding_draft("illegal_market")
    patrol = make_patrol(by=leader, findings=(first, second))
    rewrite(patrol, second, by=leader)
    gone, stays = every(db)
    assert (gone.is_withdrawn, stays.is_withdrawn) == (True, False)
    assert [each.category_code for each in findings_of(patrol)] == ["illegal_market"]
    assert [each.action for each in events_about("findings", gone.id)] == [
        "finding.recorded",
        "finding.withdrawn",
    ]


def test_a_finding_taken_off_may_come_back_under_its_own_name(db, leader):
    draft = finding_draft("gambling", measures={"cases": 1, "subjects": 4})
    patrol = make_patrol(by=leader, findings=(draft,))
    rewrite(patrol, by=leader, nothing_found=True)
    rewrite(patrol, draft, by=leader)
    (finding,) = every(db)
    assert (finding.is_withdrawn, draft_of(finding)) == (False, draft)


def test_a_withdrawn_finding_is_withdrawn_once(db, leader):
    patrol = make_patrol(by=leader, findings=(finding_draft(),))
    rewrite(patrol, by=leader, note="một")
    rewrite(patrol, by=leader, note="hai")
    (gone,) = every(db)
    assert [each.action for each in events_about("findings", gone.id)].count("finding.withdrawn") == 1


def test_the_finding_of_another_patrol_is_not_taken_over(db, leader):
    draft = finding_draft()
    make_patrol(by=leader, findings=(draft,))
    with pytest.raises(Invalid) as refused:
        make_patrol(by=leader, findings=(draft,))
    assert refused.value.fields == {"findings.0.category": "finding_elsewhere"}


def test_the_same_patrol_with_other_findings_is_a_conflict(db, leader):
    draft = finding_draft()
    patrol = make_patrol(by=leader, findings=(draft,))
    again = rewrite(patrol, draft, by=leader, base_rev=None)
    with pytest.raises(Conflict):
        rewrite(patrol, draft, finding_draft(), by=leader, base_rev=None)
    assert again.outcome == "already_stored"
    assert len(every(db)) == 1


def test_a_finding_is_dated_by_its_time_or_else_by_its_patrol(db, leader):
    late = patrol_draft(started="2026-02-05 00:40").started_at
    make_patrol(by=leader, findings=(finding_draft(found_at=late), finding_draft()))
    assert [each.found_on.isoformat() for each in every(db)] == ["2026-02-05", "2026-02-04"]


def test_the_first_outcome_is_set_changed_and_taken_back(db, leader):
    draft = finding_draft(outcome=OutcomeCode.REMINDER)
    patrol = make_patrol(by=leader, findings=(draft,))
    seen = [[each.code for each in findings_of(patrol)[0].outcomes]]
    for outcome in (OutcomeCode.ADMIN_FINE, None):
        rewrite(patrol, replace(draft, outcome=outcome), by=leader)
        db.session.expire_all()
        seen.append([each.code for each in findings_of(patrol)[0].outcomes])
    assert seen == [["reminder"], ["admin_fine"], []]


def test_the_largest_number_that_may_be_typed_fits(db, leader):
    draft = finding_draft("smuggling", measures={"value_dong": LARGEST_QUANTITY})
    patrol = make_patrol(by=leader, findings=(draft,), client_id=uuid4())
    db.session.expire_all()
    assert draft_of(findings_of(patrol)[0]).measures["value_dong"] == LARGEST_QUANTITY
