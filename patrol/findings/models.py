"""The register of cases: what patrols, tips and others found, in which units it counts, and what came of it."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import ClientId, Code, Dated, Key, Moment, Name, to
from ..extensions import db
from ..patrols.models import Patrol
from .rules import DetectedVia


class Category(Dated, db.Model):
    """What a finding can be. Law is dated: a category may have a newer version with the same code."""

    __tablename__ = "finding_categories"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    id: Mapped[Key]
    code: Mapped[Code]
    name: Mapped[Name]
    group_name: Mapped[Name]
    position: Mapped[int]
    measures: Mapped[list[str]] = mapped_column(
        JSON
    )  # codes of the units it is counted in; the first is the main one
    legal_note: Mapped[str] = mapped_column(Text, default="")
    successor_code: Mapped[str | None] = mapped_column(String(40))


class Finding(db.Model):
    __tablename__ = "findings"
    __table_args__ = (
        CheckConstraint(
            "detected_via IN ({})".format(", ".join(f"'{via}'" for via in DetectedVia)),
            name="detected_via_known",
        ),
        CheckConstraint("detected_via <> 'patrol' OR patrol_id IS NOT NULL", name="patrol_known"),
        Index("ix_findings_patrol", "patrol_id", "category_code"),
    )

    id: Mapped[Key]
    client_id: Mapped[ClientId]
    patrol_id: Mapped[int | None] = to("patrols")
    unit_id: Mapped[int] = to("units", index=True)  # who keeps the record
    detected_via: Mapped[Code]  # one value per case, set once: a case found both ways counts once
    category_code: Mapped[Code]
    category_name: Mapped[Name]
    position: Mapped[int]
    found_at: Mapped[Moment | None]
    found_on: Mapped[date] = mapped_column(index=True)
    place: Mapped[Name]
    km: Mapped[float | None]
    note: Mapped[str] = mapped_column(Text, default="")
    is_withdrawn: Mapped[bool] = mapped_column(
        default=False
    )  # taken off an edited patrol; kept, never counted

    patrol: Mapped[Patrol | None] = relationship(backref="findings")
    measures: Mapped[list["Measure"]] = relationship(cascade="all, delete-orphan", order_by="Measure.id")
    outcomes: Mapped[list["Outcome"]] = relationship(
        primaryjoin="and_(Outcome.finding_id == Finding.id, Outcome.is_withdrawn.is_(false()))",
        order_by="Outcome.happened_on, Outcome.id",
    )  # the time line as it stands; those taken back are kept beside it


class Measure(db.Model):
    """How much of what. None: there was some, nobody knows how many."""

    __tablename__ = "finding_measures"
    __table_args__ = (
        UniqueConstraint("finding_id", "code"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )

    id: Mapped[Key]
    finding_id: Mapped[int] = to("findings", index=True)
    code: Mapped[Code]
    quantity: Mapped[float | None] = mapped_column(Numeric(14, 3, asdecimal=False))


class Outcome(db.Model):
    """One step of what came of a finding; weeks may lie between two."""

    __tablename__ = "finding_outcomes"

    id: Mapped[Key]
    finding_id: Mapped[int] = to("findings", index=True)
    code: Mapped[Code]
    happened_on: Mapped[date]
    is_of_report: Mapped[bool] = mapped_column(
        default=False
    )  # done on the spot and reported with the finding
    handed_to: Mapped[Name] = mapped_column(default="")
    paper_number: Mapped[str] = mapped_column(String(60), default="")
    recorded_at: Mapped[Moment | None]  # None: with the report
    recorded_by_name: Mapped[str | None] = mapped_column(String(200))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)  # written by mistake; kept, never counted
