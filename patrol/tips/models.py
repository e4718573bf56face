"""Tips between forces. There is no column for what a tip said or who said it, and there must never be one."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import ClientId, Code, Key, Moment, Name, to
from ..extensions import db
from ..findings.models import Finding
from ..patrols.models import one_of
from .rules import TipOutcome, Urgency, Void


class TipFinding(db.Model):
    """Which tip led to which case: one case may have several tips, one tip several cases."""

    __tablename__ = "tip_findings"

    tip_id: Mapped[int] = to("tips", primary_key=True)
    finding_id: Mapped[int] = to("findings", primary_key=True, index=True)


class Tip(db.Model):
    __tablename__ = "tips"
    __table_args__ = (
        CheckConstraint("from_unit_id <> to_unit_id", name="two_units"),
        CheckConstraint("(is_valued IS NULL) = (judged_at IS NULL)", name="judged_by_somebody"),
        one_of("urgency", Urgency),
        one_of("outcome", TipOutcome),
        one_of("voided_as", Void),
        Index("ix_tips_book", "from_unit_id", "to_unit_id", "passed_on"),
    )

    id: Mapped[Key]
    client_id: Mapped[ClientId]
    number: Mapped[str] = mapped_column(String(30))  # digits, capitals and strokes: no room for words
    passed_on: Mapped[date] = mapped_column(index=True)
    from_unit_id: Mapped[int] = to("units")
    from_unit_name: Mapped[Name]  # as it was called that day
    from_force_code: Mapped[str] = mapped_column(ForeignKey("forces.code"))
    to_unit_id: Mapped[int] = to("units", index=True)
    to_unit_name: Mapped[Name]
    to_force_code: Mapped[str] = mapped_column(ForeignKey("forces.code"))
    category_code: Mapped[Code]
    category_name: Mapped[Name]
    urgency: Mapped[Code]
    outcome: Mapped[Code | None]
    voided_as: Mapped[Code | None]

    entered_by_id: Mapped[int] = to("people")
    entered_by_name: Mapped[Name]
    entered_at: Mapped[Moment]
    acknowledged_by_id: Mapped[int | None] = to("people")
    acknowledged_by_name: Mapped[Name | None]
    acknowledged_at: Mapped[Moment | None]
    is_valued: Mapped[bool | None]  # None: nobody has judged it yet
    judged_by_id: Mapped[int | None] = to("people")
    judged_by_name: Mapped[Name | None]
    judged_at: Mapped[Moment | None]

    verifications: Mapped[list["Verification"]] = relationship(
        back_populates="tip", order_by="Verification.verified_on, Verification.id"
    )
    findings: Mapped[list[Finding]] = relationship(
        secondary="tip_findings", order_by="Finding.found_on, Finding.id"
    )


class Verification(db.Model):
    """One check of a tip, on a day, by the units that took part."""

    __tablename__ = "tip_verifications"

    id: Mapped[Key]
    client_id: Mapped[ClientId]
    tip_id: Mapped[int] = to("tips", index=True)
    verified_on: Mapped[date] = mapped_column(index=True)
    entered_by_id: Mapped[int] = to("people")
    entered_by_name: Mapped[Name]
    entered_at: Mapped[Moment]

    tip: Mapped[Tip] = relationship(back_populates="verifications")
    units: Mapped[list["VerificationUnit"]] = relationship(
        cascade="all, delete-orphan", order_by="VerificationUnit.position"
    )


class VerificationUnit(db.Model):
    __tablename__ = "tip_verification_units"

    verification_id: Mapped[int] = to("tip_verifications", primary_key=True)
    unit_id: Mapped[int] = to("units", primary_key=True)
    unit_name: Mapped[Name]
    force_code: Mapped[str] = mapped_column(ForeignKey("forces.code"))
    position: Mapped[int]
