"""A small drawing of a patrol's way beside the line of its stretch, as paths for an SVG; nothing from outside."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from patrol import geo
from patrol.geo import Floats
from patrol.tracks.lines import decode_fine

SIZE = 360.0  # of the longer side, in units of the drawing
SLIMMEST = 0.45  # the shorter side is at least this part of the longer
MARGIN = 22.0
FINEST = 0.5  # detail below this many units is left out
MOST_POINTS = 4_000
SCALES_M = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


@dataclass(frozen=True)
class Sketch:
    """Paths and places in units of the drawing, north up."""

    width: int
    height: int
    shore: str
    way: str
    gaps: str
    start: tuple[float, float]
    end: tuple[float, float]
    scale_m: int
    scale_units: float


def sketch(fine: bytes, stretch_line: Sequence[Sequence[float]] | None) -> Sketch | None:
    """The drawing of a way; None when there is nothing to draw. `stretch_line` is [km, latitude, longitude]."""
    pieces = [(lat, lon) for lat, lon in decode_fine(fine) if lat.size]
    if sum(lat.size for lat, _ in pieces) < 2:
        return None
    posts = np.array([post[1:3] for post in stretch_line or []], dtype=np.float64).reshape(-1, 2)
    every_lat = np.concatenate([lat for lat, _ in pieces] + [posts[:, 0]])
    every_lon = np.concatenate([lon for _, lon in pieces] + [posts[:, 1]])
    x, y = geo.local_plane(every_lat, every_lon)
    left, bottom = float(x.min()), float(y.min())
    across, up = max(float(np.ptp(x)), 1.0), max(float(np.ptp(y)), 1.0)
    metres = max(across, up) / SIZE  # of one unit
    width, height = (max(side / metres, SIZE * SLIMMEST) for side in (across, up))
    ahead, above = (width - across / metres) / 2, (height - up / metres) / 2
    drawn_x = (x - left) / metres + ahead + MARGIN
    drawn_y = height - (y - bottom) / metres - above + MARGIN
    ends = np.cumsum([lat.size for lat, _ in pieces])
    parts = [
        np.column_stack([drawn_x[end - lat.size : end], drawn_y[end - lat.size : end]])
        for (lat, _), end in zip(pieces, ends, strict=True)
    ]
    shore = np.column_stack([drawn_x[ends[-1] :], drawn_y[ends[-1] :]])
    kept = [
        part[geo.simplified(lat, lon, FINEST * metres)]
        for part, (lat, lon) in zip(parts, pieces, strict=True)
    ]
    if sum(map(len, kept)) > MOST_POINTS:
        step = -(-sum(map(len, kept)) // MOST_POINTS)
        kept = [np.concatenate([part[:-1:step], part[-1:]]) for part in kept]
    breaks = [np.array([one[-1], other[0]]) for one, other in itertools.pairwise(kept)]
    scale_m = max((m for m in SCALES_M if m <= SIZE * metres / 3), default=SCALES_M[0])
    return Sketch(
        width=round(width + 2 * MARGIN),
        height=round(height + 2 * MARGIN + 18),
        shore=_path([shore]) if len(shore) > 1 else "",
        way=_path(kept),
        gaps=_path(breaks[:200]),
        start=_place(kept[0][0]),
        end=_place(kept[-1][-1]),
        scale_m=scale_m,
        scale_units=round(scale_m / metres, 1),
    )


def _path(lines: Sequence[Floats]) -> str:
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line.tolist()) for line in lines)


def _place(point: Floats) -> tuple[float, float]:
    return round(float(point[0]), 1), round(float(point[1]), 1)
