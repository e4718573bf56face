"""Two people at once, on real connections."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from patrol.accounts.models import Person
from patrol.accounts.rules import WHOLE_SYSTEM, Role
from patrol.errors import Conflict, NotAllowed
from patrol.extensions import db
from patrol.findings.models import Finding
from patrol.history.rules import RedactionReason
from patrol.logbook.forms import LogDraft
from patrol.logbook.services import record_log
from patrol.patrols import services
from patrol.patrols.models import Attendance, Patrol
from patrol.patrols.rules import Status
from patrol.patrols.services import draft_of, record_patrol
from tests.builders import finding_draft, make_patrol, make_person, patrol_draft


def at_once(app, *tasks):
    """Run each task in a thread and a session of its own, started together; what each answered."""
    gate = threading.Barrier(len(tasks))
    answers = [None] * len(tasks)

    def run(place, task):
        with app.app_context():
            gate.wait()
            try:
                answers[place] = task()
                db.session.commit()
            except Exception as failure:
                db.session.rollback()
                answers[place] = type(failure).__name__
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(tasks)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    return answers


def test_phones_racing_with_the_same_patrol_store_one(shared):
    with shared.app_context():
        person = make_person()
        log = LogDraft(patrol_draft(by=person), (finding_draft(), finding_draft("illegal_market")))
        person_id = person.id
        db.session.commit()

    def send():
        by = db.session.get(Person, person_id)
        return record_log(log, by=by, seen_by=WHOLE_SYSTEM).outcome

    answers = at_once(shared, *[send] * 6)
    assert sorted(answers) == ["already_stored"] * 5 + ["stored"]
    with shared.app_context():
        counts = [db.session.scalar(select(func.count(table.id))) for table in (Patrol, Attendance, Finding)]
        assert counts == [1, 3, 2]


def test_two_different_pages_racing_under_one_name_keep_the_first_and_tell_the_second(shared):
    with shared.app_context():
        person = make_person()
        draft = patrol_draft(by=person)
        person_id = person.id
        db.session.commit()

    def send(words):
        by = db.session.get(Person, person_id)
        return record_log(LogDraft(replace(draft, note=words)), by=by, seen_by=WHOLE_SYSTEM).patrol.note

    answers = at_once(shared, lambda: send("một"), lambda: send("hai"))
    with shared.app_context():
        stored = db.session.scalars(select(Patrol)).one()
        assert sorted(answers) == sorted([Conflict.__name__, stored.note])


def test_two_edits_of_one_revision_keep_one_and_tell_the_other(shared):
    with shared.app_context():
        person = make_person()
        patrol = make_patrol(by=person)
        draft, person_id = draft_of(patrol), person.id
        db.session.commit()

    def send(words):
        by = db.session.get(Person, person_id)
        receipt = record_log(LogDraft(replace(draft, note=words)), by=by, seen_by=WHOLE_SYSTEM, base_rev=1)
        return receipt.patrol.note

    answers = at_once(shared, lambda: send("một"), lambda: send("hai"))
    with shared.app_context():
        stored = db.session.scalars(select(Patrol)).one()
        assert sorted(answers) == sorted([Conflict.__name__, stored.note])
        assert stored.rev == 2


@pytest.fixture
def two_sessions(databases):
    """A patrol somebody is already looking at in one session while another writes it.

    PostgreSQL only: on SQLite a writer holds everybody else from his first question on.
    """
    with databases.app(databases.prepared("postgresql")) as app:
        with app.app_context():
            commander = make_person(Role.COMMANDER)
            patrol = make_patrol(by=commander, note="tên của một người")
            db.session.commit()
            ids = patrol.id, commander.id

        def loaded():
            return db.session.get(Patrol, ids[0]), db.session.get(Person, ids[1])

        with app.app_context():
            first = loaded()
            yield first, app, loaded
            db.session.rollback()


def write(loaded, **words):
    patrol, by = loaded()
    draft = replace(draft_of(patrol), **words)
    record_patrol(draft, by=by, seen_by=WHOLE_SYSTEM, has_findings=False, base_rev=patrol.rev)
    db.session.commit()
    return patrol.rev, draft


def test_a_text_blotted_out_while_somebody_writes_does_not_come_back_with_an_old_form(two_sessions):
    (patrol, by), app, loaded = two_sessions
    with app.app_context():
        base_rev, form = write(loaded, from_place="chợ Cá")
    services.redact(patrol, "note", RedactionReason.PERSONAL_DATA, by=by)
    db.session.commit()
    assert "cho ca" in patrol.note_folded
    with app.app_context(), pytest.raises(Conflict):
        record_patrol(
            replace(form, to_place="bãi tắm"), by=loaded()[1], seen_by=WHOLE_SYSTEM,
            has_findings=False, base_rev=base_rev,
        )  # fmt: skip


def test_what_was_cancelled_meanwhile_is_not_sent_back(two_sessions):
    (patrol, by), app, loaded = two_sessions
    with app.app_context():
        cancelled, other = loaded()
        services.cancel(cancelled, "bão", by=other)
        db.session.commit()
    with pytest.raises(NotAllowed):
        services.send_back(patrol, "sai số", by=by)
    assert (patrol.status, patrol.cancelled_because) == (Status.CANCELLED, "bão")


def test_what_was_edited_meanwhile_is_sent_back_as_a_later_revision(two_sessions):
    (patrol, by), app, loaded = two_sessions
    with app.app_context():
        rev, _ = write(loaded, from_place="chợ Cá")
    services.send_back(patrol, "sai số", by=by)
    assert (patrol.rev, patrol.from_place) == (rev + 1, "chợ Cá")
