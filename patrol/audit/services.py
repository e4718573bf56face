"""Writing the audit trail. A note is added in the transaction of the act it speaks of."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple

from .. import clock
from ..extensions import db
from .models import AuditEvent


class Whence(NamedTuple):
    """Where an act came from; the web layer says it once per request."""

    address: str = ""
    device: str = ""


_whence: ContextVar[Whence | None] = ContextVar("whence", default=None)


def arrived_from(address: str, device: str) -> None:
    """Remember the sender of this request for the notes that follow."""
    _whence.set(Whence(address[:60], device[:300]))


def note(action: str, subject: Any = None, *, by: Any, changes: Mapping[str, Any] | None = None) -> None:
    """Add one line to the audit trail; `by` is a Person or None for the system."""
    whence = _whence.get() or Whence()
    db.session.add(
        AuditEvent(
            at=clock.now(),
            action=action,
            actor_id=by.id if by else None,
            actor_name=by.full_name if by else "hệ thống",
            subject_kind=subject.__tablename__ if subject is not None else "",
            subject_id=subject.id if subject is not None else None,
            address=whence.address,
            device=whence.device,
            changes=dict(changes or {}),
        )
    )
