"""The patrol itself: one row for one joint patrol, however many forces took part."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import ClientId, Code, Key, Moment, Name, to
from ..extensions import db
from ..units.models import Programme
from .rules import Means, Sea, Source, Status, Weather, known


def one_of(column: str, values: type) -> CheckConstraint:
    known = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({known})", name=f"{column}_known")


class PatrolProgramme(db.Model):
    __tablename__ = "patrol_programmes"

    programme_id: Mapped[int] = to("programmes", primary_key=True)
    patrol_id: Mapped[int] = to("patrols", primary_key=True, index=True)


class Patrol(db.Model):
    __tablename__ = "patrols"
    __table_args__ = (
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        CheckConstraint("(status = 'cancelled') = (cancelled_because IS NOT NULL)", name="cancelled_with_reason"),
        one_of("status", Status),
        one_of("source", Source),
        one_of("means", Means),
        one_of("weather", Weather),
        one_of("sea", Sea),
        # Everything the totals need of a patrol, so that they are read from the index alone.
        Index(
            "ix_patrols_totals",
            "patrolled_on", "status", "force_count", "personnel_total", "militia_total",
            "security_team_total", "unknown_personnel", "unknown_militia", "unknown_security_team",
            "stretch_id", "lead_unit_id", "nothing_found", "lead_unit_name", "stretch_name", "id",
        ),
        Index("ix_patrols_status", "status", "patrolled_on"),  # the few still out or returned
    )  # fmt: skip

    id: Mapped[Key]
    client_id: Mapped[ClientId]  # chosen by the page or phone; makes resending harmless
    rev: Mapped[int] = mapped_column(default=1)  # optimistic lock: a stale form shows both versions
    source: Mapped[Code]
    status: Mapped[Code]
    received_at: Mapped[Moment]
    phone_time: Mapped[Moment | None]
    phone_ahead_s: Mapped[int | None]  # its clock was so many seconds ahead of ours
    closed_by_system: Mapped[bool] = mapped_column(default=False)

    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]  # None while the team is still out
    # The local day it started. A change of it remembers the day before, whose month is counted anew too.
    patrolled_on: Mapped[date] = mapped_column(active_history=True)

    lead_unit_id: Mapped[int] = to("units", index=True)
    lead_unit_name: Mapped[Name]  # as it was called that day; units get renamed and merged
    leader_id: Mapped[int | None] = to("people", index=True)
    leader_name: Mapped[Name]  # rank and name, as written in the book
    entered_by_id: Mapped[int] = to("people")  # other than the leader: nhập hộ
    entered_by_name: Mapped[Name]

    stretch_id: Mapped[int] = to("stretches", index=True)
    stretch_name: Mapped[Name]
    from_place: Mapped[Name]
    to_place: Mapped[Name]
    means: Mapped[Code | None]
    weather: Mapped[Code | None]
    sea: Mapped[Code | None]

    nothing_found: Mapped[bool] = mapped_column(default=False)  # said, not merely left empty
    note: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[list[str]] = mapped_column(JSON, default=list)  # codes of what is odd but kept

    # Sums of attendance, kept here for the totals; `flask check` and a test compare them with the rows.
    personnel_total: Mapped[int]
    militia_total: Mapped[int]
    security_team_total: Mapped[int]
    unknown_personnel: Mapped[int]  # units present whose personnel nobody wrote down
    unknown_militia: Mapped[int]
    unknown_security_team: Mapped[int]
    force_count: Mapped[int]

    returned_because: Mapped[str | None] = mapped_column(Text)
    cancelled_because: Mapped[str | None] = mapped_column(Text)  # nothing is deleted

    # Without accents. Whoever sees a line of the list searches the first, who may open the record the second too.
    search_text: Mapped[str] = mapped_column(Text, default="")
    note_folded: Mapped[str] = mapped_column(Text, default="")

    attendance: Mapped[list["Attendance"]] = relationship(
        back_populates="patrol", cascade="all, delete-orphan", order_by="Attendance.position"
    )
    confirmations: Mapped[list["Confirmation"]] = relationship(
        back_populates="patrol", order_by="Confirmation.confirmed_at"
    )
    programmes: Mapped[list[Programme]] = relationship(
        secondary="patrol_programmes", order_by=Programme.position
    )

    # What may be shown of the sums: None when nobody wrote any number down, which is not 0. Where a number is known and
    # `unknown_…` is not 0, somebody's part is missing in it.

    @property
    def known_personnel(self) -> int | None:
        return known(self.personnel_total, unknown=int(self.unknown_personnel > 0), records=1)

    @property
    def known_militia(self) -> int | None:
        return known(self.militia_total, unknown=int(self.unknown_militia > 0), records=1)

    @property
    def known_security_team(self) -> int | None:
        return known(self.security_team_total, unknown=int(self.unknown_security_team > 0), records=1)


class Attendance(db.Model):
    """One participating unit: how many of it were there. None is unknown, 0 is nobody."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("patrol_id", "unit_id"),
        CheckConstraint("personnel >= 0", name="personnel_not_negative"),
        CheckConstraint("militia >= 0", name="militia_not_negative"),
        CheckConstraint("security_team >= 0", name="security_team_not_negative"),
        Index("ix_attendance_unit", "unit_id", "patrol_id"),
        # Who was there and how many, read from the index alone.
        Index("ix_attendance_totals", "patrol_id", "unit_id", "force_code", "personnel", "militia"),
    )

    id: Mapped[Key]
    patrol_id: Mapped[int] = to("patrols")
    unit_id: Mapped[int] = to("units")
    unit_name: Mapped[Name]
    force_code: Mapped[str] = mapped_column(ForeignKey("forces.code"))
    position: Mapped[int]
    personnel: Mapped[int | None]
    militia: Mapped[int | None]
    security_team: Mapped[int | None]

    patrol: Mapped[Patrol] = relationship(back_populates="attendance")


class Confirmation(db.Model):
    """One force says: we were there, and this is right. Withdrawn ones stay."""

    __tablename__ = "confirmations"

    id: Mapped[Key]
    patrol_id: Mapped[int] = to("patrols", index=True)
    force_code: Mapped[str] = mapped_column(ForeignKey("forces.code"))
    person_id: Mapped[int] = to("people")
    person_name: Mapped[str] = mapped_column(String(200))
    confirmed_at: Mapped[Moment]
    on_device_of: Mapped[str | None] = mapped_column(
        String(200)
    )  # signed in on somebody else's phone for this
    withdrawn_at: Mapped[Moment | None]
    withdrawn_because: Mapped[str | None] = mapped_column(String(60))

    patrol: Mapped[Patrol] = relationship(back_populates="confirmations")
