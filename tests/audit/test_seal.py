"""The chain over the trail: nothing is lost, and whatever is done to it afterwards is found."""

import itertools
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, func, insert, select, text

from patrol import chores
from patrol.audit.models import AuditEvent, AuditSeal
from patrol.audit.queries import LATEST, count_unsealed, head, verify
from patrol.audit.rules import SEALED, Head, Problem, canonical, parse_head
from patrol.audit.services import done_at, note, seal
from patrol.extensions import db as the_db

LINE = {
    "id": 7,
    "at": datetime(2026, 2, 5, 14, 30, 0, 120, tzinfo=UTC),
    "action": "patrol.changed",
    "actor_id": None,
    "actor_name": "Lê Văn Tuần",
    "subject_kind": "patrols",
    "subject_id": 3,
    "address": "10.1.2.3",
    "device": "Điện thoại",
    "device_time": None,
    "changes": {"b": [1, None], "a": [None, "Bãi Bụt"]},
}


@pytest.fixture
def sealed(db):
    """Five more lines, sealed one behind the other; the head."""
    seal()
    for number in range(5):
        note("patrol.changed", by=None, changes={"n": [None, number]})
    return seal()


def lines() -> list[int]:
    """The numbers of the lines in the order of the chain."""
    return list(the_db.session.scalars(select(AuditSeal.event_id).order_by(AuditSeal.number)))


def write(action: str = "patrol.changed", **columns) -> AuditEvent:
    """A line with every column said."""
    line = AuditEvent(
        **{**{name: LINE[name] for name in SEALED if name != "id"}, "action": action, **columns}
    )
    the_db.session.add(line)
    the_db.session.flush()
    return line


def tamper(*statements: str, **values) -> None:
    """What somebody with the database in his hands may do: no key of ours stops him."""
    if the_db.engine.dialect.name == "sqlite":
        the_db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        the_db.session.execute(
            text("ALTER TABLE audit_seals DROP CONSTRAINT IF EXISTS fk_audit_seals_event_id_audit_events")
        )
    for statement in statements:
        assert the_db.session.execute(text(statement), values).rowcount > 0, statement
    the_db.session.expire_all()


def test_a_line_is_sealed_alike_whatever_the_order_of_its_fields_and_the_zone_of_its_clock():
    turned = {name: LINE[name] for name in reversed(LINE)}
    turned["changes"] = {"a": [None, "Bãi Bụt"], "b": [1, None]}
    turned["at"] = LINE["at"].astimezone(timezone(timedelta(hours=7)))
    assert canonical(turned) == canonical(LINE)
    assert b'"at":"2026-02-05T14:30:00.000120Z"' in canonical(LINE)


def test_everything_that_stands_in_a_line_is_sealed():
    assert set(SEALED) == set(AuditEvent.__table__.columns.keys())
    for name in SEALED:
        assert canonical(LINE | {name: "khác"}) != canonical(LINE), name


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (f"12:{'a1' * 32}", Head(12, "a1" * 32)),
        (f" 12 : {'A1' * 8} ", Head(12, "a1" * 8)),
        (f"Niêm phong nhật ký ngày 27/11/2026: 1290:{'0f' * 32}", Head(1290, "0f" * 32)),
        ("12:a1a1", None),
        ("12", None),
        (f"12:{'g1' * 32}", None),
        ("", None),
    ],
)
def test_a_head_is_read_from_a_line_of_a_log_and_from_its_first_characters(typed, understood):
    assert parse_head(typed) == understood


def test_the_chain_is_the_same_on_every_database(db):
    db.session.execute(delete(AuditEvent))  # the line of the first set-up, of another moment in each database
    write(id=7)
    write(
        id=9,
        at=datetime(2026, 2, 5, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=7))),
        device_time=datetime(2026, 2, 5, 16, 0, tzinfo=UTC),
        changes={"đ": [0.1, 1290], "a": [True, {"z": [], "y": "“ở”"}]},
    )
    assert seal() == Head(2, PINNED)
    assert verify(Head(2, PINNED[:16])) == []


PINNED = "9b90d370b2be3d246c50beb38edc08fd3ed7978698372b04b4756f8ed04f62f3"


def test_every_line_is_sealed_once_in_the_order_of_their_numbers(sealed):
    assert lines() == sorted(the_db.session.scalars(select(AuditEvent.id)))
    assert (count_unsealed(), head(), verify(sealed)) == (0, sealed, [])


def test_sealing_again_changes_nothing(sealed):
    assert seal() == seal() == sealed
    assert head() == sealed


def test_a_line_carries_the_clock_of_the_phone_it_was_done_on(db, clock):
    evening = clock.set("2026-02-05 21:30")
    with done_at(evening):
        clock.advance(hours=9)
        note("patrol.recorded", by=None)
    note("patrol.changed", by=None)
    sent, after = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(2)).all()[::-1]
    assert (sent.device_time, after.device_time) == (evening, None)
    assert sent.at == evening + timedelta(hours=9)


CHANGED = {
    "at": "'2020-01-01 00:00:00'",
    "action": "'patrol.confirmed'",
    "actor_name": "'người khác'",
    "subject_id": "subject_id + 1",
    "address": "'10.9.9.9'",
    "device_time": "'2020-01-01 00:00:00'",
    "changes": """'{"n": [null, 99]}'""",
}


@pytest.mark.parametrize("column", sorted(CHANGED))
def test_a_changed_line_is_found_whatever_was_changed(sealed, column):
    write(subject_id=3)
    published = seal()
    line = lines()[-1]
    tamper(f"UPDATE audit_events SET {column} = {CHANGED[column]} WHERE id = :id", id=line)
    assert verify() == [Problem("line_changed", published.number, line)]


def test_a_removed_line_is_found_and_named(sealed):
    gone = lines()[-3]
    tamper("DELETE FROM audit_events WHERE id = :id", id=gone)
    assert verify() == [Problem("line_removed", sealed.number - 2, gone)]


def test_a_line_removed_together_with_its_link_is_found(sealed):
    gone = lines()[-3]
    tamper("DELETE FROM audit_seals WHERE event_id = :id", "DELETE FROM audit_events WHERE id = :id", id=gone)
    assert verify() == [Problem("link_missing", sealed.number - 2)]


def test_closing_the_gap_of_a_removed_line_is_found(sealed):
    gone = lines()[-3]
    tamper(
        "DELETE FROM audit_seals WHERE event_id = :id",
        "DELETE FROM audit_events WHERE id = :id",
        "UPDATE audit_seals SET number = number - 1 WHERE number = (SELECT max(number) FROM audit_seals) - 1",
        "UPDATE audit_seals SET number = number - 1 WHERE number = (SELECT max(number) FROM audit_seals)",
        id=gone,
    )
    assert verify()[0].code == "line_changed"


def test_two_lines_in_another_order_are_found(sealed):
    first, second = lines()[-4:-2]
    tamper(
        "UPDATE audit_events SET id = -1 WHERE id = :first",
        "UPDATE audit_events SET id = :first WHERE id = :second",
        "UPDATE audit_events SET id = :second WHERE id = -1",
        first=first,
        second=second,
    )
    assert verify() == [
        Problem("line_changed", sealed.number - 3, first),
        Problem("line_changed", sealed.number - 2, second),
    ]


def test_a_cut_tail_is_found_by_a_head_published_before(sealed):
    tamper(
        "DELETE FROM audit_seals WHERE number > :kept",
        "DELETE FROM audit_events WHERE id NOT IN (SELECT event_id FROM audit_seals)",
        kept=sealed.number - 2,
    )
    assert verify() == []  # from inside a shorter chain looks whole: that is why heads are published
    assert verify(sealed) == [Problem("chain_cut", sealed.number)]


def test_a_tail_cut_and_grown_again_is_found_by_a_head_published_before(sealed):
    tamper(
        "DELETE FROM audit_seals WHERE number > :kept",
        "DELETE FROM audit_events WHERE id NOT IN (SELECT event_id FROM audit_seals)",
        kept=sealed.number - 2,
    )
    for _ in range(4):
        note("patrol.confirmed", by=None)
    grown = seal()
    assert grown.number > sealed.number
    assert verify(grown) == []
    assert verify(grown, sealed) == [Problem("head_differs", sealed.number)]


def test_a_chain_made_anew_over_a_changed_line_is_found_by_a_head_published_before(sealed):
    tamper(
        "UPDATE audit_events SET actor_name = 'người khác' WHERE id = :id",
        "DELETE FROM audit_seals",
        id=lines()[0],
    )
    assert seal().number == sealed.number
    assert verify() == []
    assert verify(sealed) == [Problem("head_differs", sealed.number)]


def test_a_line_that_commits_after_later_ones_were_sealed_is_sealed_next_and_breaks_nothing(databases):
    """On PostgreSQL only: there two writers are open at once, and the smaller number may commit last."""
    with databases.app(databases.prepared("postgresql")) as app, app.app_context():
        seal()
        the_db.session.commit()
        slow, quick = the_db.engine.connect(), the_db.engine.connect()
        values = {name: LINE[name] for name in SEALED if name != "id"}
        taken = [
            each.execute(insert(AuditEvent).returning(AuditEvent.id), values).scalar_one()
            for each in (slow, quick)
        ]
        quick.commit()
        before = seal(thorough=False)
        the_db.session.commit()
        assert taken[0] < taken[1]
        assert lines()[-1] == taken[1]
        slow.commit()
        after = seal(thorough=False)
        the_db.session.commit()
        assert lines()[-2:] == [taken[1], taken[0]]
        assert (after.number, count_unsealed(), verify(before, after)) == (before.number + 1, 0, [])
        slow.close()
        quick.close()


def test_a_line_that_commits_very_late_is_found_by_the_look_through_the_whole_trail(databases):
    with databases.app(databases.prepared("postgresql")) as app, app.app_context():
        slow = the_db.engine.connect()
        values = {name: LINE[name] for name in SEALED if name != "id"}
        late = slow.execute(insert(AuditEvent).returning(AuditEvent.id), values).scalar_one()
        write(id=late + LATEST + 1)
        before = seal()
        the_db.session.commit()
        slow.commit()
        slow.close()
        assert seal(thorough=False) == before
        assert seal().number == before.number + 1
        assert lines()[-1] == late
        assert verify(before) == []


def test_sealers_and_writers_at_once_seal_every_line_once(shared):
    gate = threading.Barrier(6)
    failures = []

    def work(task):
        gate.wait()
        for _ in range(15):
            with shared.app_context():
                try:
                    task()
                    the_db.session.commit()
                except Exception as failure:
                    failures.append(failure)

    tasks = [seal, seal, seal, *[lambda: note("patrol.changed", by=None)] * 3]
    threads = [threading.Thread(target=work, args=(task,)) for task in tasks]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    with shared.app_context():
        seal()
        assert failures == []
        assert verify() == []
        assert sorted(lines()) == sorted(the_db.session.scalars(select(AuditEvent.id)))
        assert the_db.session.scalar(select(func.count(AuditEvent.id))) >= 45


def test_the_running_log_seals_by_itself_and_says_the_head_once(shared):
    said = []
    sealed = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        sealed.set()

    with shared.app_context():
        note("patrol.changed", by=None)
        the_db.session.commit()
    stop = chores.start(shared, say=say)
    try:
        assert sealed.wait(20)
    finally:
        stop.set()
    with shared.app_context():
        assert count_unsealed() == 0
        assert [parse_head(line) for line in said] == [head()]


def test_what_waits_is_sealed_some_at_a_time(shared, monkeypatch):
    monkeypatch.setattr(chores, "AT_ONCE", 3)
    with shared.app_context():
        for _ in range(8):
            note("patrol.changed", by=None)
        the_db.session.commit()
        sealed = chores.seal_waiting(thorough=True)
        assert (count_unsealed(), verify(sealed)) == (0, [])
        assert chores.seal_waiting(thorough=False) == sealed
        assert len(set(the_db.session.scalars(select(AuditSeal.sealed_at)))) >= 3


def test_the_commands_seal_print_and_check(runner, db):
    note("patrol.changed", by=None)
    sealed = runner.invoke(args=["audit", "seal"]).output.strip()
    assert runner.invoke(args=["audit", "head"]).output.strip() == sealed == str(head())
    whole = runner.invoke(args=["audit", "verify", "--head", sealed])
    assert (whole.exit_code, whole.output.splitlines()[0]) == (
        0,
        f"Nhật ký toàn vẹn: {head().number} dòng đã niêm phong.",
    )
    note("patrol.changed", by=None)
    assert "1 dòng đang chờ niêm phong." in runner.invoke(args=["audit", "verify"]).output
    line = lines()[-1]
    tamper("UPDATE audit_events SET address = 'x' WHERE id = :id", id=line)
    broken = runner.invoke(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert f"Dòng số {line} không khớp niêm phong" in broken.stdout
    assert "NHẬT KÝ KHÔNG TOÀN VẸN: 1 chỗ không khớp." in broken.stderr


def test_the_check_takes_several_heads_and_refuses_what_is_none(runner, sealed):
    beyond = Head(sealed.number + 1, sealed.hash)
    found = runner.invoke(
        args=["audit", "verify", *itertools.chain(*(("--head", str(h)) for h in (sealed, beyond)))]
    )
    assert found.exit_code == 1
    assert f"Chuỗi không còn tới số {beyond.number} đã công bố" in found.stdout
    assert runner.invoke(args=["audit", "verify", "--head", "12:abc"]).exit_code == 2
