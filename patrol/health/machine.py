"""What the machine says of itself: room on its disks, its clock, the certificate others see. Never raises."""

import ctypes
import hashlib
import shutil
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

TIMEOUT_S = 3
UNSYNCHRONISED = 5  # TIME_ERROR, what adjtimex answers when nothing keeps the clock right


@dataclass(frozen=True)
class Disk:
    """The disk a folder lies on."""

    path: str
    free: int
    total: int


@dataclass(frozen=True)
class Certificate:
    """What a phone sees when it opens the address: until when, or why it would turn away (a short code)."""

    valid_from: datetime | None = None
    valid_to: datetime | None = None
    problem: str = ""  # unreachable | untrusted


def disks(folders: list[Path]) -> list[Disk]:
    """Each disk once, by the first of the folders that lies on it."""
    found: dict[int, Disk] = {}
    for folder in folders:
        there = next((path for path in (folder, *folder.parents) if path.exists()), None)
        if there is not None:
            usage = shutil.disk_usage(there)
            found.setdefault(there.stat().st_dev, Disk(str(folder), usage.free, usage.total))
    return list(found.values())


def is_clock_kept() -> bool | None:
    """Whether the system keeps its clock right from the network; None when it doesn't say."""
    try:
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else answer != UNSYNCHRONISED


def certificate(address: str, ca_file: str) -> Certificate | None:
    """The certificate served at this address, trusted as a phone with our root would; None when it isn't https."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        return None
    try:
        trust = ssl.create_default_context(cafile=ca_file or None)
        with (
            socket.create_connection((parts.hostname, parts.port or 443), timeout=TIMEOUT_S) as plain,
            trust.wrap_socket(plain, server_hostname=parts.hostname) as secure,
        ):
            held = secure.getpeercert() or {}
    except ssl.SSLError:
        return Certificate(problem="untrusted")
    except OSError:
        return Certificate(problem="unreachable")
    return Certificate(_moment(held["notBefore"]), _moment(held["notAfter"]))


def _moment(text: object) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(text)), UTC)


def fingerprint(ca_file: str) -> str:
    """The SHA-256 of a root certificate as phones show it, in fours; "" when there is none to read."""
    try:
        der = ssl.PEM_cert_to_DER_cert(Path(ca_file).read_text("ascii"))
    except (OSError, ValueError):
        return ""
    digits = hashlib.sha256(der).hexdigest().upper()
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))
