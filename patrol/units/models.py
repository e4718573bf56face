"""Forces, units, areas, stretches of coast and programmes: each true for a time, each with what came after it.

No unit has coordinates, on purpose: the positions of posts and checkpoints are not the business of this log.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Code, Dated, Key, Name, to
from ..extensions import db


class Force(Dated, db.Model):
    __tablename__ = "forces"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[Name]
    short_name: Mapped[Code]
    position: Mapped[int]  # the order of protocol on paper
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("forces.code"))


class Unit(Dated, db.Model):
    __tablename__ = "units"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Name]
    kind: Mapped[Code]
    force_code: Mapped[str | None] = mapped_column(ForeignKey("forces.code"))  # None: a People's Committee
    position: Mapped[int] = mapped_column(default=0)

    force: Mapped[Force | None] = relationship()


class UnitParent(Dated, db.Model):
    """Under whom a unit stood, and when."""

    __tablename__ = "unit_parents"

    id: Mapped[Key]
    unit_id: Mapped[int] = to("units", index=True)
    parent_id: Mapped[int] = to("units", index=True)


class UnitSuccession(db.Model):
    """What became of a unit. `inherits_records`: the successor sees what the predecessor logged."""

    __tablename__ = "unit_successions"
    __table_args__ = (
        UniqueConstraint("predecessor_id", "successor_id"),
        CheckConstraint("kind IN ('renamed', 'merged_into', 'split_into', 'duties_to')", name="kind_known"),
    )

    id: Mapped[Key]
    predecessor_id: Mapped[int] = to("units")
    successor_id: Mapped[int] = to("units", index=True)
    kind: Mapped[Code]
    since: Mapped[date]
    inherits_records: Mapped[bool] = mapped_column(default=True)


class Area(Dated, db.Model):
    """A ward, commune or district as the state drew it for a time. Codes are reused: (code, valid_from) is the key."""

    __tablename__ = "areas"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    id: Mapped[Key]
    code: Mapped[Code]
    name: Mapped[Name]
    kind: Mapped[Code]
    is_hotspot: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[int | None] = to("areas")


class AreaSuccession(db.Model):
    __tablename__ = "area_successions"
    __table_args__ = (
        UniqueConstraint("predecessor_id", "successor_id"),
        CheckConstraint("kind IN ('renamed', 'merged_into', 'split_into', 'duties_to')", name="kind_known"),
    )

    id: Mapped[Key]
    predecessor_id: Mapped[int] = to("areas")
    successor_id: Mapped[int] = to("areas", index=True)
    kind: Mapped[Code]
    since: Mapped[date]


class UnitArea(Dated, db.Model):
    """An area a unit answers for (jurisdiction) or may look at (granted, e.g. a People's Committee)."""

    __tablename__ = "unit_areas"
    __table_args__ = (CheckConstraint("kind IN ('jurisdiction', 'granted')", name="kind_known"),)

    id: Mapped[Key]
    unit_id: Mapped[int] = to("units", index=True)
    area_id: Mapped[int] = to("areas")
    kind: Mapped[Code]


class Stretch(Dated, db.Model):
    """A stretch of coast patrols walk. Without km and line it is a name in a list, and nothing is invented for it."""

    __tablename__ = "stretches"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Name]
    position: Mapped[int] = mapped_column(default=0)
    from_km: Mapped[float | None]
    to_km: Mapped[float | None]
    line: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))  # [[km, lat, lon], …] WGS84
    successor_id: Mapped[int | None] = to("stretches")


class StretchArea(Dated, db.Model):
    """In which area a stretch lay, and when."""

    __tablename__ = "stretch_areas"

    id: Mapped[Key]
    stretch_id: Mapped[int] = to("stretches", index=True)
    area_id: Mapped[int] = to("areas", index=True)


class Programme(Dated, db.Model):
    """What a patrol is walked for; one patrol may serve several, and totals of programmes are never added."""

    __tablename__ = "programmes"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Name]
    position: Mapped[int] = mapped_column(default=0)
    successor_id: Mapped[int | None] = to("programmes")


class Setting(db.Model):
    """A rule of counting or a fact about this database, true from a day on. The newest not after a day holds."""

    __tablename__ = "settings"
    __table_args__ = (UniqueConstraint("key", "valid_from"),)

    id: Mapped[Key]
    key: Mapped[Code]
    valid_from: Mapped[date]
    value: Mapped[str] = mapped_column(String(200))
