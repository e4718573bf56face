"""What is known of a photo. Its bytes are files (`media.py`); a row outlives them."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import ClientId, Key, Moment, Name, to
from ..extensions import db
from ..findings.models import Finding
from ..patrols.models import Patrol


class Photo(db.Model):
    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("patrol_id", "source_sha256"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_because IS NULL)", name="withdrawn_with_reason"),
    )

    id: Mapped[Key]
    client_id: Mapped[ClientId]
    patrol_id: Mapped[int] = to("patrols")
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"), index=True)
    source_sha256: Mapped[str] = mapped_column(
        String(64)
    )  # of what was sent, so that sending it again is recognised
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # of what is kept, and its name
    thumb_sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    is_clean: Mapped[bool]  # somebody said: no people, no papers, no weapons; else it is for commanders
    taken_at: Mapped[Moment | None]  # as a person said, never out of the file
    place: Mapped[Name]
    caption: Mapped[Name]
    uploaded_at: Mapped[Moment] = mapped_column(index=True)
    uploaded_by_id: Mapped[int] = to("people")
    uploaded_by_name: Mapped[Name]
    withdrawn_at: Mapped[Moment | None]
    withdrawn_by_name: Mapped[str | None] = mapped_column(String(200))
    withdrawn_because: Mapped[str | None] = mapped_column(Text)
    removed_at: Mapped[Moment | None]  # the bytes are gone by a rule of retention; hash and sizes stay

    patrol: Mapped[Patrol] = relationship()
    finding: Mapped[Finding | None] = relationship()
