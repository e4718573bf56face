"""How long what is kept: terms as dated settings, in months. Pure."""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..units.rules import SETTING_AT_FIRST, SettingKey


class Kept(StrEnum):
    """What has a term; the value is the key of its setting."""

    TRACKS = "keep_tracks_months"  # points with their times, and GPX files, from the day of the patrol
    PHOTOS = "keep_photos_months"  # from the day a photo was received


DEFAULT_MONTHS = {kept: int(SETTING_AT_FIRST[SettingKey(kept)]) for kept in Kept}
LONGEST_MONTHS = 1200


@dataclass(frozen=True)
class Term:
    """A term as it is today: what is older than `first_kept` goes."""

    kept: Kept
    months: int
    first_kept: date


def term(kept: Kept, months: str, *, today: date) -> Term:
    """The term a setting says; one that can't be read keeps the default, so that a slip of the pen removes nothing."""
    default = DEFAULT_MONTHS[kept]
    number = int(months) if months.isdecimal() and 0 < int(months) <= LONGEST_MONTHS else default
    return Term(kept, number, months_before(today, number))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one that month had."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
