"""How we speak to the database: moments in UTC, links that hold, and a pen only writers take."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, event, text
from sqlalchemy.exc import IntegrityError, StatementError

from patrol.accounts.models import Person
from patrol.accounts.rules import Role
from patrol.audit.models import AuditEvent
from patrol.audit.services import note
from patrol.db import UTCDateTime, reading
from patrol.extensions import db as the_db
from patrol.units.models import Unit
from tests.builders import make_patrol, make_person


def test_a_moment_comes_out_in_utc_whatever_zone_it_went_in(db):
    note("test.line", by=None)
    line = db.session.query(AuditEvent).filter_by(action="test.line").one()
    line.at = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=7)))
    db.session.flush()
    db.session.expire(line)
    assert line.at == datetime(2025, 12, 31, 17, 30, tzinfo=UTC)
    assert line.at.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(db):
    note("test.line", by=None)
    db.session.query(AuditEvent).filter_by(action="test.line").one().at = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(StatementError, match="a moment needs a time zone"):
        db.session.flush()


def test_no_moment_stays_no_moment(app):
    kind = UTCDateTime()
    assert kind.process_bind_param(None, None) is None
    assert kind.process_result_value(None, None) is None


def test_what_is_pointed_to_cannot_be_taken_away(db):
    make_patrol()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(delete(Person))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(delete(Unit))


def test_nothing_points_to_what_is_not_there(db):
    person = make_person(Role.COMMANDER)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        person.unit_id = 10**6


def test_a_savepoint_takes_back_its_own_part_only(db):
    make_person(username="giu.lai")
    with pytest.raises(RuntimeError), db.session.begin_nested():
        make_person(username="bo.di")
        raise RuntimeError
    assert [person.username for person in db.session.query(Person)] == ["giu.lai"]


def test_sqlite_is_prepared_for_several_writers(databases):
    with databases.app(databases.prepared("sqlite")) as app, app.app_context():
        asked = {
            pragma: the_db.session.scalar(text(f"PRAGMA {pragma}"))
            for pragma in ("foreign_keys", "journal_mode", "busy_timeout", "synchronous")
        }
    assert asked == {"foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 30000, "synchronous": 2}


@pytest.fixture
def begun(databases):
    """The ways transactions of a SQLite database began while the test ran."""
    ways: list[str] = []
    with databases.app(databases.prepared("sqlite")) as app:

        def listen(_conn, _cursor, statement, *_more):
            if statement.startswith("BEGIN"):
                ways.append(statement)

        with app.app_context():
            event.listen(the_db.engine, "before_cursor_execute", listen)
        yield app, ways


def test_a_request_that_only_reads_leaves_the_pen_to_others(begun):
    app, ways = begun
    client = app.test_client()
    client.get("/dang-nhap")
    client.head("/dang-nhap")
    assert set(ways) == {"BEGIN"}
    ways.clear()
    client.post("/dang-nhap", data={"_username": "x"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert set(ways) == {"BEGIN IMMEDIATE"}


def test_a_task_after_a_request_takes_the_pen_unless_it_says_that_it_only_reads(begun):
    app, ways = begun
    app.test_client().get("/dang-nhap")
    ways.clear()
    with app.app_context():
        the_db.session.execute(text("SELECT 1"))
        the_db.session.rollback()
        with reading():
            the_db.session.execute(text("SELECT 1"))
            the_db.session.rollback()
        the_db.session.execute(text("SELECT 1"))
    assert ways == ["BEGIN IMMEDIATE", "BEGIN", "BEGIN IMMEDIATE"]
