"""One line of the log for each answer, and how many there were: which page, how it ended, how long it took.

No address, no name, no query: the name of the route stands for the path, so a log may be shown to anybody.
"""

import logging
import threading
import time
from collections import defaultdict
from typing import Any

from flask import Flask, Response, g, request

log = logging.getLogger("patrol.requests")

_lock = threading.Lock()
_counts: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0, 0.0])


def counts() -> dict[tuple[str, int], tuple[int, float]]:
    """(route, status) → how many answers of this process, and how many seconds they took together."""
    with _lock:
        return {key: (int(number), seconds) for key, (number, seconds) in _counts.items()}


def init_app(app: Flask) -> None:
    def begin() -> None:
        g.begun = time.perf_counter()

    def end(response: Response) -> Response:
        took = time.perf_counter() - g.get("begun", time.perf_counter())
        endpoint = request.endpoint or "none"
        with _lock:
            count: Any = _counts[endpoint, response.status_code]
            count[0] += 1
            count[1] += took
        log.info("%s %s %d %.0f ms", request.method, endpoint, response.status_code, took * 1000)
        return response

    app.before_request(begin)
    app.after_request(end)
