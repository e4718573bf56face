"""Ways out: GeoJSON (RFC 7946) and GPX 1.1, written one patrol after the other, so that a year costs no memory.

Both hold where a patrol went and what it found by category and time: no names of people, no free text.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any
from xml.sax.saxutils import escape

import numpy as np

from patrol import geo
from patrol.tracks.draft import Fixes

IN_MEMORY = 4 * 2**20  # bytes; a longer file goes to the disk while it is written
PLACE_SLACK_S = 120.0  # a find may be written down a little before the first fix or after the last
SIMPLE_M = 4.5  # how far a simplified way may lie from the recorded one: less than a receiver is off
UNWRITABLE = dict.fromkeys(
    [*(code for code in range(32) if code not in (9, 10, 13)), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)


@dataclass(frozen=True)
class Found:
    """Something found on the way: what it is, when, and where as far as that is known."""

    category: str
    at: datetime | None
    lat: float
    lon: float


@dataclass(frozen=True)
class Way:
    """The recorded way of one patrol: unbroken pieces with their times, and what was found on it."""

    patrol_id: int
    on: date
    stretch: str
    lead_unit: str
    started_at: datetime
    ended_at: datetime | None
    distance_m: int
    grade: str | None
    pieces: Sequence[Fixes]
    found: Sequence[Found] = ()

    @property
    def name(self) -> str:
        return f"Lượt {self.patrol_id}, {self.on:%d/%m/%Y}, {self.stretch}"


def simple(piece: Fixes) -> Fixes:
    """The same piece with only the fixes its shape needs, each with its time."""
    return piece.part(geo.simplified(piece.lat, piece.lon, SIMPLE_M))


def place_at(pieces: Sequence[Fixes], moment: datetime) -> tuple[float, float] | None:
    """Where the patrol was at a moment, when the recording says so; inside a gap it doesn't."""
    at = moment.timestamp()
    for piece in pieces:
        known = ~np.isnan(piece.at)
        times = piece.at[known]
        if times.size and times[0] - PLACE_SLACK_S <= at <= times[-1] + PLACE_SLACK_S:
            lat = float(np.interp(at, times, piece.lat[known]))
            return lat, float(np.interp(at, times, piece.lon[known]))
    return None


def place_on(line: Sequence[Sequence[float]], km: float) -> tuple[float, float] | None:
    """Where a kilometre of a stretch lies, when the stretch has a line that reaches it: [[km, lat, lon], …]."""
    if not line or not line[0][0] <= km <= line[-1][0]:
        return None
    posts, lats, lons = zip(*line, strict=True)
    return float(np.interp(km, posts, lats)), float(np.interp(km, posts, lons))


class Bounds:
    """The box around everything that was written."""

    def __init__(self) -> None:
        self.west = self.south = math.inf
        self.east = self.north = -math.inf

    def take(self, lat: Any, lon: Any) -> None:
        self.south, self.north = min(self.south, float(np.min(lat))), max(self.north, float(np.max(lat)))
        self.west, self.east = min(self.west, float(np.min(lon))), max(self.east, float(np.max(lon)))

    def __bool__(self) -> bool:
        return self.west <= self.east

    @property
    def box(self) -> list[float]:
        """West, south, east, north, as RFC 7946 has it."""
        return [round(edge, 6) for edge in (self.west, self.south, self.east, self.north)]


def write_geojson(ways: Iterable[Way], *, about: str) -> tuple[IO[bytes], int]:
    """A FeatureCollection: a line for each way, with `coordTimes` beside its coordinates, and a point for each find.

    Answers with the file, at its beginning, and the number of ways in it.
    """
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 the answer closes it
    bounds, number = Bounds(), 0
    file.write(b'{"type": "FeatureCollection",\n"features": [')
    separator = b"\n"
    for number, way in enumerate(ways, 1):  # noqa: B007 the last one is the number of ways
        for feature in _features(way, bounds):
            file.write(separator + json.dumps(feature, ensure_ascii=False).encode())
            separator = b",\n"
    tail: dict[str, Any] = {"about": about} | ({"bbox": bounds.box} if bounds else {})
    file.write(b"\n],\n" + json.dumps(tail, ensure_ascii=False).encode()[1:])
    file.seek(0)
    return file, number


def _features(way: Way, bounds: Bounds) -> Iterable[dict[str, Any]]:
    pieces = [piece for piece in way.pieces if len(piece) > 1]  # one position is no line
    if pieces:
        mine = Bounds()
        for each in (mine, bounds):
            for piece in pieces:
                each.take(piece.lat, piece.lon)
        coordinates = [_positions(piece) for piece in pieces]
        times = [[_moment(at) for at in piece.at.tolist()] for piece in pieces]
        is_one = len(pieces) == 1
        yield {
            "type": "Feature",
            "id": f"patrol-{way.patrol_id}",
            "bbox": mine.box,
            "geometry": {
                "type": "LineString" if is_one else "MultiLineString",
                "coordinates": coordinates[0] if is_one else coordinates,
            },
            "properties": {
                "patrol": way.patrol_id,
                "patrolled_on": way.on.isoformat(),
                "stretch": way.stretch,
                "lead_unit": way.lead_unit,
                "started_at": _iso(way.started_at),
                "ended_at": _iso(way.ended_at),
                "distance_m": way.distance_m,
                "grade": way.grade,
                "coordTimes": times[0] if is_one else times,
            },
        }
    for place, found in enumerate(way.found, 1):
        bounds.take(found.lat, found.lon)
        yield {
            "type": "Feature",
            "id": f"patrol-{way.patrol_id}-finding-{place}",
            "geometry": {"type": "Point", "coordinates": [round(found.lon, 6), round(found.lat, 6)]},
            "properties": {
                "patrol": way.patrol_id, "category": found.category, "found_at": _iso(found.at),
            },
        }  # fmt: skip


def _positions(piece: Fixes) -> list[list[float]]:
    columns = (np.round(piece.lon, 6).tolist(), np.round(piece.lat, 6).tolist())
    return [list(position) for position in zip(*columns, strict=True)]


def write_gpx(ways: Iterable[Way], *, about: str, made_at: datetime) -> tuple[IO[bytes], int]:
    """GPX 1.1: one track for each way, one segment for each unbroken piece, finds as waypoints; times in UTC with Z.

    Answers with the file, at its beginning, and the number of ways in it.
    """
    bounds, number = Bounds(), 0
    with (
        tempfile.SpooledTemporaryFile(IN_MEMORY) as marks,
        tempfile.SpooledTemporaryFile(IN_MEMORY) as tracks,
    ):
        for number, way in enumerate(ways, 1):  # noqa: B007 the last one is the number of ways
            for found in way.found:
                bounds.take(found.lat, found.lon)
                marks.write(_mark(found).encode())
            for piece in way.pieces:
                bounds.take(piece.lat, piece.lon)
            tracks.write(_track(way).encode())
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 the answer closes it
        file.write(_head(bounds, about, made_at).encode())
        for part in (marks, tracks):  # the order the format asks for
            part.seek(0)
            while chunk := part.read(2**16):
                file.write(chunk)
    file.write(b"</gpx>\n")
    file.seek(0)
    return file, number


def _head(bounds: Bounds, about: str, made_at: datetime) -> str:
    west, south, east, north = bounds.box if bounds else (0.0, 0.0, 0.0, 0.0)
    box = f'<bounds minlat="{south}" minlon="{west}" maxlat="{north}" maxlon="{east}"/>' if bounds else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="patrol-log">\n'
        f"<metadata><desc>{_text(about)}</desc><time>{_iso(made_at)}</time>{box}</metadata>\n"
    )


def _mark(found: Found) -> str:
    time = f"<time>{_iso(found.at)}</time>" if found.at else ""
    category = _text(found.category)
    return (
        f'<wpt lat="{found.lat:.6f}" lon="{found.lon:.6f}">{time}<name>{category}</name>'
        f"<type>{category}</type></wpt>\n"
    )


def _track(way: Way) -> str:
    lines = [f"<trk><name>{_text(way.name)}</name><number>{way.patrol_id}</number>\n"]
    for piece in way.pieces:
        lines.append("<trkseg>\n")
        for lat, lon, at in zip(piece.lat.tolist(), piece.lon.tolist(), piece.at.tolist(), strict=True):
            time = "" if math.isnan(at) else f"<time>{_moment(at)}</time>"
            lines.append(f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}">{time}</trkpt>\n')
        lines.append("</trkseg>\n")
    return "".join([*lines, "</trk>\n"])


def _moment(at: float) -> str | None:
    """Seconds since 1970 as '2026-02-05T14:30:00Z'; None when nobody knows."""
    return None if math.isnan(at) else _iso(datetime.fromtimestamp(round(at), UTC))


def _iso(moment: datetime | None) -> str | None:
    return moment and moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    """Without the characters that no XML can carry."""
    return escape(text.translate(UNWRITABLE))
