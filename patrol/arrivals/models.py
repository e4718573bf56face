"""What phones sent, as it came; contents on their way; and what phones say they still hold."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Uuid

from ..accounts.models import Person
from ..db import Code, Key, Moment, Name, to
from ..extensions import db
from .rules import Decision, Kind, Outcome, State


def one_of(column: str, values: type) -> CheckConstraint:
    known = ", ".join(f"'{value}'" for value in values)  # type: ignore[var-annotated, attr-defined]
    return CheckConstraint(f"{column} IN ({known})", name=f"{column}_known")


class ReceivedItem(db.Model):
    """One version of one item, written down before anybody tried to understand it. Sent again it is the same row."""

    __tablename__ = "received_items"
    __table_args__ = (
        UniqueConstraint("item_id", "device", "person_id", "rev", "sha256"),
        one_of("outcome", Outcome),
        one_of("decision", Decision),
        Index("ix_received_items_last_at", "last_at"),
    )

    id: Mapped[Key]
    item_id: Mapped[str] = mapped_column(String(36))  # "" when it had none that can be read
    kind: Mapped[Code]
    device: Mapped[Any] = mapped_column(Uuid)
    person_id: Mapped[int] = to("people", index=True)
    rev: Mapped[int]
    base_rev: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64))  # of the bytes received
    phone_time: Mapped[Moment | None]
    received_at: Mapped[Moment]
    last_at: Mapped[Moment]
    times: Mapped[int]  # how often it came
    body: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # None once its time is over

    outcome: Mapped[str | None] = mapped_column(String(40))  # None: received, not decided yet
    codes: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    became: Mapped[int | None]  # the revision of the record this version became
    decision: Mapped[str | None] = mapped_column(String(40))  # about one kept beside the record
    decided_at: Mapped[Moment | None]
    decided_by_id: Mapped[int | None] = to("people")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


class Announced(db.Model):
    """A photo or track a phone told of. It names its patrol and its content; either may be still missing."""

    __tablename__ = "announced_media"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("state", State),
    )

    id: Mapped[Key]
    item_id: Mapped[Any] = mapped_column(Uuid, unique=True)
    kind: Mapped[Code]
    patrol_client_id: Mapped[Any] = mapped_column(Uuid, index=True)
    finding_client_id: Mapped[Any | None] = mapped_column(Uuid)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    name: Mapped[Name]
    taken_at: Mapped[Moment | None]
    is_clean: Mapped[bool]  # of a photo: somebody said: no people, no papers, no weapons
    place: Mapped[Name]
    caption: Mapped[Name]
    person_id: Mapped[int] = to("people", index=True)
    announced_at: Mapped[Moment]
    state: Mapped[Code]
    code: Mapped[str | None] = mapped_column(String(60))  # why it was refused
    settled_at: Mapped[Moment | None]

    person: Mapped[Person] = relationship()


class Upload(db.Model):
    """A content on its way, named by its hash; everybody has his own."""

    __tablename__ = "uploads"
    __table_args__ = (UniqueConstraint("sha256", "person_id"),)

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = to("people", index=True)
    size: Mapped[int]
    received: Mapped[int]
    is_whole: Mapped[bool]  # all of it is here and its hash is right
    started_at: Mapped[Moment]
    touched_at: Mapped[Moment] = mapped_column(index=True)


class UploadPart(db.Model):
    __tablename__ = "upload_parts"

    upload_id: Mapped[int] = to("uploads", primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PhoneReport(db.Model):
    """The last word of one phone about what it still holds for one person."""

    __tablename__ = "phone_reports"
    __table_args__ = (
        UniqueConstraint("device", "person_id"),
        CheckConstraint("patrols >= 0", name="patrols_not_negative"),
        CheckConstraint("items >= 0", name="items_not_negative"),
    )

    id: Mapped[Key]
    device: Mapped[Any] = mapped_column(Uuid)
    person_id: Mapped[int] = to("people", index=True)
    patrols: Mapped[int]
    items: Mapped[int]
    oldest_at: Mapped[Moment | None]  # when the oldest of them was made, by the phone's clock
    reported_at: Mapped[Moment] = mapped_column(index=True)

    person: Mapped[Person] = relationship()
