"""Lines as stored: the cleaned one with its times, simplified ones for the map, and a key to know copies."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence

import numpy as np

from patrol import geo
from patrol.geo import Floats, Ints
from patrol.tracks.draft import Fixes
from patrol.tracks.rules import FINE, FINE_TOLERANCE_M, Z10, Z12

MICRO = 1e6  # stored positions are whole millionths of a degree: 0.11 m
NO_TIME = 0
# a line key needs a few corners to be telling; fewer than this and the tolerance is halved
CORNERS = 8
KEY_TOLERANCES_M = (25.0, 12.0, 6.0, 3.0, 1.5)
KEY_DEGREES = 1e5
SHORTEST_KEYED_M = 200.0


def encode_line(pieces: Sequence[Fixes]) -> bytes:
    """The cleaned line: latitude, longitude in millionths of a degree, whole seconds since 1970 (0: none)."""
    rows = [np.column_stack([_micro(one.lat), _micro(one.lon), _seconds(one.at)]) for one in pieces]
    return zlib.compress(geo.pack(rows), 6)


def decode_line(data: bytes) -> list[Fixes]:
    """The pieces that `encode_line` was given, to the stored precision."""
    pieces = []
    for rows in geo.unpack(zlib.decompress(data)):
        at = np.where(rows[:, 2] == NO_TIME, np.nan, rows[:, 2].astype(np.float64))
        pieces.append(Fixes(rows[:, 0] / MICRO, rows[:, 1] / MICRO, at, np.full(len(rows), np.nan)))
    return pieces


def map_lines(pieces: Sequence[Fixes]) -> dict[str, bytes]:
    """The simplifications: `fine` in millionths of a degree (lat, lon), the others in half pixels (x, y)."""
    lines: dict[str, list[Ints]] = {FINE: [], Z12: [], Z10: []}
    for one in pieces:
        kept = geo.simplified(one.lat, one.lon, FINE_TOLERANCE_M)
        lines[FINE].append(np.column_stack([_micro(one.lat[kept]), _micro(one.lon[kept])]))
        lat = float(np.median(one.lat))
        for name, zoom in ((Z12, 12), (Z10, 10)):
            kept = geo.simplified(one.lat, one.lon, geo.metres_per_pixel(lat, zoom) / 2)
            rows = geo.half_pixels(one.lat[kept], one.lon[kept], zoom)
            moved = np.concatenate([[True], np.any(np.diff(rows, axis=0) != 0, axis=1)])
            lines[name].append(rows[moved])
    return {name: geo.pack(rows) for name, rows in lines.items()}


def decode_fine(data: bytes) -> list[tuple[Floats, Floats]]:
    """The `fine` line as pieces of latitudes and longitudes."""
    return [(rows[:, 0] / MICRO, rows[:, 1] / MICRO) for rows in geo.unpack(data)]


def coarse(fine: bytes) -> bytes:
    """A `fine` line with no more detail than the map of the coast shows (some 18 m): what stays after its term."""
    rows = []
    for lat, lon in decode_fine(fine):
        kept = geo.simplified(lat, lon, geo.metres_per_pixel(float(np.median(lat)), 12) / 2)
        rows.append(np.column_stack([_micro(lat[kept]), _micro(lon[kept])]))
    return geo.pack(rows)


def line_key(segments: Sequence[Fixes]) -> tuple[str | None, bool]:
    """A key that a copy of a recording shares, and whether it runs the way the key was made.

    Taken from the recorded places, not the cleaned ones, so means and shifted times don't matter: the corners
    left after simplification to 25 m, to about a metre. Two walks of the same beach never have the same
    corners to the metre; a copied file has, also turned round, which gives the same key and the other way.
    """
    if not segments:
        return None, True
    lat = np.concatenate([one.lat for one in segments])
    lon = np.concatenate([one.lon for one in segments])
    if lat.size < 2 or geo.length_m(lat, lon) < SHORTEST_KEYED_M:
        return None, True
    places = np.rint(np.column_stack([lat, lon]) * KEY_DEGREES).astype(np.int32)
    is_forward = places.tobytes() <= places[::-1].tobytes()
    if not is_forward:
        lat, lon, places = lat[::-1], lon[::-1], places[::-1]
    for tolerance in KEY_TOLERANCES_M:
        kept = geo.simplified(lat, lon, tolerance)
        if kept.size >= CORNERS:
            break
    return hashlib.sha256(places[kept].tobytes()).hexdigest()[:32], is_forward


def _micro(degrees: Floats) -> Ints:
    return np.rint(degrees * MICRO).astype(np.int64)


def _seconds(at: Floats) -> Ints:
    return np.where(np.isnan(at), NO_TIME, np.rint(at)).astype(np.int64)
