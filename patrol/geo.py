"""The few geometric primitives every room shares: lengths, a local plane, simplification, compact integers.

Positions are WGS84 degrees in numpy arrays; lengths are metres. No Flask, no database.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EQUATOR_M = 6_378_137.0
ECCENTRICITY_2 = 0.00669437999014
TILE_PX = 256
# GEOS simplifies by recursion: one long hostile line could use up a thread's stack, so lines go in by parts.
LONGEST_PART = 1_000


def metres_per_degree(lat: Floats) -> tuple[Floats, Floats]:
    """Metres in one degree of latitude and of longitude at `lat`, on the WGS84 ellipsoid."""
    sin = np.sin(np.radians(lat))
    bend = 1.0 - ECCENTRICITY_2 * sin * sin
    north = EQUATOR_M * (1.0 - ECCENTRICITY_2) / bend**1.5
    east = EQUATOR_M / np.sqrt(bend) * np.cos(np.radians(lat))
    return north * np.pi / 180.0, east * np.pi / 180.0


def leg_lengths(lat: Floats, lon: Floats) -> Floats:
    """Length of each leg of a line; n points give n-1 legs. Right to 1e-5 for legs up to some kilometres."""
    north, east = metres_per_degree((lat[:-1] + lat[1:]) / 2.0)
    across = (np.diff(lon) + 180.0) % 360.0 - 180.0
    return np.hypot(np.diff(lat) * north, across * east)


def length_m(lat: Floats, lon: Floats) -> float:
    return float(leg_lengths(lat, lon).sum()) if lat.size > 1 else 0.0


def local_plane(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Metres east and north of the first point: a plane good for the few kilometres around it."""
    north, east = metres_per_degree(lat[:1])
    across = (lon - lon[0] + 180.0) % 360.0 - 180.0
    return across * east[0], (lat - lat[0]) * north[0]


def from_plane(x: Floats, y: Floats, lat0: float, lon0: float) -> tuple[Floats, Floats]:
    """The way back from `local_plane` with the same first point."""
    north, east = metres_per_degree(np.array([lat0]))
    return lat0 + y / north[0], (lon0 + x / east[0] + 180.0) % 360.0 - 180.0


def simplified(lat: Floats, lon: Floats, tolerance_m: float) -> Ints:
    """Which points to keep so that no other is farther than `tolerance_m` from the line (Douglas-Peucker)."""
    count = lat.size
    if count < 3:
        return np.arange(count)
    # Mercator keeps shapes at any length of line; the tolerance grows with it by 1/cos(latitude).
    x, y = _mercator(lat, lon)
    scale = np.cos(np.radians(np.abs(lat).max()))
    at = np.arange(count)
    parts = at // LONGEST_PART
    # each part ends with the first point of the next, so the parts together are the whole line
    joints = np.arange(LONGEST_PART, count, LONGEST_PART)
    order = np.concatenate([at, joints])
    owner = np.concatenate([parts, parts[joints] - 1])
    sort = np.lexsort((order, owner))
    order, owner = order[sort], owner[sort]
    if owner[-1] and np.count_nonzero(owner == owner[-1]) < 2:
        order, owner = order[:-1], owner[:-1]
    lines = shapely.linestrings(np.column_stack([x[order], y[order], order]), indices=owner)
    kept = shapely.simplify(lines, tolerance_m / max(scale, 0.01), preserve_topology=False)
    return np.unique(shapely.get_coordinates(kept, include_z=True)[:, 2].astype(np.int64))


def _mercator(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    held = np.clip(lat, -85.0, 85.0)
    turn = (lon - lon[0] + 180.0) % 360.0 - 180.0
    return np.radians(turn) * EQUATOR_M, np.arcsinh(np.tan(np.radians(held))) * EQUATOR_M


def metres_per_pixel(lat: float, zoom: int) -> float:
    """Ground size of a CSS pixel of a web map at this latitude."""
    return float(np.cos(np.radians(lat)) * 2 * np.pi * EQUATOR_M / (TILE_PX * 2**zoom))


def half_pixels(lat: Floats, lon: Floats, zoom: int) -> Ints:
    """World position in half pixels of `zoom`, as rows of x, y: all that a map at that zoom can show."""
    size = 2.0 * TILE_PX * 2**zoom
    x = (lon + 180.0) / 360.0 * size
    y = (1.0 - np.arcsinh(np.tan(np.radians(np.clip(lat, -85.0, 85.0)))) / np.pi) / 2.0 * size
    return np.column_stack([np.rint(x), np.rint(y)]).astype(np.int64)


def pack(lines: Sequence[Ints]) -> bytes:
    """Lines of whole numbers (rows of equal width) as zig-zag varints of differences.

    The stream is: number of lines, width, points of each line, then row by row the difference to the row
    before, running on from one line to the next.
    """
    filled = [line for line in lines if len(line)]
    width = filled[0].shape[1] if filled else 0
    head = np.array([len(filled), width, *(len(line) for line in filled)], dtype=np.int64)
    if not filled:
        return varints(head.astype(np.uint64))
    rows = np.concatenate(filled)
    steps = np.diff(rows, axis=0, prepend=np.zeros((1, width), dtype=np.int64)).ravel()
    return varints(np.concatenate([head.astype(np.uint64), zigzag(steps)]))


def unpack(data: bytes) -> list[Ints]:
    """The lines that `pack` was given."""
    values, _ = read_varints(data)
    count, width = int(values[0]), int(values[1])
    if not count:
        return []
    sizes = values[2 : 2 + count]
    rows = np.cumsum(signed(values[2 + count :]).reshape(-1, width), axis=0)
    return np.split(rows, np.cumsum(sizes)[:-1])


def zigzag(values: Ints) -> NDArray[np.uint64]:
    """Whole numbers as counting numbers, small ones small: 0, -1, 1, -2 → 0, 1, 2, 3."""
    return ((values << 1) ^ (values >> 63)).astype(np.uint64)


def signed(values: Ints) -> Ints:
    """The numbers that `zigzag` was given."""
    return (values >> 1) ^ -(values & 1)


def read_varints(data: bytes) -> tuple[Ints, Ints]:
    """The numbers that `varints` was given, and at which octet each ends."""
    octets = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(octets < 128)
    starts = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(octets.size) - np.repeat(starts, ends - starts + 1)
    return np.add.reduceat((octets & 127).astype(np.int64) << (7 * place), starts), ends


def varints(values: NDArray[np.uint64]) -> bytes:
    """Seven bits a byte, lowest first; the high bit says that more follow."""
    sizes = np.ones(values.size, dtype=np.int64)
    for bits in range(7, 64, 7):
        sizes += values >= np.uint64(1 << bits)
    starts = np.cumsum(sizes) - sizes
    out = np.zeros(int(sizes.sum()), dtype=np.uint8)
    for step in range(int(sizes.max())):
        has = sizes > step
        octet = (values[has] >> np.uint64(7 * step)) & np.uint64(127)
        out[starts[has] + step] = octet | np.where(sizes[has] > step + 1, np.uint64(128), np.uint64(0))
    return out.tobytes()
