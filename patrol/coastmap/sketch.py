"""Two drawings that need no script: the coast with its stretches, and the whole sea with both archipelagos."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from .rules import DETAIL, Box, Line, is_inside, weights, widened, work_area

GEO = Path(__file__).parents[2] / "static" / "geo"
COARSE, DETAILED = "land-bien-dong.geojson", "land-detail.geojson"
WIDTH = 400.0  # of the coast, in units of the drawing
TALLEST = 1.25  # the height is at most this part of the width, and at least the other way round
SEA = (101.5, 5.4, 118.6, 23.9)  # of the inset
SEA_WIDTH = 200.0
SEA_DETAIL = 0.07  # degrees; what is smaller is left out …
ISLANDS = (
    (111.0, 15.4, 113.0, 17.3),
    (111.0, 6.0, 118.2, 12.1),
)  # … except here, where every island is a dot
DOT_EVERY = 0.16


def land_file(box: Box) -> str:
    """Which of the two files of static/geo draws the land of a view."""
    return DETAILED if is_inside(box, DETAIL) else COARSE


@dataclass(frozen=True)
class Scale:
    """From degrees to units of a drawing, north up."""

    west: float
    north: float
    across: float
    down: float

    @classmethod
    def of(cls, box: Box, width: float) -> Scale:
        west, south, east, north = box
        across = width / (east - west)
        return cls(west, north, across, across / math.cos(math.radians((south + north) / 2)))

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        return round((lon - self.west) * self.across, 1), round((self.north - lat) * self.down, 1)


@dataclass(frozen=True)
class Stroke:
    """One stretch as drawn: its path, how wide, how many sorties, and where its number goes."""

    name: str
    path: str
    width: float
    sorties: int
    label: tuple[float, float]
    is_whole: bool


@dataclass(frozen=True)
class Coast:
    width: int
    height: int
    land: str
    strokes: tuple[Stroke, ...]
    posts: tuple[tuple[float, float, float], ...]  # x, y, km
    sea: tuple[float, float]  # where the name of the sea stands
    scale_units: float  # of one kilometre


@dataclass(frozen=True)
class Inset:
    width: int
    height: int
    land: str
    dots: tuple[tuple[float, float], ...]
    here: tuple[float, float]  # the work area


def draw_work_area(stretches: Sequence[Any], sorties: Mapping[int, int]) -> Coast:
    """The coast of the stretches of today (and of others that were walked) that have a line; sorties by stretch."""
    drawn = [each for each in stretches if each.line and (each.valid_to is None or each.id in sorties)]
    return draw_coast(
        [(each.name, each.line, sorties.get(each.id, 0)) for each in drawn],
        work_area([each.line for each in drawn]),
    )


def draw_coast(stretches: Sequence[tuple[str, Line, int]], box: Box) -> Coast:
    """The coast of a work area with its stretches (name, line, sorties) as bands, wider where more patrols went."""
    view = _shaped(widened(box, 0.02))
    scale = Scale.of(view, WIDTH)
    longest = max((line[-1][0] - line[0][0] for _, line, _ in stretches), default=0.0)
    widths = weights([sorties for _, _, sorties in stretches])
    strokes = []
    for (name, line, sorties), width in zip(stretches, widths, strict=True):
        # the whole line lies on the water's edge, its parts a little inland, so that one doesn't hide the other
        is_whole = longest > 0 and line[-1][0] - line[0][0] == longest
        points = _beside([scale.at(lat, lon) for _, lat, lon in line], 0.0 if is_whole else -18.0)
        x, y = points[len(points) // 2]
        label = (x + width, y - width) if is_whole else (x - width, y + width)
        strokes.append(Stroke(name, _path([points]), width, sorties, label, is_whole))
    posts = sorted({(km, lat, lon) for _, line, _ in stretches for km, lat, lon in line})
    _, south, _, north = view
    height = (north - south) * scale.down
    return Coast(
        width=round(WIDTH),
        height=round(height),
        land=_land(view, land_file(view)),
        strokes=tuple(strokes),
        posts=tuple((*scale.at(lat, lon), km) for km, lat, lon in posts),
        sea=(WIDTH * 0.76, height * 0.3),
        scale_units=round(scale.down / 110.6, 1),
    )


def _shaped(box: Box) -> Box:
    """The box widened until it is neither too tall nor too flat."""
    west, south, east, north = box
    across, down = (east - west) * math.cos(math.radians((south + north) / 2)), north - south
    wish = min(max(down / across, 1 / TALLEST), TALLEST)
    if down / across > wish:
        more = (down / wish - across) / 2 / math.cos(math.radians((south + north) / 2))
        return west - more, south, east + more, north
    more = (across * wish - down) / 2
    return west, south - more, east, north + more


def _beside(points: list[tuple[float, float]], off: float) -> list[tuple[float, float]]:
    """The line moved sideways, to its left when positive."""
    if not off or len(points) < 2:
        return points
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    return [
        (round(x + (y1 - y0) / length * off, 1), round(y - (x1 - x0) / length * off, 1)) for x, y in points
    ]


@lru_cache(maxsize=32)
def _land(box: Box, file: str) -> str:
    """The land of the box, and to both sides of it as much again, for a place that is wider than the drawing."""
    scale = Scale.of(box, WIDTH)
    west, south, east, north = box
    clipped = shapely.clip_by_rect(_polygons(file), 2 * west - east, south, 2 * east - west, north)
    finest = (box[2] - box[0]) / WIDTH / 3
    return _shapes(shapely.simplify(clipped, finest), scale)


@lru_cache(maxsize=1)
def draw_inset(here: tuple[float, float]) -> Inset:
    """The sea with Hoàng Sa and Trường Sa, and where on it the work area (latitude, longitude) lies."""
    scale = Scale.of(SEA, SEA_WIDTH)
    clipped = shapely.clip_by_rect(_polygons(COARSE), *SEA)
    large = [
        part for part in shapely.get_parts(clipped) if part.area > SEA_DETAIL**2 and not _is_island(part)
    ]
    dots: dict[tuple[int, int], tuple[float, float]] = {}
    for part in shapely.get_parts(clipped):
        if _is_island(part):
            at = part.centroid
            dots.setdefault((round(at.x / DOT_EVERY), round(at.y / DOT_EVERY)), scale.at(at.y, at.x))
    _, south, _, north = SEA
    return Inset(
        width=round(SEA_WIDTH),
        height=round((north - south) * scale.down),
        land=_shapes(shapely.simplify(shapely.MultiPolygon(large), SEA_DETAIL), scale),
        dots=tuple(sorted(dots.values())),
        here=scale.at(*here),
    )


def _is_island(part: shapely.Polygon) -> bool:
    """Whether it is one of Hoàng Sa or Trường Sa; islands along Palawan and Borneo, in the same box, are not."""
    at = part.centroid
    is_near = any(west <= at.x <= east and south <= at.y <= north for west, south, east, north in ISLANDS)
    return is_near and at.x < 116.3 + 0.7 * (at.y - 7.5)


@lru_cache(maxsize=2)
def _polygons(file: str) -> shapely.GeometryCollection:
    features = json.loads((GEO / file).read_text(encoding="utf-8"))["features"]
    return shapely.GeometryCollection([shape(each["geometry"]) for each in features])


def _shapes(area: shapely.Geometry, scale: Scale) -> str:
    rings = []
    for part in shapely.get_parts(area):
        if part.geom_type == "Polygon" and not part.is_empty:
            rings += [part.exterior, *part.interiors]
    return "".join(_path([[scale.at(lat, lon) for lon, lat in ring.coords[:-1]]]) + "Z" for ring in rings)


def _path(lines: Sequence[Sequence[tuple[float, float]]]) -> str:
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in line) for line in lines)
