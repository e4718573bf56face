"""What is well, what wants looking at, what must be done at once. Pure."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Light(StrEnum):
    """How a part of the system is; each has a word, a drawing and a colour."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    UNKNOWN = "unknown"  # nothing is known, which is neither well nor ill


WORST_FIRST = (Light.BAD, Light.WATCH, Light.UNKNOWN, Light.GOOD)


@dataclass(frozen=True)
class Sign:
    """One part of the system: how it is, and the facts its sentences are made of."""

    light: Light
    facts: Mapping[str, Any] = field(default_factory=dict)


BACKUP_FRESH = timedelta(hours=26)  # a night and some slack
BACKUP_STALE = timedelta(days=3)
DISK_BAD, DISK_WATCH = 0.05, 0.15  # of its size
DISK_BAD_BYTES = 2**30
CERTIFICATE_BAD, CERTIFICATE_WATCH = (
    0.10,
    0.25,
)  # of its life: 12 hours from Caddy's own CA, months from others
VERIFIED_FRESH = timedelta(days=2)
SILENT_WATCH, SILENT_BAD = timedelta(days=3), timedelta(days=14)


def worst(lights: Iterable[Light]) -> Light:
    """The light of the whole: that of its worst part."""
    found = set(lights)
    return next((light for light in WORST_FIRST if light in found), Light.UNKNOWN)


def backup_light(made_at: datetime | None, now: datetime) -> Light:
    if made_at is None or now - made_at > BACKUP_STALE:
        return Light.BAD
    return Light.GOOD if now - made_at <= BACKUP_FRESH else Light.WATCH


def disk_light(free: int, total: int) -> Light:
    if free < DISK_BAD_BYTES or free < total * DISK_BAD:
        return Light.BAD
    return Light.GOOD if free >= total * DISK_WATCH else Light.WATCH


def certificate_light(valid_from: datetime, valid_to: datetime, now: datetime) -> Light:
    """By the share of its life that is left, whatever its life is."""
    life, left = valid_to - valid_from, valid_to - now
    if now < valid_from or left <= life * CERTIFICATE_BAD:
        return Light.BAD
    return Light.GOOD if left > life * CERTIFICATE_WATCH else Light.WATCH


def audit_light(verified_at: datetime | None, problems: int, now: datetime) -> Light:
    if problems:
        return Light.BAD
    return Light.GOOD if verified_at and now - verified_at <= VERIFIED_FRESH else Light.WATCH


def phone_light(silent: timedelta, patrols: int) -> Light:
    """A phone that holds patrols nobody else has and says nothing."""
    if not patrols or silent <= SILENT_WATCH:
        return Light.GOOD
    return Light.WATCH if silent <= SILENT_BAD else Light.BAD


def is_token(header: str, token: str) -> bool:
    """Whether this Authorization header carries the token; nobody does while none is set."""
    return bool(token) and hmac.compare_digest(header.encode(), f"Bearer {token}".encode())
