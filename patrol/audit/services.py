"""Writing the audit trail, and sealing it. A note is added in the transaction of the act it speaks of."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select

from .. import clock
from ..extensions import db
from .models import AuditEvent, AuditSeal
from .queries import head, unsealed
from .rules import BEFORE_THE_FIRST, Head, link

ONE_SEALER = 0x7B1E  # the advisory lock of PostgreSQL that only one sealer holds


class Whence(NamedTuple):
    """Where an act came from; the web layer says it once per request."""

    address: str = ""
    device: str = ""


_whence: ContextVar[Whence | None] = ContextVar("whence", default=None)
_device_time: ContextVar[datetime | None] = ContextVar("device_time", default=None)


def arrived_from(address: str, device: str) -> None:
    """Remember the sender of this request for the notes that follow."""
    _whence.set(Whence(address[:60], device[:300]))


def whence() -> Whence:
    """The sender of this request; nobody in particular outside one."""
    return _whence.get() or Whence()


@contextmanager
def done_at(device_time: datetime | None) -> Iterator[None]:
    """A block whose notes also carry what the sender's clock showed when the act was done."""
    token = _device_time.set(device_time)
    try:
        yield
    finally:
        _device_time.reset(token)


def note(action: str, subject: Any = None, *, by: Any, changes: Mapping[str, Any] | None = None) -> None:
    """Add one line to the audit trail; `by` is a Person or None for the system."""
    sender = whence()
    db.session.add(
        AuditEvent(
            at=clock.now(),
            action=action,
            actor_id=by.id if by else None,
            actor_name=by.full_name if by else "hệ thống",
            subject_kind=subject.__tablename__ if subject is not None else "",
            subject_id=subject.id if subject is not None else None,
            address=sender.address,
            device=sender.device,
            device_time=_device_time.get(),
            changes=dict(changes or {}),
        )
    )


def seal(*, at_most: int | None = None, thorough: bool = True) -> Head | None:
    """Add every committed line that isn't sealed yet to the chain, in the order of their numbers; the new head.

    Call it in a transaction of its own. Any number of processes may: they take turns, and each seals what the others
    left. A line whose transaction commits after later lines were sealed is sealed by a following call, so it is never
    lost and breaks nothing. `thorough` looks for such lines through the whole trail, otherwise only among the latest.
    """
    _take_turns()
    last = head()
    number, previous = (last.number, last.hash) if last else (0, BEFORE_THE_FIRST)
    now, links = clock.now(), []
    for line in unsealed(at_most=at_most, thorough=thorough):
        number, previous = number + 1, link(previous, line)
        links.append({"number": number, "event_id": line["id"], "hash": previous, "sealed_at": now})
    if not links:
        return last
    db.session.execute(insert(AuditSeal), links)
    return Head(number, previous)


def _take_turns() -> None:
    """Wait until no other sealer is at work; on SQLite the transaction itself is the only one that writes."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(ONE_SEALER)))
