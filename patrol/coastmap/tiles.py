"""Pictures and borders of an administrator's own: an .mbtiles file, a GeoJSON file, an address of tiles."""

import json
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DEEPEST = 22
KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


def tile(path: str, z: int, x: int, y: int) -> tuple[bytes, str] | None:
    """One tile of an .mbtiles file by the numbers of the web (y from the north) and its kind; None when it has none."""
    if z > DEEPEST or max(x, y) >= 2**z:
        return None
    with closing(sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)) as file:
        found = file.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            (z, x, 2**z - 1 - y),
        ).fetchone()
    if found is None:
        return None
    content = bytes(found[0])
    kind = next((kind for begin, kind in KINDS.items() if content.startswith(begin)), "")
    return (content, kind) if kind else None


def deepest(path: str) -> int:
    """The nearest zoom the file has tiles for."""
    with closing(sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)) as file:
        return int(file.execute("SELECT max(zoom_level) FROM tiles").fetchone()[0] or 0)


def origin_of(address: str) -> str:
    """What the content policy must let pictures come from: 'https://*.example.org' of an address with {s}."""
    parts = urlsplit(address.replace("{s}", "*"))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


@lru_cache(maxsize=1)
def boundaries(path: str, changed: float) -> dict[str, Any]:
    """The borders of a GeoJSON file: geometries, and of what the file says about each only its name."""
    held = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    features = held.get("features", [held]) if isinstance(held, dict) else []
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": feature["geometry"],
                "properties": {"name": _name(feature.get("properties") or {})},
            }
            for feature in features
            if isinstance(feature, dict) and isinstance(feature.get("geometry"), dict)
        ],
    }


def _name(said: dict[str, Any]) -> str:
    return next(
        (str(said[key])[:120] for key in ("name", "ten", "ten_xa", "Name", "TEN") if said.get(key)), ""
    )
