"""The same thing sent twice at one moment, on real connections: the second comes while the first is being stored."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import select

from patrol.accounts.models import Person
from patrol.accounts.rules import WHOLE_SYSTEM, Role
from patrol.audit.models import AuditEvent
from patrol.commendations.models import Commendation
from patrol.errors import Invalid
from patrol.extensions import db
from patrol.findings.rules import CaseDraft
from patrol.schemes.models import Scheme
from patrol.tips.models import Tip
from patrol.tips.rules import VerificationDraft
from patrol.tips.services import add_case, verify
from tests.builders import POLICE, make_commendation, make_person, make_scheme, make_tip

MAKERS = {Tip: make_tip, Commendation: make_commendation, Scheme: make_scheme}


def while_stored(app, first, second):
    """What each answered when `second` came before the transaction of `first` was over; it waits for it."""
    answers = []

    def run():
        with app.app_context():
            try:
                answers.append(second().id)
                db.session.commit()
            except Exception as failure:
                answers.append(failure)
                db.session.rollback()

    with app.app_context():
        stored = first().id
        other = threading.Thread(target=run)
        other.start()
        other.join(0.7)
        assert answers == []
        db.session.commit()
        other.join(30)
    return stored, answers[0]


@pytest.mark.parametrize("model", MAKERS)
def test_a_double_tap_stores_one_and_answers_the_second_with_it(shared, model):
    client_id = uuid4()
    stored, again = while_stored(
        shared, lambda: MAKERS[model](client_id=client_id), lambda: MAKERS[model](client_id=client_id)
    )
    assert again == stored
    with shared.app_context():
        assert db.session.scalars(select(model.id)).all() == [stored]
        noted = select(AuditEvent).where(
            AuditEvent.action.endswith(".recorded"), AuditEvent.subject_id == stored
        )
        assert len(db.session.scalars(noted).all()) == 1


def test_one_tip_written_by_both_sides_at_one_moment_stays_one(shared):
    _, refused = while_stored(
        shared,
        lambda: make_tip(number="05/TB-BP", on="2026-02-03"),
        lambda: make_tip(number="05/TB-BP", on="2026-02-04"),
    )
    assert isinstance(refused, Invalid) and refused.fields == {"number": "tip_known"}
    with shared.app_context():
        assert len(db.session.scalars(select(Tip)).all()) == 1


def test_a_double_tap_of_what_is_added_to_a_tip_adds_it_once(shared):
    with shared.app_context():
        by, tip = make_person(Role.DUTY_OFFICER, of=POLICE), make_tip()
        db.session.commit()
        day, units = tip.passed_on, (tip.to_unit_id,)
        ids = tip.id, by.id
    check = VerificationDraft(client_id=uuid4(), verified_on=day, unit_ids=units)
    case = CaseDraft(client_id=uuid4(), category="gambling", found_on=day)

    def adding(add, draft):
        return lambda: add(
            db.session.get(Tip, ids[0]), draft, by=db.session.get(Person, ids[1]), seen_by=WHOLE_SYSTEM
        )

    for add, draft in ((verify, check), (add_case, case)):
        stored, again = while_stored(shared, adding(add, draft), adding(add, draft))
        assert again == stored, draft


def test_other_tips_of_the_same_moment_are_all_written(shared):
    stored, other = while_stored(shared, lambda: make_tip(number="05/TB"), lambda: make_tip(number="06/TB"))
    with shared.app_context():
        assert db.session.scalars(select(Tip.id).order_by(Tip.id)).all() == [stored, other]
