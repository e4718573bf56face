"""Models of self-protection and self-management, and the dated list of what kinds there are."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import ClientId, Code, Dated, Key, Moment, Name, to
from ..extensions import db


class SchemeKind(Dated, db.Model):
    __tablename__ = "scheme_kinds"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    id: Mapped[Key]
    code: Mapped[Code]
    name: Mapped[Name]
    position: Mapped[int]


class Scheme(db.Model):
    __tablename__ = "schemes"
    __table_args__ = (
        CheckConstraint("ended_on >= founded_on", name="ends_after_founding"),
        CheckConstraint("(ended_on IS NULL) = (ended_because IS NULL)", name="ended_with_reason"),
        CheckConstraint("members >= 0", name="members_not_negative"),
        Index("ix_schemes_stock", "founded_on", "ended_on", "unit_id", "area_id"),
    )

    id: Mapped[Key]
    client_id: Mapped[ClientId]
    rev: Mapped[int] = mapped_column(default=1)  # optimistic lock
    kind_code: Mapped[Code]
    kind_name: Mapped[Name]  # as it was called when founded
    name: Mapped[Name]
    area_id: Mapped[int] = to("areas", index=True)
    area_name: Mapped[Name]
    unit_id: Mapped[int] = to("units", index=True)  # answers for it
    unit_name: Mapped[Name]
    force_code: Mapped[str | None] = mapped_column(ForeignKey("forces.code"))  # None: a People's Committee
    founded_on: Mapped[date]
    ended_on: Mapped[date | None]  # the first day it is no more
    ended_because: Mapped[str | None] = mapped_column(String(500))
    members: Mapped[int | None]
    last_activity_on: Mapped[date | None]
    is_spread_wider: Mapped[bool] = mapped_column(default=False)
    cancelled_because: Mapped[str | None] = mapped_column(
        String(500)
    )  # written by mistake; kept, never counted
    entered_by_id: Mapped[int] = to("people")
    entered_by_name: Mapped[Name]
    entered_at: Mapped[Moment]
