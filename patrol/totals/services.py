"""Marking months: whoever commits a change to what figures are made of gives its months new marks, in the same commit.

Nobody has to think of it: the session tells what is flushed through it and what is written in bulk.
"""

from typing import Any
from uuid import uuid4

from sqlalchemy import TextClause, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session

from ..findings.models import Finding, Measure
from ..patrols.models import Attendance, Patrol, PatrolProgramme
from ..tracks.models import PatrolTrack
from ..units.models import Setting
from .models import CHANGING, EVERY_MONTH, MonthMark

COUNTED = (Patrol, PatrolProgramme, Attendance, Finding, Measure, PatrolTrack, Setting)
TABLES = {model.__table__ for model in COUNTED}
INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def mark_changed_months() -> None:
    """Let every session mark months from now on. Saying it again changes nothing."""
    event.listen(Session, "before_flush", _notice_what_is_flushed)
    event.listen(Session, "do_orm_execute", _notice_what_is_written_in_bulk)
    event.listen(Session, "before_commit", _mark)


def _notice_what_is_flushed(session: Session, *_: Any) -> None:
    for changed in (*session.new, *session.dirty, *session.deleted):
        if isinstance(changed, COUNTED):
            _changing(session).update(_months_of(changed, session))


def _notice_what_is_written_in_bulk(state: ORMExecuteState) -> None:
    statement: Any = state.statement
    if isinstance(statement, TextClause):
        writes = not statement.text.lstrip().upper().startswith("SELECT")
    else:
        writes = not state.is_select and getattr(statement, "table", None) in TABLES
    if writes:
        _changing(state.session).add(EVERY_MONTH)


def _mark(session: Session) -> None:
    """Last of all and in the order of months, so that two commits wait for one another and never both."""
    if session.in_nested_transaction():
        return
    session.flush()
    months = session.info.pop(CHANGING, None)
    if not months:
        return
    insert = INSERT[session.connection().dialect.name]
    for month in sorted(months):
        new = insert(MonthMark).values(month=month, mark=uuid4())
        session.execute(new.on_conflict_do_update(index_elements=["month"], set_={"mark": new.excluded.mark}))


def _changing(session: Session) -> set[Any]:
    return session.info.setdefault(CHANGING, set())


def _months_of(changed: Any, session: Session) -> set[Any]:
    """The months whose figures this row is part of, before and after."""
    if isinstance(changed, Setting):
        return {EVERY_MONTH}
    if isinstance(changed, Measure):
        changed = session.get(Finding, changed.finding_id) if changed.finding_id else None
    if changed is None:
        return set()  # of a finding that is new itself
    if not isinstance(changed, Patrol):
        patrol_id = changed.patrol_id
        changed = session.get(Patrol, patrol_id) if patrol_id else getattr(changed, "patrol", None)
    if changed is None:
        return set()  # of no patrol: no figure of patrols holds it
    days = {changed.patrolled_on, *inspect(changed).attrs.patrolled_on.history.deleted}
    return {day.replace(day=1) for day in days}
