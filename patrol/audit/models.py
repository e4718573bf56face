"""Who did what, when, from where, and the chain that seals it. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Key, Moment, UTCDateTime, to
from ..extensions import db


class AuditEvent(db.Model):
    __tablename__ = "audit_events"

    id: Mapped[Key]
    at: Mapped[Moment] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    actor_id: Mapped[int | None] = to("people", index=True)  # None: the system itself, or nobody signed in
    actor_name: Mapped[str] = mapped_column(String(200))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    address: Mapped[str] = mapped_column(String(60))
    device: Mapped[str] = mapped_column(String(300))
    device_time: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the sender's clock when it was done
    changes: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # field → [before, after]; never a password, never free text


class AuditSeal(db.Model):
    """One link of the chain: the line at this place, and the hash of all links up to and with it."""

    __tablename__ = "audit_seals"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3, … without a gap
    event_id: Mapped[int] = to("audit_events", unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[Moment]
