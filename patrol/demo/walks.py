"""The way a patrol of the demo went: along the line of its stretch and back, at the pace of its means. Pure.

A receiver is wrong by a few metres, wanders slowly, and now and then is silent for some minutes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from ..patrols.rules import Means

M_PER_DEGREE = 111_320.0
EVERY_S = {Means.ON_FOOT: 30, Means.MOTORBIKE: 20, Means.CAR: 20, Means.BOAT: 20}
PACE_MS = {Means.ON_FOOT: 1.0, Means.MOTORBIKE: 5.5, Means.CAR: 7.0, Means.BOAT: 5.0}
STAND_S = {Means.ON_FOOT: 300, Means.MOTORBIKE: 900, Means.CAR: 1200, Means.BOAT: 900}
OFFSHORE_M = {Means.ON_FOOT: 0.0, Means.MOTORBIKE: -60.0, Means.CAR: -150.0, Means.BOAT: 350.0}
TRACKED_SHARE = 0.6
SILENT_SHARE = 0.22  # of the tracks have a gap
NOISE_M, DRIFT_M = 1.6, 2.5


@dataclass(frozen=True)
class _Shore:
    """A line in metres from its first post, tabulated by the way along it."""

    lat: float
    lon: float
    posts: tuple[tuple[float, float, float], ...]  # along, east, north

    @classmethod
    def of(cls, line: Sequence[Sequence[float]]) -> "_Shore":
        _, lat, lon = line[0]
        east = M_PER_DEGREE * math.cos(math.radians(lat))
        posts, along = [(0.0, 0.0, 0.0)], 0.0
        for _, north, across in line[1:]:
            x, y = (across - lon) * east, (north - lat) * M_PER_DEGREE
            along += math.hypot(x - posts[-1][1], y - posts[-1][2])
            posts.append((along, x, y))
        return cls(lat, lon, tuple(posts))

    @property
    def length(self) -> float:
        return self.posts[-1][0]

    def at(self, along: float, offshore: float) -> tuple[float, float]:
        """Metres east and north of the first post; the shore runs to the south-east, the sea lies to its left."""
        place = next(
            n for n in range(1, len(self.posts)) if along <= self.posts[n][0] or n == len(self.posts) - 1
        )
        (a, x0, y0), (b, x1, y1) = self.posts[place - 1 : place + 1]
        part = (along - a) / (b - a)
        sea_x, sea_y = -(y1 - y0) / (b - a), (x1 - x0) / (b - a)
        winding = 14.0 * math.sin(along / 170.0) + 6.0 * math.sin(along / 61.0)
        off = offshore + winding
        return x0 + (x1 - x0) * part + sea_x * off, y0 + (y1 - y0) * part + sea_y * off


def make_gpx(
    key: str, line: Sequence[Sequence[float]] | None, start: datetime, end: datetime | None, means: Means
) -> bytes | None:
    """The file a team's phone wrote, the same for the same key; None for those that recorded nothing."""
    chance = Random(f"walk {key}")
    if line is None or end is None or chance.random() > TRACKED_SHARE:
        return None
    shore, every = _Shore.of(line), EVERY_S[means]
    pace = PACE_MS[means] * chance.uniform(0.85, 1.2)
    begin = start + timedelta(seconds=chance.randrange(20, 400))
    seconds = int((end - begin).total_seconds()) - chance.randrange(0, 500)
    silent = _silences(chance, seconds)
    along, heading = chance.choice(((0.0, 1), (shore.length, -1), (shore.length * 0.4, 1)))
    standing = drift_x = drift_y = 0.0
    fade = math.exp(-every / 90.0)
    wander = DRIFT_M * math.sqrt(1 - fade * fade)
    segments: list[list[str]] = [[]]
    for second in range(0, seconds, every):
        drift_x = fade * drift_x + chance.gauss(0, wander)
        drift_y = fade * drift_y + chance.gauss(0, wander)
        if standing > 0:
            standing -= every
        else:
            along += heading * pace * every * chance.uniform(0.8, 1.15)
            if not 0 <= along <= shore.length:
                along, heading = min(max(along, 0.0), shore.length), -heading
                standing = chance.uniform(0.5, 1.5) * STAND_S[means]
            elif chance.random() < every / 800:
                standing = chance.uniform(0.2, 0.8) * STAND_S[means]
        if any(begins <= second < ends for begins, ends in silent):
            if segments[-1] and chance.random() < 0.5:
                segments.append([])
            continue
        x, y = shore.at(along, OFFSHORE_M[means])
        x, y = x + drift_x + chance.gauss(0, NOISE_M), y + drift_y + chance.gauss(0, NOISE_M)
        lat = shore.lat + y / M_PER_DEGREE
        lon = shore.lon + x / (M_PER_DEGREE * math.cos(math.radians(shore.lat)))
        at = begin + timedelta(seconds=second)
        segments[-1].append(
            f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>{at:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>'
        )
    body = "".join(f"<trkseg>{''.join(points)}</trkseg>" for points in segments if points)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="demo" '
        f'xmlns="http://www.topografix.com/GPX/1/1"><trk>{body}</trk></gpx>'
    ).encode()


def _silences(chance: Random, seconds: int) -> list[tuple[int, int]]:
    """When the receiver is silent: mostly never, now and then for some minutes, seldom for long."""
    if chance.random() > SILENT_SHARE:
        return []
    begins = chance.randrange(seconds // 5, seconds // 2)
    longest = seconds // 3 if chance.random() < 0.25 else 900
    return [(begins, begins + chance.randrange(240, max(longest, 300)))]
