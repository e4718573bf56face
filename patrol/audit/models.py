"""Who did what, when, from where. Rows are only ever added."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Key, Moment, to
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
    changes: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # field → [before, after]; never a password, never free text
