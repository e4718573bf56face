"""Times as programs really write them. GPX asks for xsd:dateTime in UTC; devices do as they please."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp(), datetime(2100, 1, 1, tzinfo=UTC).timestamp()
LONGEST_TEXT = 64

SHAPE = re.compile(
    r"""(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})(\d\d)(\d\d))  # 2026-01-31 or 20260131
        \s*[T\ ]\s*
        (\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,12}))?)?    # 18:00, 18:00:05, 18:00:05.25, 180005
        \s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?
        (?:\[([A-Za-z_+-]+/[A-Za-z_/+-]+)\])?                # 2026-01-31T18:00:05+07:00[Asia/Ho_Chi_Minh]
        """,
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)
EPOCH = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)


class ReadTime(NamedTuple):
    """A moment in seconds since 1970, and whether the text said in which zone."""

    at: float
    has_zone: bool


def parse_moment(text: str) -> ReadTime | None:
    """Read one time text; None when it can't be told what moment is meant.

    No zone is read as UTC, which is what GPX prescribes; the caller is told so. 24:00:00 is the start of the
    next day and second 60 the start of the next minute. A date alone, or in day/month
    order, is not a moment.
    """
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if len(text) > LONGEST_TEXT:
        return None
    if EPOCH.fullmatch(text):
        return ReadTime(int(text) / (1000.0 if len(text) == 13 else 1.0), True)
    found = SHAPE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.group(1, 2, 3, 4, 5, 6) if part)
    hour, minute, second = (int(part or 0) for part in found.group(7, 8, 9))
    fraction = float("0." + (found[10] or "0"))
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    try:
        zone = _zone(found[11], found[12])
        midnight = datetime(year, month, day, tzinfo=zone or UTC)
        # on the wall, then to UTC: a day is added before the zone is looked at
        wall = midnight + timedelta(hours=hour, minutes=minute, seconds=second)
        return ReadTime(wall.timestamp() + fraction, zone is not None)
    except (ValueError, OverflowError):
        return None


def _zone(offset: str | None, name: str | None) -> timezone | ZoneInfo | None:
    """The zone the text names; an offset is believed before a name."""
    if offset:
        if offset[0] not in "+-":
            return UTC
        digits = offset[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes > 15 * 60 or int(digits[2:]) > 59:
            raise ValueError("no such zone")
        return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
    if name:
        try:
            return ZoneInfo(name)
        except (KeyError, OSError) as unknown:
            raise ValueError("no such zone") from unknown
    return None


def is_believable(at: float) -> bool:
    """Whether a receiver can have meant it: clocks that were never set say 1970 or 1980."""
    return EARLIEST <= at < LATEST
