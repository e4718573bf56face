"""What a backup is called, which ones are kept, and what it says of itself. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .. import clock
from ..errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
SETTINGS = "settings.json"
SUFFIX = ".patrol.zip"
_NAME = re.compile(r"(\d{8}-\d{6})-([a-z]+)" + re.escape(SUFFIX))

# What a backup holds no trace of: without it the file alone is not enough, so it stands on the paper for the safe.
SECRETS = ("SECRET_KEY", "DATABASE_URL", "METRICS_TOKEN")


class Why(StrEnum):
    """What a backup was made for; it is part of its name."""

    DAILY = "daily"
    MANUAL = "manual"
    UPGRADE = "upgrade"  # before the schema changes
    MOVE = "move"  # before the records go to another database


class Damaged(DomainError):
    """A backup that can't be trusted: cut, changed, or not one of ours; `code` says which."""

    def __init__(self, code: str, member: str = ""):
        super().__init__(f"{code}: {member}" if member else code)
        self.code, self.member = code, member


class NotEmpty(DomainError):
    """The place a backup should go to holds something already; `code` says which."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Differs(DomainError):
    """What was read back is not what was written; nothing was kept. `what` names tables, figures or the audit head."""

    code = "backup_differs"

    def __init__(self, what: Iterable[str]):
        self.what = tuple(what)
        super().__init__(", ".join(self.what))


@dataclass(frozen=True)
class Member:
    """One file inside a backup. `rows` only of tables."""

    sha256: str
    size: int
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: enough to know, after it came back, that nothing is missing."""

    made_at: datetime
    version: str
    revision: str  # of the schema
    database: str  # sqlite | postgresql
    key_check: str  # of SECRET_KEY, so that a restore can tell a wrong one; see `key_check`
    members: Mapping[str, Member]
    figures: (
        Mapping[str, Mapping[str, list[Any]]] | None
    )  # "programme/year" → key → [value, unknown, records]
    audit_head: str | None
    not_held: tuple[str, ...] = SECRETS
    format: int = field(default=FORMAT)

    @property
    def rows(self) -> int:
        return sum(member.rows or 0 for member in self.members.values())

    @property
    def media(self) -> int:
        return sum(name.startswith("media/") for name in self.members)


def key_check(secret: str) -> str:
    """Eight digits by which a key is told from another one, and from which it can't be found."""
    return hashlib.scrypt(secret.encode(), salt=b"patrol backup", n=2**14, r=8, p=1, dklen=4).hex()


def file_name(made_at: datetime, why: Why) -> str:
    """Sorts by time; the time is ours, because people read it."""
    return f"{made_at.astimezone(clock.LOCAL):%Y%m%d-%H%M%S}-{why}{SUFFIX}"


def made_at(name: str) -> datetime | None:
    """When the backup of this name was made; None when it is not a name of ours."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=clock.LOCAL)


def backups_among(names: Iterable[str]) -> list[str]:
    """The names that are backups, oldest first."""
    return sorted(name for name in names if made_at(name))


def superfluous(names: Iterable[str], *, days: int) -> list[str]:
    """Daily backups that may go: the newest of each of the last `days` days stay, and so does every other kind."""
    daily = [name for name in backups_among(names) if name.endswith(f"-{Why.DAILY}{SUFFIX}")]
    newest_of_day = {name[:8]: name for name in daily}
    kept = set(list(newest_of_day.values())[-max(days, 1) :])
    return [name for name in daily if name not in kept]


def is_due(names: Iterable[str], *, now: datetime, at_hour: int) -> bool:
    """Whether today's daily backup is still to be made: none of any kind since its hour. A negative hour: never."""
    if at_hour < 0:
        return False
    local = now.astimezone(clock.LOCAL)
    begun = local.replace(hour=at_hour, minute=0, second=0, microsecond=0)
    if local < begun:
        return not backups_among(names)
    latest = max((moment for name in names if (moment := made_at(name))), default=None)
    return latest is None or latest < begun


def plain_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as a backup holds them: every one that is no secret."""
    return {name: value for name, value in sorted(settings.items()) if name not in SECRETS}


def is_safe_name(name: str) -> bool:
    """Whether a member may be written below the folder of files: a plain relative path."""
    parts = name.split("/")
    return (
        bool(name)
        and "\\" not in name
        and "\0" not in name
        and not any(part in ("", ".", "..") for part in parts)
    )
