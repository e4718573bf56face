"""People who sign in, and their tries to."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Code, Key, Moment, Name, to
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
    session_epoch: Mapped[int] = mapped_column(default=1)  # a step forward signs out everywhere
    created_at: Mapped[Moment]
    signed_in_at: Mapped[Moment | None]

    unit: Mapped[Unit] = relationship(lazy="joined")

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        return f"{self.id}.{self.session_epoch}"


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
