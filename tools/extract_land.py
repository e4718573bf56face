"""Make static/geo/land-*.geojson anew from the coast of OpenStreetMap. For developers, never at run time.

    pip install roaring-landmask shapely && python tools/extract_land.py static/geo

The coast is the one PyPI's `roaring-landmask` carries (© OpenStreetMap contributors, ODbL; see static/geo/LICENSE.md).
It is 146 MB of polygons and takes about 600 MB of memory. The beach itself is kept to 0,00005° (5 m); the rest of the
sea is coarse, but the small islands of Hoàng Sa and Trường Sa are all kept.
"""

import json
import sys
from pathlib import Path

import shapely
from roaring_landmask import LandmaskProvider, Shapes

WORK_AREA = (107.9, 15.3, 109.1, 16.4)
SEA = (98.0, 2.0, 122.0, 24.5)
ARCHIPELAGOS = ((111.0, 15.4, 113.0, 17.3), (111.0, 6.0, 118.0, 12.0))
JOIN = 1e-7  # degrees: the source comes in chunks, which touch
SMALLEST = 0.0004  # square degrees, outside the archipelagos


def main(folder: Path) -> None:
    land = shapely.get_parts(shapely.from_wkb(Shapes.wkb(LandmaskProvider.Osm)))
    write(folder / "land-detail.geojson", joined(land, WORK_AREA, 0.00005), digits=5)
    far = [part for part in joined(land, SEA, 0.01) if part.area > SMALLEST]
    near = [part for box in ARCHIPELAGOS for part in joined(land, box, 0.0005)]
    write(folder / "land-bien-dong.geojson", [*far, *near], digits=4)


def joined(land: list[shapely.Polygon], box: tuple[float, float, float, float], tolerance: float) -> list:
    """The land inside a box without seams, simplified."""
    inside = [part for part in shapely.clip_by_rect(land, *box) if not part.is_empty]
    whole = shapely.union_all(shapely.buffer(inside, JOIN))
    return list(shapely.get_parts(shapely.simplify(whole, tolerance)))


def write(path: Path, parts: list, *, digits: int) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {},
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(part, 10**-digits))),
        }
        for part in parts
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}: {len(features)} polygons, {len(text):,} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
