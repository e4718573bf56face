"""Where things stand on the map. Pure."""

import itertools
import math
from collections.abc import Sequence
from datetime import date, timedelta

from .. import clock

Line = Sequence[Sequence[float]]  # [[km, latitude, longitude], …] in the order of km

# Land in detail is drawn for this part of the coast only (west, south, east, north); farther it is coarse.
DETAIL = (107.95, 15.35, 109.05, 16.35)
AROUND = 0.09  # degrees of land and sea shown round the stretches
# What a map may show that has tiles of its own: the country with its seas and islands.
COUNTRY = (101.0, 5.0, 119.0, 24.0)
# Where the log began, for a register whose stretches nobody measured.
FIRST_COAST = (108.27, 15.84, 108.42, 15.98)
PIXELS_A_DEGREE = 256 * 2**11 / 360  # at zoom 11, from west to east
SMALLEST = (180, 210)  # pixels of the map of a phone of 320, less the margin round the area
NIGHT_IS_OVER = 12  # until noon "tonight" is the night that began yesterday

Box = tuple[float, float, float, float]


def place_at(km: float, line: Line | None) -> tuple[float, float] | None:
    """Latitude and longitude of a km on a line of posts; None when the line doesn't reach it."""
    if not line or not line[0][0] <= km <= line[-1][0]:
        return None
    for before, after in itertools.pairwise(line):
        if km <= after[0]:
            part = (km - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
            return (
                before[1] + (after[1] - before[1]) * part,
                before[2] + (after[2] - before[2]) * part,
            )
    return line[0][1], line[0][2]


def work_area(lines: Sequence[Line]) -> Box:
    """West, south, east, north of the stretches that have a line."""
    posts = [post for line in lines for post in line]
    if not posts:
        return FIRST_COAST
    lats, lons = [post[1] for post in posts], [post[2] for post in posts]
    return min(lons), min(lats), max(lons), max(lats)


def widened(box: Box, by: float = AROUND) -> Box:
    west, south, east, north = box
    return west - by, south - by, east + by, north + by


def is_inside(box: Box, outer: Box) -> bool:
    return box[0] >= outer[0] and box[1] >= outer[1] and box[2] <= outer[2] and box[3] <= outer[3]


def tonight() -> tuple[date, date]:
    """First and last day of the night that is now: it begins on the evening's day and goes on past midnight."""
    today = clock.today()
    is_after_midnight = clock.local_time(clock.now()).hour < NIGHT_IS_OVER
    return (today - timedelta(days=1) if is_after_midnight else today), today


def starts_near(area: Box) -> bool:
    """Whether any phone opens the map on this area at zoom 11 or 12: then it is known which lines it asks for."""
    west, south, east, north = area
    across = (east - west) * PIXELS_A_DEGREE
    down = (north - south) * PIXELS_A_DEGREE / math.cos(math.radians((south + north) / 2))
    return across <= SMALLEST[0] and down <= SMALLEST[1]


def weights(sorties: Sequence[int], *, thinnest: float = 3.0, widest: float = 16.0) -> list[float]:
    """Widths of lines whose area of ink tells the numbers apart; nobody walked there is the thinnest."""
    most = max(sorties, default=0)
    return [
        round(thinnest + (widest - thinnest) * (number / most) ** 0.5, 1) if most else thinnest
        for number in sorties
    ]
