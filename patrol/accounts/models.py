"""People who sign in, where they are signed in, and their tries to."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Code, Key, Moment, Name, UTCDateTime, to
from ..extensions import db
from ..units.models import Unit
from .rules import Role


class Person(db.Model):
    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("role IN ({})".format(", ".join(f"'{role}'" for role in Role)), name="role_known"),
    )

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(60), unique=True)  # folded: no accents, lower case
    full_name: Mapped[Name]
    rank: Mapped[str] = mapped_column(String(60), default="")
    role: Mapped[Code]
    unit_id: Mapped[int] = to("units", index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]
    signed_in_at: Mapped[Moment | None]
    opened_at: Mapped[
        Moment
    ]  # made, or switched on again: idle days count from here or from the last sign-in
    password_set_at: Mapped[Moment]
    reviewed_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime
    )  # somebody looked: still needed, still right
    reviewed_by_name: Mapped[str | None] = mapped_column(String(200))

    unit: Mapped[Unit] = relationship(lazy="joined")

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False

    device_session_id = None  # the session he was found by, set by `person_by_session`

    def get_id(self) -> str:
        return str(self.id)  # not what the cookie carries: see accounts.views.start_session


class DeviceSession(db.Model):
    """One sign-in of one device, from its start to its end; the cookie carries a token only its digest is kept of."""

    __tablename__ = "device_sessions"

    id: Mapped[Key]
    person_id: Mapped[int] = to("people", index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]  # to about five minutes
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class OldPassword(db.Model):
    """A password somebody had, so that he doesn't take it again."""

    __tablename__ = "old_passwords"

    id: Mapped[Key]
    person_id: Mapped[int] = to("people", index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    replaced_at: Mapped[Moment]


class Posting(db.Model):
    """In which unit and role somebody stood, from one day to another; names are of their day."""

    __tablename__ = "postings"

    id: Mapped[Key]
    person_id: Mapped[int] = to("people", index=True)
    unit_id: Mapped[int] = to("units")
    unit_name: Mapped[Name]
    role: Mapped[Code]
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # the last day, None: still


class SignInTry(db.Model):
    """Failed tries of one account from one address since the last success."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (UniqueConstraint("username", "address"),)

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(60))
    failures: Mapped[int]
    blocked_until: Mapped[Moment | None]
    last_at: Mapped[Moment]
