"""How the system is, part by part. Nothing here says anything of a patrol or a person."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from .. import clock
from ..accounts.rules import WHOLE_SYSTEM
from ..arrivals.queries import phones
from ..audit.queries import count_unsealed, head, last_action
from ..backup.rules import backups_among, made_at
from ..extensions import db
from .machine import certificate, disks, is_clock_kept
from .rules import (
    Light,
    Sign,
    audit_light,
    backup_light,
    certificate_light,
    disk_light,
    phone_light,
    worst,
)


@dataclass(frozen=True)
class Whereabouts:
    """What of the settings health is about."""

    backups: Path
    media: Path
    address: str
    ca_file: str


def read_signs(at: Whereabouts) -> dict[str, Sign]:
    """Every part of the system that is watched, by name."""
    return {
        "backup": backup_sign(at.backups),
        "disk": disk_sign(at),
        "clock": clock_sign(),
        "certificate": certificate_sign(at),
        "audit": audit_sign(),
        "phones": phones_sign(),
    }


def backup_sign(folder: Path) -> Sign:
    names = backups_among(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if not names:
        return Sign(Light.BAD, {"made_at": None, "number": 0, "folder": str(folder)})
    newest = made_at(names[-1])
    facts = {"made_at": newest, "number": len(names), "folder": str(folder), "name": names[-1]}
    return Sign(
        backup_light(newest, clock.now()), facts | {"size_bytes": (folder / names[-1]).stat().st_size}
    )


def disk_sign(at: Whereabouts) -> Sign:
    folders = [at.media, at.backups]
    database = make_url(str(db.engine.url)).database
    if db.engine.dialect.name == "sqlite" and database:
        folders.insert(0, Path(database).parent)
    found = disks(folders)
    return Sign(worst(disk_light(each.free, each.total) for each in found), {"disks": found})


def clock_sign() -> Sign:
    kept = is_clock_kept()
    return Sign(
        Light.UNKNOWN if kept is None else Light.GOOD if kept else Light.WATCH,
        {"now": clock.now(), "kept": kept},
    )


def certificate_sign(at: Whereabouts) -> Sign:
    seen = certificate(at.address, at.ca_file)
    if seen is None:
        return Sign(Light.WATCH, {"problem": "no_https"})
    if seen.valid_from is None or seen.valid_to is None:
        return Sign(Light.BAD, {"problem": seen.problem, "address": at.address})
    light = certificate_light(seen.valid_from, seen.valid_to, clock.now())
    return Sign(light, {"problem": "", "valid_to": seen.valid_to, "address": at.address})


def phones_sign() -> Sign:
    """Phones that said they hold patrols nobody else has; the longest silent first."""
    reports = phones(seen_by=WHOLE_SYSTEM)
    now = clock.now()
    holding = [report for report in reports if report.patrols]
    lights = [phone_light(now - report.reported_at, report.patrols) for report in reports]
    return Sign(worst(lights), {"number": len(reports), "holding": holding})


def audit_sign() -> Sign:
    last = last_action("audit.verified")
    problems = last.changes["problems"][1] if last else 0
    sealed = head()
    return Sign(
        audit_light(last.at if last else None, problems, clock.now()),
        {
            "verified_at": last.at if last else None,
            "problems": problems,
            "head": str(sealed) if sealed else None,
            "sealed": sealed.number if sealed else 0,
            "waiting": count_unsealed(),
        },
    )
