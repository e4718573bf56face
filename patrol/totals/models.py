"""What tells that the figures of a month must be read anew."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from ..extensions import db

EVERY_MONTH = date.min  # stands for all months where one can't be named
CHANGING = "months_changing"  # in the session's info: months touched by what it has not committed


class MonthMark(db.Model):
    """A mark that is another one after every commit that touched what the figures of the month are made of."""

    __tablename__ = "month_marks"

    month: Mapped[date] = mapped_column(primary_key=True)  # its first day, or EVERY_MONTH
    mark: Mapped[Any] = mapped_column(Uuid)
