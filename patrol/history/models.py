"""What changed in records, word for word, and what was blotted out of them."""

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Code, Key, Moment, Name, to
from ..extensions import db


class RecordChange(db.Model):
    """One field of one record, before and after. Unlike the audit trail it holds free text, to be blotted out."""

    __tablename__ = "record_changes"
    __table_args__ = (Index("ix_record_changes_subject", "subject_kind", "subject_id"),)

    id: Mapped[Key]
    at: Mapped[Moment]
    actor_id: Mapped[int | None] = to("people")  # None: the system itself
    actor_name: Mapped[Name]
    address: Mapped[str] = mapped_column(String(60))
    device: Mapped[str] = mapped_column(String(300))
    subject_kind: Mapped[Code]
    subject_id: Mapped[int]
    field: Mapped[Code]
    about: Mapped[Name]  # the unit, the category …: which part of the record
    old: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    new: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))


class Redaction(db.Model):
    """A text of a record was blotted out, here and in its history. Who, when and why stay; the text doesn't."""

    __tablename__ = "redactions"
    __table_args__ = (Index("ix_redactions_subject", "subject_kind", "subject_id"),)

    id: Mapped[Key]
    at: Mapped[Moment]
    actor_id: Mapped[int] = to("people")
    actor_name: Mapped[Name]
    subject_kind: Mapped[Code]
    subject_id: Mapped[int]
    field: Mapped[Code]
    reason: Mapped[Code]
