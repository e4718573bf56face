"""How often the same person or address may do what costs much. Kept in memory, for each process by itself.

A bucket holds a minute's worth and fills up again steadily, so a phone that sends what it gathered in a night is slowed
down for seconds at most and never locked out.
"""

import math
from threading import Lock

from flask import Flask, current_app, request, session

from .. import clock
from ..errors import TooMany

MOST = 10_000  # buckets remembered; the ones used longest ago are forgotten first

# Endpoint → the setting that says how many a minute. The sign-in page asks by itself: it holds what was typed.
LIMITED = {
    "logbook.confirm_here": "SIGN_IN_PER_MINUTE",  # a name and a password are tried there too
    "logbook.attach": "UPLOADS_PER_MINUTE",
    "logbook.attach_photos": "UPLOADS_PER_MINUTE",
    "sync.take_queue_file": "UPLOADS_PER_MINUTE",
    "sync.sync": "SYNC_PER_MINUTE",
    "sync.put_blob": "SYNC_PER_MINUTE",
    "sync.blob": "SYNC_PER_MINUTE",
    "sync.ping": "SYNC_PER_MINUTE",
    "sync.reference": "SYNC_PER_MINUTE",
}


class Buckets:
    """What everybody has left, by the name of a limit and who it is."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, name: str, who: str, per_minute: int) -> float:
        """Take one; 0 when there was one, else how many seconds until there is."""
        now = clock.now().timestamp()
        with self._lock:
            left, at = self._held.pop((name, who), (float(per_minute), now))
            left = min(per_minute, left + max(0.0, now - at) * per_minute / 60)
            wait = 0.0 if left >= 1 else (1 - left) * 60 / per_minute
            self._held[name, who] = (left if wait else left - 1, now)
            if len(self._held) > MOST:
                del self._held[next(iter(self._held))]
        return wait


def take(setting: str) -> None:
    """Count one act of this session, or of this address when nobody is signed in. Raises TooMany."""
    per_minute = getattr(current_app.config["PATROL"], setting)
    if not per_minute:
        return
    who = session.get("_user_id") or request.remote_addr or ""
    if wait := current_app.extensions["limits"].take(setting, who, per_minute):
        raise TooMany(math.ceil(wait))


def init_app(app: Flask) -> None:
    app.extensions["limits"] = Buckets()

    @app.before_request
    def count() -> None:
        if setting := LIMITED.get(request.endpoint or ""):
            take(setting)
