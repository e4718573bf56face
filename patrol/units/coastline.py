"""The line of a stretch: cut out of a longer one at its km posts, or measured from points somebody gave.

A line is [[km, latitude, longitude], …] with rising km; between two posts the coast is taken as straight.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from .. import geo
from ..errors import Invalid

Post = list[float]
Point = tuple[float, float]  # latitude, longitude

# Việt Nam with its sea and islands: what lies outside has its numbers mixed up.
LATITUDES, LONGITUDES = (6.0, 24.0), (101.0, 118.0)
SHORTEST_M, LONGEST_M = 50, 300_000
MOST_POSTS = 500
TOLERANCE_M = 5.0  # a recorded line keeps no more points than its shape needs

_PAIR = re.compile(r"\s*(-?\d{1,3}(?:[.,]\d+)?)\s*(?:[;\s]|,\s)\s*(-?\d{1,3}(?:[.,]\d+)?)\s*")


def read_points(text: str) -> list[Point]:
    """Points typed one a line as 'latitude; longitude'. Raises Invalid at the first line that isn't one."""
    points = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        match = _PAIR.fullmatch(line) or re.fullmatch(r"(-?\d+\.\d+),(-?\d+\.\d+)", line)
        if match is None:
            raise Invalid({"points": "not_a_point"})
        points.append((float(match[1].replace(",", ".")), float(match[2].replace(",", "."))))
    return points


def measured(points: Sequence[Point], *, from_km: float = 0.0) -> list[Post]:
    """Points as a line whose km are measured along it, with no more posts than its shape needs. Raises Invalid."""
    lat, lon = (np.array([point[place] for point in points], dtype=np.float64) for place in (0, 1))
    if lat.size < 2:
        raise Invalid({"points": "too_few_points"})
    for values, (least, most) in ((lat, LATITUDES), (lon, LONGITUDES)):
        if not np.all((values >= least) & (values <= most)):
            swapped = LONGITUDES[0] <= lat.min() and lat.max() <= LONGITUDES[1]
            raise Invalid({"points": "points_swapped" if swapped else "points_elsewhere"})
    kept = geo.simplified(lat, lon, TOLERANCE_M)
    along = np.concatenate([[0.0], np.cumsum(geo.leg_lengths(lat, lon))])
    if along[-1] < SHORTEST_M:
        raise Invalid({"points": "line_too_short"})
    if along[-1] > LONGEST_M or kept.size > MOST_POSTS:
        raise Invalid({"points": "line_too_long"})
    # a post is where the simplified line bends; its km is measured along the simplified line, as patrols are
    lat, lon = lat[kept], lon[kept]
    along = np.concatenate([[0.0], np.cumsum(geo.leg_lengths(lat, lon))])
    return [
        [round(from_km + metres / 1000, 3), round(float(north), 6), round(float(east), 6)]
        for metres, north, east in zip(along.tolist(), lat, lon, strict=True)
    ]


def cut(line: Sequence[Sequence[float]], from_km: float, to_km: float) -> list[Post]:
    """The part of a line from one km to another; its own posts between them stay. Raises Invalid."""
    first, last = line[0][0], line[-1][0]
    if to_km <= from_km:
        raise Invalid({"to_km": "km_not_rising"})
    wrong = {
        name: "km_off_line"
        for name, km in (("from_km", from_km), ("to_km", to_km))
        if not first - 1e-9 <= km <= last + 1e-9
    }
    if wrong:
        raise Invalid(wrong)
    inside = [list(post) for post in line if from_km < post[0] < to_km]
    return [_at(line, from_km), *inside, _at(line, to_km)]


def _at(line: Sequence[Sequence[float]], km: float) -> Post:
    """The place at a km of a line, on the straight between its two posts."""
    for before, after in pairwise(line):
        if before[0] <= km <= after[0]:
            share = (km - before[0]) / (after[0] - before[0])
            return [
                round(km, 3),
                *(round(before[place] + share * (after[place] - before[place]), 6) for place in (1, 2)),
            ]
    return list(line[0] if km < line[0][0] else line[-1])


def posts_problem(line: Sequence[Sequence[float]]) -> str | None:
    """Why posts with their own km are no line, as a wording code."""
    if len(line) < 2:
        return "too_few_points"
    if any(after[0] <= before[0] for before, after in pairwise(line)):
        return "km_not_rising"
    inside = all(
        LATITUDES[0] <= post[1] <= LATITUDES[1] and LONGITUDES[0] <= post[2] <= LONGITUDES[1] for post in line
    )
    if not inside:
        return "points_elsewhere"
    lat, lon = (np.array([post[place] for post in line], dtype=np.float64) for place in (1, 2))
    stated, walked = line[-1][0] - line[0][0], geo.length_m(lat, lon) / 1000
    return None if 0.5 <= walked / stated <= 2 else "km_off_measure"
