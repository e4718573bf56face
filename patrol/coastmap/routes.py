"""The lines of many patrols as one compact stream for the map, made without a step of Python per patrol.

The stream is counting numbers as in `geo.varints`: version, zoom, number of routes, number of pieces; then for all
routes the id (zig-zag, less the one before), the force, the number of pieces; then for all pieces the number of points;
then for all points x and y (zig-zag): less the point before, for the first of a piece less the first of the one before.
Positions are half pixels of that zoom, so a stream made for a map at its zoom or farther is half a pixel coarse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from patrol import geo
from patrol.geo import Ints
from patrol.tracks.lines import MICRO
from patrol.tracks.rules import FINE, Z10, Z12

VERSION = 1
ZOOM = {Z10: 10, Z12: 12, FINE: 19}  # of FINE: 0.14 m


@dataclass(frozen=True)
class Route:
    """One decoded line: the patrol, the number of the force that led, its pieces as rows of x, y."""

    patrol_id: int
    force: int
    pieces: list[Ints]


def make_stream(line: str, stored: Sequence[tuple[int, int, bytes]]) -> bytes:
    """The stream of (patrol, force, line as `tracks` keeps it under this name), in this order, without empty lines."""
    filled = [one for one in stored if one[2][:1] not in (b"", b"\0")]
    head = [VERSION, ZOOM[line]]
    if not filled:
        return geo.varints(np.array([*head, 0, 0], dtype=np.uint64))
    values, ends = geo.read_varints(b"".join(blob for _, _, blob in filled))
    pieces, is_size, is_step = _parts(values, ends, [len(blob) for _, _, blob in filled])
    sizes = values[is_size]
    rows = geo.signed(values[is_step]).reshape(-1, 2)
    owner = np.repeat(np.arange(len(filled)), pieces)  # of each piece
    first_rows = np.cumsum(sizes) - sizes  # of each piece
    route_rows = first_rows[np.searchsorted(owner, np.arange(len(filled)))]
    running = np.cumsum(rows, axis=0)
    before = running[route_rows] - rows[route_rows]  # what the routes before have added
    points = running - np.repeat(before, np.add.reduceat(sizes, np.cumsum(pieces) - pieces), axis=0)
    if line == FINE:
        points = geo.half_pixels(points[:, 0] / MICRO, points[:, 1] / MICRO, ZOOM[FINE])
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    steps[first_rows] = np.diff(points[first_rows], axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    ids = np.array([patrol_id for patrol_id, _, _ in filled], dtype=np.int64)
    return geo.varints(
        np.concatenate(
            [
                np.array([*head, len(filled), len(sizes)], dtype=np.uint64),
                geo.zigzag(np.diff(ids, prepend=0)),
                np.array([force for _, force, _ in filled], dtype=np.uint64),
                pieces.astype(np.uint64),
                sizes.astype(np.uint64),
                geo.zigzag(steps.ravel()),
            ]
        )
    )


def _parts(values: Ints, ends: Ints, lengths: Sequence[int]) -> tuple[Ints, Ints, Ints]:
    """Of many packed lines read as one: how many pieces each has, which values are sizes, which are steps."""
    last = np.searchsorted(ends, np.cumsum(lengths))  # first value of the next line
    starts = np.concatenate([[0], last[:-1]])
    pieces = values[starts]
    place = np.arange(values.size) - np.repeat(starts, last - starts)
    sizes_end = np.repeat(2 + pieces, last - starts)
    return pieces, (place >= 2) & (place < sizes_end), place >= sizes_end


def read_stream(data: bytes) -> tuple[int, list[Route]]:
    """The zoom and the routes of a stream, as the browser reads them."""
    values, _ = geo.read_varints(data)
    version, zoom, count, total = (int(value) for value in values[:4])
    if version != VERSION:
        raise ValueError(version)
    if not count:
        return zoom, []
    ids, forces, pieces, sizes, steps = np.split(values[4:], np.cumsum([count, count, count, total]))
    steps = geo.signed(steps).reshape(-1, 2)
    first_rows = np.cumsum(sizes) - sizes
    firsts = np.cumsum(steps[first_rows], axis=0)
    lines = []
    for start, size, first in zip(first_rows, sizes, firsts, strict=True):
        lines.append(np.cumsum(np.vstack([first, steps[start + 1 : start + size]]), axis=0))
    ends = np.cumsum(pieces)
    return zoom, [
        Route(int(patrol_id), int(force), lines[end - number : end])
        for patrol_id, force, number, end in zip(
            np.cumsum(geo.signed(ids)), forces, pieces, ends, strict=True
        )
    ]
