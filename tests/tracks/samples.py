"""Synthetic recordings: known paths, receivers with noise, and the GPX that programs would write of them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)  # 20:00 here
HOME = (15.93, 108.28)
M_LAT = 110_660.0
M_LON = 111_320.0 * math.cos(math.radians(HOME[0]))
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'


@dataclass(frozen=True)
class Point:
    lat: float
    lon: float
    at: datetime | None


def shore(metres: float) -> tuple[float, float]:
    """Where one is after walking `metres` along a gently winding beach: metres east and north."""
    return _SHORE.at(metres)


class _Shore:
    """A winding line tabulated by its arc length."""

    def __init__(self, longest: float, step: float = 5.0):
        self.step = step
        self.spots = [(0.0, 0.0)]
        for index in range(int(longest / step) + 2):
            heading = -0.9 + 0.5 * math.sin(index * step / 180.0) + 0.3 * math.sin(index * step / 47.0)
            x, y = self.spots[-1]
            self.spots.append((x + step * math.cos(heading), y + step * math.sin(heading)))

    def at(self, metres: float) -> tuple[float, float]:
        index = min(int(metres / self.step), len(self.spots) - 2)
        part = metres / self.step - index
        (x0, y0), (x1, y1) = self.spots[index : index + 2]
        return x0 + (x1 - x0) * part, y0 + (y1 - y0) * part


_SHORE = _Shore(120_000)


def walk(
    seconds: int,
    speed_ms: float = 1.3,
    every_s: int = 1,
    noise_m: float = 0.0,
    drift_m: float = 0.0,
    seed: int = 0,
    stand: Callable[[int], bool] = lambda second: False,
    start: datetime = START,
) -> tuple[list[Point], float]:
    """A recording and the true length of its path. `noise_m` is new at each fix, `drift_m` wanders slowly."""
    r = random.Random(seed)
    gone = drift_x = drift_y = 0.0
    points = []
    fade = math.exp(-every_s / 20.0)
    for second in range(0, seconds + 1, every_s):
        x, y = shore(gone)
        drift_x = fade * drift_x + r.gauss(0, drift_m * math.sqrt(1 - fade * fade))
        drift_y = fade * drift_y + r.gauss(0, drift_m * math.sqrt(1 - fade * fade))
        x, y = x + drift_x + r.gauss(0, noise_m), y + drift_y + r.gauss(0, noise_m)
        points.append(Point(HOME[0] + y / M_LAT, HOME[1] + x / M_LON, start + timedelta(seconds=second)))
        if second + every_s <= seconds and not stand(second):
            gone += speed_ms * every_s
    return points, gone


def written(at: datetime | str | None) -> str:
    if at is None:
        return ""
    text = at if isinstance(at, str) else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
    return f"<time>{text}</time>"


def trkpt(point: Point, inner: str = "") -> str:
    return f'<trkpt lat="{point.lat:.7f}" lon="{point.lon:.7f}">{inner}{written(point.at)}</trkpt>'


def segment(points: Sequence[Point]) -> str:
    return "<trkseg>" + "\n".join(map(trkpt, points)) + "</trkseg>"


def gpx(*segments: Sequence[Point], head: str = HEAD) -> str:
    """One track with these segments."""
    return head + "<trk>" + "".join(map(segment, segments)) + "</trk></gpx>"


def gpx_of(body: str, head: str = HEAD) -> bytes:
    return f"{head}{body}</gpx>".encode()


BOUNDARY = "----patrol-log"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(files: Sequence[tuple[bytes, str]], fields: dict[str, str] | None = None) -> bytes:
    """The body of a form with files, as a browser sends it; in one piece and without a temporary file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (fields or {}).items()
    ]
    for content, name in files:
        head = f'Content-Disposition: form-data; name="tracks"; filename="{name}"\r\nContent-Type: application/gpx+xml'
        parts.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
