"""Reading the audit trail."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from ..extensions import db
from .models import AuditEvent


def latest_events(*, page: int, per_page: int, action: str = "") -> tuple[Sequence[AuditEvent], int]:
    """One page of the trail, newest first, and how many lines there are in all. For kiểm tra only."""
    wanted = select(AuditEvent)
    if action:
        wanted = wanted.where(AuditEvent.action.startswith(action, autoescape=True))
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


def last_event(action: str, subject: Any) -> AuditEvent | None:
    """The newest line of one action about one record."""
    return db.session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.action == action,
            AuditEvent.subject_kind == subject.__tablename__,
            AuditEvent.subject_id == subject.id,
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()
