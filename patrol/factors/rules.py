"""One-time codes by RFC 6238 (TOTP) and recovery codes. The clock is handed in."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SLACK = 1  # steps a phone's clock may be early or late
ISSUER = "Tuyến biển bình yên"

RECOVERY_CODES = 8
RECOVERY_DIGITS = 12  # digits only, so that the number pad of a phone is enough


def secret_of(key: str, person_id: int, salt: str) -> bytes:
    """The secret an authenticator shares with us. It is stored nowhere: the database holds the salt, not the key."""
    return _keyed(key, f"second factor|{person_id}|{salt}").digest()[:20]


def digest_of(key: str, person_id: int, code: str) -> str:
    """What is kept of a recovery code."""
    return _keyed(key, f"recovery code|{person_id}|{code}").hexdigest()


def _keyed(key: str, about: str) -> "hmac.HMAC":
    return hmac.new(key.encode(), about.encode(), hashlib.sha256)


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one step of 30 seconds."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}}"


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: bytes, code: str, *, now: datetime, after: int) -> int | None:
    """The step this is the code of: about now, and later than the last one used, so that a code works once."""
    here = step_of(now)
    for step in range(here - SLACK, here + SLACK + 1):
        if step > after and hmac.compare_digest(code_at(secret, step), code):
            return step
    return None


def tidy(typed: str) -> str:
    """A code as typed, without spaces and dashes; whatever can't be one is empty."""
    digits = re.sub(r"[\s.\-–]", "", typed[:40])
    return digits if re.fullmatch(r"[0-9]+", digits) else ""


def new_recovery_codes() -> list[str]:
    return [f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}" for _ in range(RECOVERY_CODES)]


def in_groups(text: str, size: int = 4) -> str:
    """'ABCDEFGH' → 'ABCD EFGH', to be read out and typed."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def written(secret: bytes) -> str:
    """The secret as an authenticator takes it when it is typed."""
    return base64.b32encode(secret).decode()


def address_of(secret: bytes, username: str) -> str:
    """The otpauth address that stands in the QR code."""
    asked = urlencode({"secret": written(secret), "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{quote(ISSUER)}:{quote(username)}?{asked}"
