"""GPX in. The only place that knows gpxpy.

Reading is our own pass (`scanning.py`), because gpxpy takes 14 µs and 1.4 kB a point where we need 4 µs in
all (docs/decisions has the numbers). `agrees_with_gpxpy` checks our reading, and what we write (`writing.py`).
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

import gpxpy
import gpxpy.gpx
import gpxpy.parser
import numpy as np

from patrol.tracks.decoding import mended, to_clean_utf8
from patrol.tracks.draft import (
    Fixes,
    Segment,
    TrackDraft,
    Waypoint,
    joined,
    pieces_in,
    touches,
    with_usable_times,
)
from patrol.tracks.moments import is_believable, parse_moment
from patrol.tracks.rules import METRES_PER_HDOP, Kind, Limits, Refusal, Refused, Remark
from patrol.tracks.scanning import END_OF_INPUT, MENDABLE, Column, Scan

# gpxpy takes lxml whenever some other package brings it, and is then twice as slow and reads other things.
for _module in (gpxpy.parser, gpxpy.gpx):
    vars(_module)["mod_etree"] = ElementTree


@contextlib.contextmanager
def last_net() -> Iterator[None]:
    """Whatever a hostile file breaks in reading or measuring is a refusal of that file, and a line in the log."""
    try:
        yield
    except Refused:
        raise
    except Exception as bug:
        logging.getLogger(__name__).exception("a GPX file broke its reader")
        raise Refused(Refusal.UNREADABLE) from bug


@dataclass
class _Found:
    """What the reading of the columns came across."""

    remarks: set[Remark]
    bad_points: int = 0
    disordered: int = 0


def read_gpx(data: bytes, limits: Limits | None = None) -> TrackDraft:
    """Read a GPX file of any make, or raise Refused with one of the closed list of reasons.

    A file cut short or damaged in the middle gives the points before the fault, with a remark.
    """
    limits = limits or Limits()
    sha256 = hashlib.sha256(data).hexdigest()
    xml, remarks = to_clean_utf8(data, limits)
    scan = Scan(limits)
    fault = scan.run(xml)
    if fault in MENDABLE and not scan.closed and (better := mended(xml)) != xml:
        scan = Scan(limits)
        fault = scan.run(better)
        remarks.add(Remark.TEXT_REPAIRED)
    if scan.root is None:
        raise Refused(Refusal.TRUNCATED if fault in END_OF_INPUT else Refusal.NOT_GPX)
    if fault and scan.closed:
        remarks.add(Remark.TEXT_REPAIRED)  # something behind </gpx>: nothing of ours is there
    elif fault:
        if not scan.count:
            raise Refused(Refusal.TRUNCATED if fault in END_OF_INPUT else Refusal.MALFORMED)
        remarks.add(Remark.CUT_SHORT if fault in END_OF_INPUT else Remark.DAMAGED)
    if not scan.count:
        raise Refused(Refusal.NO_POINTS)
    return _draft(scan, _Found(remarks), sha256=sha256, size=len(data))


def _draft(scan: Scan, found: _Found, *, sha256: str, size: int) -> TrackDraft:
    segments = list(_segments(scan.columns["trkpt"], found, osmand=scan.creator.startswith("OsmAnd")))
    if pieces_in(segments) > scan.limits.parts:
        raise Refused(Refusal.TOO_COMPLEX)
    in_tracks = len(scan.columns["trkpt"].lat)
    apart = _Found(set())  # what is odd about routes and waypoints is no remark on the track
    routes = [one.fixes for one in _segments(scan.columns["rtept"], apart)]
    places = [one.fixes for one in _segments(scan.columns["wpt"], apart)]
    if not in_tracks:
        found.bad_points = apart.bad_points
    if segments:
        kind = Kind.RECORDED
    elif in_tracks or not (routes or places):
        raise Refused(Refusal.NO_GOOD_POINTS)
    else:
        kind = Kind.ROUTE if routes else Kind.WAYPOINTS
    if found.bad_points:
        found.remarks.add(Remark.BAD_POINTS)
    counts = {"bad": found.bad_points, "disordered": found.disordered}
    dropped = {name: count for name, count in counts.items() if count}
    marks = joined(places) if places else None
    return TrackDraft(
        kind=kind,
        segments=tuple(segments),
        sha256=sha256,
        size_bytes=size,
        points_read=in_tracks or scan.count,
        dropped=dropped,
        remarks=frozenset(found.remarks),
        route=tuple(routes),
        waypoints=()
        if marks is None
        else tuple(
            Waypoint(lat, lon, None if math.isnan(at) else at)
            for lat, lon, at in zip(marks.lat.tolist(), marks.lon.tolist(), marks.at.tolist(), strict=True)
        ),
    )


def _segments(column: Column, found: _Found, osmand: bool = False) -> Iterable[Segment]:
    """The column's points as segments: numbers where text was, bad points left out, times made usable."""
    if not column.lat:
        return
    lat, lon = _degrees(column.lat, found), _degrees(column.lon, found)
    good = (np.abs(lat) <= 90.0) & (np.abs(lon) <= 180.0)  # NaN is neither
    # no receiver stands on the null island; a fix of exactly 0, 0 means "none yet"
    good &= (lat != 0.0) | (lon != 0.0)
    found.bad_points += int(good.size - np.count_nonzero(good))
    at = _moments(column.time, found)
    accuracy = np.full(lat.size, np.nan)
    for index, text in column.hdop.items():
        # OsmAnd writes metres where the format asks for a dilution
        accuracy[index] = _number(text, found) * (1.0 if osmand else METRES_PER_HDOP)
    starts = column.starts if column.starts and column.starts[0][1] == 0 else [(0, 0), *column.starts]
    ends = [start for _, start in starts[1:]] + [lat.size]
    parts: list[Segment] = []
    for (track, start), end in zip(starts, ends, strict=True):
        which = np.flatnonzero(good[start:end]) + start
        if not which.size:
            continue
        fixes = Fixes(lat[which], lon[which], at[which], accuracy[which])
        if parts and touches(parts[-1].fixes, fixes):
            whole = joined([parts[-1].fixes, fixes.part(slice(1, None))])
            parts[-1] = Segment(parts[-1].track, whole)
        else:
            parts.append(Segment(track, fixes))
    for part in parts:
        fixes, remarks = with_usable_times(part.fixes)
        found.remarks |= remarks
        found.disordered += len(part.fixes) - len(fixes)
        yield Segment(part.track, fixes)


def _degrees(texts: Sequence[str | None], found: _Found) -> np.ndarray:
    try:
        return np.array(list(map(float, texts)), dtype=np.float64)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return np.array([_number(text, found) for text in texts], dtype=np.float64)


def _number(text: str | None, found: _Found) -> float:
    """A number, also one with a decimal comma ("15,9"); NaN for anything else."""
    if text is None or len(text) > 64:
        return math.nan
    try:
        return float(text)
    except ValueError:
        pass
    if text.count(",") == 1 and "." not in text:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return math.nan
        found.remarks.add(Remark.COMMA_DECIMALS)
        return value
    return math.nan


def _moments(texts: Sequence[str | None], found: _Found) -> np.ndarray:
    at = np.full(len(texts), np.nan)
    read_iso = datetime.fromisoformat
    for index, text in enumerate(texts):
        if not text:
            found.remarks.add(Remark.TIMES_MISSING)
            continue
        if len(text) == 20 and text[19] == "Z" and text[10] == "T":
            try:  # what nearly every device writes, ten times faster than the patient way
                moment, has_zone = read_iso(text).timestamp(), True
            except ValueError:
                found.remarks.add(Remark.TIMES_UNREADABLE)
                continue
        elif (read := parse_moment(text)) is None:
            found.remarks.add(Remark.TIMES_UNREADABLE)
            continue
        else:
            moment, has_zone = read
        if not is_believable(moment):
            found.remarks.add(Remark.CLOCK_NOT_SET)
            continue
        if not has_zone:
            found.remarks.add(Remark.ZONE_MISSING)
        at[index] = moment
    return at


def agrees_with_gpxpy(data: bytes) -> bool | None:
    """Whether gpxpy finds the places we kept, and as many points as we read; None when it can't read it."""
    try:
        other = gpxpy.parse(data)
    except (gpxpy.gpx.GPXException, UnicodeDecodeError, ValueError):
        return None
    theirs = [
        (point.latitude, point.longitude)
        for track in other.tracks
        for segment in track.segments
        for point in segment.points
    ]
    draft = read_gpx(data)
    ours: set[tuple[float, float]] = set()
    for part in draft.segments:
        ours |= set(zip(part.fixes.lat.tolist(), part.fixes.lon.tolist(), strict=True))
    return len(theirs) == (draft.points_read if draft.kind is Kind.RECORDED else 0) and ours <= set(theirs)
