"""The state of the system in the words of Prometheus. No name, no address, no path: endpoints and numbers."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from .rules import Light, Sign

SCALE = {Light.GOOD: 0, Light.UNKNOWN: 1, Light.WATCH: 2, Light.BAD: 3}


def exposition(signs: Mapping[str, Sign], requests: Mapping[Any, Any], *, now: datetime) -> str:
    """All metrics as the text a Prometheus server reads."""
    return "\n".join([*_signs(signs, now), *_requests(requests), ""])


def _signs(signs: Mapping[str, Sign], now: datetime) -> Iterator[str]:
    yield "# HELP patrol_sign How a part is: 0 good, 1 unknown, 2 to be watched, 3 bad."
    yield "# TYPE patrol_sign gauge"
    for name, sign in signs.items():
        yield f'patrol_sign{{part="{name}"}} {SCALE[sign.light]}'
    if made_at := signs["backup"].facts["made_at"]:
        yield "# TYPE patrol_backup_age_seconds gauge"
        yield f"patrol_backup_age_seconds {(now - made_at).total_seconds():.0f}"
    yield "# TYPE patrol_disk_free_bytes gauge"
    for disk in signs["disk"].facts["disks"]:
        yield f'patrol_disk_free_bytes{{path="{_escaped(disk.path)}"}} {disk.free}'
    if valid_to := signs["certificate"].facts.get("valid_to"):
        yield "# TYPE patrol_certificate_seconds_left gauge"
        yield f"patrol_certificate_seconds_left {(valid_to - now).total_seconds():.0f}"
    yield "# TYPE patrol_audit_lines gauge"
    for state in ("sealed", "waiting"):
        yield f'patrol_audit_lines{{state="{state}"}} {signs["audit"].facts[state]}'


def _requests(requests: Mapping[Any, Any]) -> Iterator[str]:
    yield "# HELP patrol_requests_total Answers of this process."
    yield "# TYPE patrol_requests_total counter"
    for (endpoint, status), (number, _) in sorted(requests.items()):
        yield f'patrol_requests_total{{endpoint="{endpoint}",status="{status}"}} {number}'
    yield "# TYPE patrol_request_seconds_total counter"
    for (endpoint, status), (_, seconds) in sorted(requests.items()):
        yield f'patrol_request_seconds_total{{endpoint="{endpoint}",status="{status}"}} {seconds:.3f}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
