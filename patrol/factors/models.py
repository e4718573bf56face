"""What proves a person besides the password. The secret itself is not here: see rules.secret_of."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Key, Moment, UTCDateTime, to
from ..extensions import db


class SecondFactor(db.Model):
    __tablename__ = "second_factors"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(40))
    since: Mapped[Moment]
    last_step: Mapped[
        int
    ]  # the step of the last code that was taken; neither it nor an earlier one works again


class RecoveryCode(db.Model):
    __tablename__ = "recovery_codes"

    id: Mapped[Key]
    person_id: Mapped[int] = to("people", index=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
