"""Collectives and individuals that were commended. The same person twice is two commendations."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import ClientId, Code, Key, Moment, Name, to
from ..extensions import db
from ..patrols.models import one_of
from .rules import Form, Occasion, Recipient


class Commendation(db.Model):
    __tablename__ = "commendations"
    __table_args__ = (
        one_of("recipient", Recipient),
        one_of("form", Form),
        one_of("occasion", Occasion),
        Index("ix_commendations_occasion", "occasion_on", "occasion", "recipient"),
    )

    id: Mapped[Key]
    client_id: Mapped[ClientId]
    recipient: Mapped[Code]
    recipient_name: Mapped[Name]  # of a collective or of an officer; nobody else is commended here
    unit_id: Mapped[int] = to("units", index=True)
    unit_name: Mapped[Name]
    force_code: Mapped[str | None] = mapped_column(ForeignKey("forces.code"))
    form: Mapped[Code]
    decided_by_id: Mapped[int | None] = to("units", index=True)  # None: a body that is not in the register
    decided_by_name: Mapped[Name]
    decision_number: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date]
    occasion: Mapped[Code]
    occasion_name: Mapped[Name]
    occasion_on: Mapped[date]
    cancelled_because: Mapped[str | None] = mapped_column(String(500))
    entered_by_id: Mapped[int] = to("people")
    entered_by_name: Mapped[Name]
    entered_at: Mapped[Moment]
