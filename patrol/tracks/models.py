"""Files of a patrol as they came, what each one says, and what they all say together."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Code, Key, Moment, Name, to
from ..extensions import db
from ..patrols.models import Patrol
from .rules import Grade, Kind, Means


def one_of(column: str, values: type) -> CheckConstraint:
    known = ", ".join(f"'{value}'" for value in values)  # type: ignore[var-annotated, attr-defined]
    return CheckConstraint(f"{column} IN ({known})", name=f"{column}_known")


class Measured:
    """What is known of a recorded way. Metres and seconds are whole; what the file doesn't say is None."""

    kind: Mapped[Code]
    means: Mapped[Code]
    grade: Mapped[str | None] = mapped_column(String(1))  # None: nothing recorded, so nothing to grade
    reasons: Mapped[list[str]] = mapped_column(JSON)
    remarks: Mapped[list[str]] = mapped_column(JSON)
    points_read: Mapped[int]
    points_used: Mapped[int]
    dropped: Mapped[dict[str, int]] = mapped_column(JSON)
    raw_m: Mapped[int]
    distance_m: Mapped[int]
    moving_s: Mapped[int]
    elapsed_s: Mapped[int | None]
    gap_s: Mapped[int]
    gaps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    first_at: Mapped[Moment | None]
    last_at: Mapped[Moment | None]
    covered_share: Mapped[float | None]  # of the patrol's time, 0…1


class Track(Measured, db.Model):
    """One file of a patrol. The same bytes twice are one track."""

    __tablename__ = "tracks"
    __table_args__ = (
        UniqueConstraint("patrol_id", "sha256"),
        one_of("kind", Kind),
        one_of("means", Means),
        one_of("grade", Grade),
    )

    id: Mapped[Key]
    patrol_id: Mapped[int] = to("patrols")
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[Name]  # of the file; nothing written inside it is kept as text
    size_bytes: Mapped[int]
    uploaded_at: Mapped[Moment]
    uploaded_by_id: Mapped[int | None] = to("people")  # None: the command line
    uploaded_by_name: Mapped[Name]
    line_key: Mapped[str | None] = mapped_column(String(32), index=True)  # shared by copies of a recording
    is_forward: Mapped[bool]

    patrol: Mapped[Patrol] = relationship()


class TrackFile(db.Model):
    """The bytes of a file as they came, compressed; apart, so that no list ever loads them."""

    __tablename__ = "track_files"

    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)  # zlib


class PatrolTrack(Measured, db.Model):
    """What all files of a patrol say together: nothing counted twice. Figures and maps read this one."""

    __tablename__ = "patrol_tracks"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("means", Means),
        one_of("grade", Grade),
        Index("ix_patrol_tracks_totals", "is_counted", "patrol_id", "distance_m"),
    )

    patrol_id: Mapped[int] = mapped_column(ForeignKey("patrols.id"), primary_key=True)
    against_start: Mapped[Moment]  # the patrol's times it was measured against
    against_end: Mapped[Moment | None]
    is_counted: Mapped[bool]  # whether its distance is part of the figures
    removed_on: Mapped[
        date | None
    ]  # when points and files went by their term; nothing is measured again then
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
    line: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # cleaned, with times
    fine: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    z12: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    z10: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
