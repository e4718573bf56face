"""Reading the audit trail, and checking its chain."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from .. import clock
from ..extensions import db
from .models import AuditEvent, AuditSeal
from .rules import BEFORE_THE_FIRST, SEALED, Head, Problem, link

LATEST = 10_000  # how many lines back a quick look for unsealed ones goes
AT_ONCE = 2_000  # lines held in memory while the chain is walked

_LINE = tuple(getattr(AuditEvent, name) for name in SEALED)


def latest_events(
    *, page: int, per_page: int, action: str = "", actor: str = "", day: date | None = None
) -> tuple[Sequence[AuditEvent], int]:
    """One page of the trail, newest first, and how many lines there are in all. For kiểm tra only.

    `action` begins the action, `actor` stands in the name, `day` is the local day.
    """
    wanted = select(AuditEvent)
    if action:
        wanted = wanted.where(AuditEvent.action.startswith(action, autoescape=True))
    if actor:
        wanted = wanted.where(AuditEvent.actor_name.icontains(actor, autoescape=True))
    if day:
        first, after = clock.start_of(day), clock.start_of(day + timedelta(days=1))
        wanted = wanted.where(AuditEvent.at >= first, AuditEvent.at < after)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(
        wanted.order_by(AuditEvent.id.desc()).limit(per_page).offset((page - 1) * per_page)
    ).all()
    return rows, total


def events_about(kind: str, subject_id: int) -> Sequence[AuditEvent]:
    """Everything that happened to one record, oldest first. The caller has checked who asks."""
    return db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_kind == kind, AuditEvent.subject_id == subject_id)
        .order_by(AuditEvent.id)
    ).all()


def last_action(action: str) -> AuditEvent | None:
    """The newest line of one action, whatever it was about."""
    return db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id.desc()).limit(1)
    ).first()


def head() -> Head | None:
    """The end of the chain: what exports, backups and the log of the day print. None before the first line."""
    last = db.session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))
    return Head(last.number, last.hash) if last else None


def unsealed(*, at_most: int | None = None, thorough: bool = True) -> list[Mapping[str, Any]]:
    """Lines that stand in no link yet, by number. Not `thorough`: only among the latest, which is quick."""
    wanted = _unsealed(*_LINE, thorough=thorough).order_by(AuditEvent.id).limit(at_most)
    return [row._mapping for row in db.session.execute(wanted)]


def count_unsealed() -> int:
    """How many lines of the whole trail wait for their seal."""
    return db.session.scalar(_unsealed(func.count(), thorough=True)) or 0


def _unsealed(*columns: Any, thorough: bool) -> Select[Any]:
    wanted = (
        select(*columns)
        .select_from(AuditEvent)
        .outerjoin(AuditSeal, AuditSeal.event_id == AuditEvent.id)
        .where(AuditSeal.number.is_(None))
    )
    if not thorough:
        newest = select(func.coalesce(func.max(AuditSeal.event_id), 0)).scalar_subquery()
        wanted = wanted.where(AuditEvent.id > newest - LATEST)
    return wanted


def verify(*published: Head) -> list[Problem]:
    """Walk the whole chain and say everything that doesn't agree; an empty list means it holds.

    Finds lines that were changed, taken out or swapped and links that are missing. What can't be seen from inside (the
    end cut off, or everything sealed anew after a change) is found with heads `published` before it happened.
    """
    problems, expected, previous = [], 1, BEFORE_THE_FIRST
    held: dict[int, str] = {}  # number → hash, where a published head stands
    asked = {each.number for each in published}
    for number, event_id, stored, line in _links():
        if number != expected:
            problems.append(Problem("link_missing", expected))
        if line["id"] is None:
            problems.append(Problem("line_removed", number, event_id))
        elif number == expected and link(previous, line) != stored:
            problems.append(Problem("line_changed", number, event_id))
        if number in asked:
            held[number] = stored
        expected, previous = number + 1, stored
    for each in published:
        if each.number >= expected:
            problems.append(Problem("chain_cut", each.number))
        elif not held.get(each.number, "").startswith(each.hash):
            problems.append(Problem("head_differs", each.number))
    return problems


def _links() -> Iterator[tuple[int, int, str, Mapping[str, Any]]]:
    """(number, line number, hash, line) of every link in order; a line that is gone has no id."""
    wanted = (
        select(AuditSeal.number, AuditSeal.event_id, AuditSeal.hash, *_LINE)
        .outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id)
        .order_by(AuditSeal.number)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in db.session.execute(wanted):
        number, event_id, stored, *line = row
        yield number, event_id, stored, dict(zip(SEALED, line, strict=True))
