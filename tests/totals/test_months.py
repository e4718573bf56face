"""Sums kept in memory: nobody ever sees an old number, however it changed; what did not change is not read again."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text, update

from patrol import clock
from patrol.accounts.queries import scope_of
from patrol.accounts.rules import Role
from patrol.db import reading
from patrol.extensions import db as database
from patrol.findings.models import Finding
from patrol.patrols.models import Attendance, Patrol
from patrol.patrols.rules import Status
from patrol.totals.months import Kept, _kept
from patrol.totals.queries import by_force, by_month, by_stretch, figures, left_out
from patrol.tracks.models import PatrolTrack
from patrol.units.queries import forces, programme_by_code
from tests.builders import (
    POST,
    attendance,
    finding_draft,
    make_patrol,
    make_person,
    make_setting,
    question,
    stretch,
)


def told():
    """Every number of a year and its tables, as a page tells them."""
    asked = question("2026-01-15", "2026-12-20")
    answer = figures(asked)
    values = {key: (figure.value, figure.unknown, figure.records) for key, figure in answer.figures.items()}
    tables = [
        (line.label, line.sorties, line.known_personnel) for line in by_month(answer) + by_stretch(answer)
    ]
    return values, tables, by_force(answer, forces()), left_out(asked)


def read_anew():
    _kept.clear()
    return told()


@pytest.fixture
def patrol(db, clock):
    patrol = make_patrol(findings=(finding_draft(measures={"cases": 1, "subjects": 5}),))
    make_patrol(started="2026-06-10 20:00")
    db.session.commit()
    told()
    return patrol


def walk(patrol):
    database.session.add(
        PatrolTrack(
            patrol_id=patrol.id, kind="recorded", means="on_foot", grade="A", reasons=[], remarks=[],
            points_read=2, points_used=2, dropped={}, raw_m=4100, distance_m=4000, moving_s=9000, gap_s=0, gaps=[],
            against_start=patrol.started_at, is_counted=True, line=b"", fine=b"", z12=b"", z10=b"",
        )
    )  # fmt: skip


def to_march(patrol):
    patrol.started_at += timedelta(days=33)
    patrol.ended_at += timedelta(days=33)
    patrol.patrolled_on += timedelta(days=33)


def recategorised(patrol):
    patrol.findings[0].category_code = "drug_use_org"


CHANGES = {
    "returned": lambda patrol: setattr(patrol, "status", Status.RETURNED),
    "confirmed": lambda patrol: setattr(patrol, "status", Status.CONFIRMED),
    "in another month": to_march,
    "on another stretch": lambda patrol: setattr(patrol, "stretch_id", stretch("hoi_an_tay").id),
    "in no programme": lambda patrol: patrol.programmes.clear(),
    "in another programme": lambda patrol: setattr(patrol, "programmes", [programme_by_code("nghi_dinh_03")]),
    "three more went": lambda patrol: setattr(patrol.attendance[0], "personnel", 5),
    "a unit was not there": lambda patrol: patrol.attendance.pop(),
    "a finding is withdrawn": lambda patrol: setattr(patrol.findings[0], "is_withdrawn", True),
    "a finding is of another kind": recategorised,
    "a subject more": lambda patrol: setattr(patrol.findings[0].measures[-1], "quantity", 6),
    "a number is unknown": lambda patrol: setattr(patrol.findings[0].measures[-1], "quantity", None),
    "it has a way": walk,
    "one more sortie": lambda patrol: make_patrol(started="2026-02-27 19:00"),
    "one more, on the first day asked for": lambda patrol: make_patrol(started="2026-01-15 00:10"),
    "three forces are joint": lambda _: make_setting("joint_min_forces", "4", since="2026-02-01"),
    "rows written in bulk": lambda _: database.session.execute(update(Patrol).values(militia_total=7)),
    "rows of a table written in bulk": lambda _: database.session.execute(
        Attendance.__table__.update().values(personnel=9)
    ),
    "findings written in bulk": lambda _: database.session.execute(update(Finding).values(is_withdrawn=True)),
    "by hand in SQL": lambda _: database.session.execute(text("UPDATE patrols SET personnel_total = 11")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_any_change_the_figures_are_those_of_the_records(db, patrol, change):
    before = told()
    change(patrol)
    assert told() != before, "who changes it sees it before he commits"
    db.session.commit()
    after = told()
    assert after != before
    assert after == told() == read_anew()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_taken_back_is_in_no_figure(db, patrol, change):
    before = told()
    change(patrol)
    assert told() != before
    db.session.rollback()
    assert told() == before == read_anew()


def test_a_forgotten_patrol_moved_between_months_leaves_the_first(db, patrol):
    """The day before is known even when nobody had looked at it in this session."""
    db.session.expire_all()
    patrol.patrolled_on = clock.local_day(patrol.started_at) + timedelta(days=33)
    db.session.commit()
    assert told() == read_anew()


def test_only_months_that_changed_are_read_again(db, patrol):
    with reads() as first:
        told()
    make_patrol(started="2026-06-20 20:00")
    db.session.commit()
    with reads() as then:
        told()
    assert first == []
    assert {(str(days[0])[:10], str(days[1])[:10]) for days in then} == {("2026-06-01", "2026-06-30")}


def test_each_viewer_has_sums_of_his_own(db, patrol):
    person = make_person(Role.COMMANDER, of="ca_hoi_an_tay")
    db.session.commit()
    assert figures(question())["patrol.sorties"].value == 2
    assert figures(question(seen_by=scope_of(person)))["patrol.sorties"].value == 0
    assert figures(question(stretch_id=stretch("hoi_an_tay").id))["patrol.sorties"].value == 0


def test_two_sessions_at_once_see_a_patrol_when_it_is_stored_and_not_before(databases, kind):
    """Whoever asks while somebody else writes is told what is stored, and keeps nothing that is not."""
    with databases.app(databases.prepared(kind)) as app:
        with app.app_context():
            leader = make_person()
            make_patrol(by=leader, attendance=attendance(**{POST: 4, "ca_dien_ban_dong": 2}))
            database.session.commit()
            leader_id = leader.id
        with app.app_context(), reading():
            assert figures(question())["patrol.personnel"].value == 6
        with app.app_context():
            make_patrol(by=database.session.get(type(leader), leader_id), started="2026-02-09 20:00")
            assert figures(question())["patrol.personnel"].value == 12
            with app.app_context(), reading():
                assert figures(question())["patrol.personnel"].value == 6
            database.session.commit()
        with app.app_context(), reading():
            assert figures(question())["patrol.personnel"].value == 12


def test_what_was_not_asked_for_the_longest_is_let_go():
    kept = Kept(2)
    for number in (1, 2):
        kept.put(number, [number])
    assert kept.get(1) == [1]
    kept.put(3, [3])
    assert (kept.get(1), kept.get(2), kept.get(3)) == ([1], None, [3])


class reads:  # noqa: N801
    """The days for which patrols are added up inside this block."""

    def __enter__(self):
        self.days = []
        event.listen(database.engine, "before_cursor_execute", self._notice)
        return self.days

    def __exit__(self, *_):
        event.remove(database.engine, "before_cursor_execute", self._notice)

    def _notice(self, _connection, _cursor, statement, parameters, *_):
        if "GROUP BY" in statement and "patrols.patrolled_on BETWEEN" in statement:
            values = list(parameters.values()) if isinstance(parameters, dict) else list(parameters)
            self.days.append([value for value in values if str(value)[:4] == "2026"][:2])
