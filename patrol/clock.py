"""Now, and the local day. Moments are aware and in UTC; days are those of Việt Nam. No Flask here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The day in Việt Nam at that moment: 20:00 UTC on 31 December is already 1 January here."""
    return moment.astimezone(LOCAL).date()


def today() -> date:
    """The local day it is now."""
    return local_day(now())


def local_time(moment: datetime) -> time:
    """The wall clock in Việt Nam at that moment, to the minute."""
    return moment.astimezone(LOCAL).time().replace(second=0, microsecond=0)


def at(day: date, wall: time) -> datetime:
    """The moment, in UTC, of a wall clock time on a local day."""
    return datetime.combine(day, wall, LOCAL).astimezone(UTC)


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; one without a zone was meant in ours."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)


def start_of(day: date) -> datetime:
    """The first moment of a local day, in UTC."""
    return at(day, time(0))


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock still (tests, and making the demo years look the same every time)."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def months_between(first: date, last: date) -> list[date]:
    """The first day of every calendar month that days first..last touch, in order."""
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months


def month_end(month: date) -> date:
    """The last day of the month a day lies in."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
