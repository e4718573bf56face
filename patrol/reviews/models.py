"""Conferences that look back on a period, the calendars they report by, and numbers that exist only on paper."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import ClientId, Code, Dated, Key, Moment, Name, to
from ..extensions import db
from ..units.models import Programme, Unit
from .rules import LAST_START_DAY, Calendar, CalendarKind, ReviewKind


class ReportingCalendar(Dated, db.Model):
    """On which day a reporting year begins and how it is divided: data, because it depends on who asks."""

    __tablename__ = "reporting_calendars"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in CalendarKind)), name="kind_known"),
        CheckConstraint(f"start_day BETWEEN 1 AND {LAST_START_DAY}", name="start_day_known"),
        CheckConstraint("start_month BETWEEN 1 AND 12", name="start_month_known"),
    )  # fmt: skip

    id: Mapped[Key]
    code: Mapped[Code]
    name: Mapped[Name]
    kind: Mapped[Code]
    start_day: Mapped[int]
    start_month: Mapped[int]
    starts_year_before: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]

    @property
    def rule(self) -> Calendar:
        return Calendar(CalendarKind(self.kind), self.start_day, self.start_month, self.starts_year_before)


class Review(db.Model):
    """A conference. It belongs to all forces; the figures in it are cut to what its reader may see."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in ReviewKind)), name="kind_known"),
        CheckConstraint("period_last >= period_first", name="period_in_order"),
    )  # fmt: skip

    id: Mapped[Key]
    client_id: Mapped[ClientId]
    rev: Mapped[int] = mapped_column(default=1)
    kind: Mapped[Code]
    held_on: Mapped[date] = mapped_column(index=True)
    host_id: Mapped[int] = to("units")
    host_name: Mapped[Name]  # as it was called when the conference was entered
    subject: Mapped[Name]
    calendar_id: Mapped[int] = to("reporting_calendars")
    year: Mapped[int]
    part: Mapped[int]
    period_first: Mapped[date]  # as the calendar had it then; a calendar may change, a conference doesn't
    period_last: Mapped[date]
    unit_id: Mapped[int | None] = to("units")  # of which unit the figures are; None: of whoever looks
    programme_id: Mapped[int] = to("programmes")
    made_by_id: Mapped[int] = to("people")
    made_by_name: Mapped[Name]
    made_by_unit_id: Mapped[int] = to("units")  # whose people may change it
    made_at: Mapped[Moment]

    calendar: Mapped[ReportingCalendar] = relationship()
    programme: Mapped[Programme] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=unit_id)


class DeclaredFigure(db.Model):
    """A figure of a period before the log began, copied from paper. Never added to what is computed."""

    __tablename__ = "declared_figures"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("period_last >= period_first", name="period_in_order"),
        Index("ix_declared_figures_period", "unit_id", "period_first", "period_last"),
    )

    id: Mapped[Key]
    client_id: Mapped[ClientId]
    key: Mapped[str] = mapped_column(String(100))  # of a figure of the totals
    period_first: Mapped[date]
    period_last: Mapped[date]
    unit_id: Mapped[int] = to("units")
    programme_id: Mapped[int] = to("programmes")
    value: Mapped[float] = mapped_column(Numeric(14, 3, asdecimal=False))
    source: Mapped[Name]  # the paper it stands on
    declared_by_id: Mapped[int] = to("people")
    declared_by_name: Mapped[Name]
    declared_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]  # a wrong one is withdrawn and declared anew; the row stays

    unit: Mapped[Unit] = relationship()
    programme: Mapped[Programme] = relationship()
