"""Maps of an administrator's own: a file of tiles, a file of borders, an address."""

import json
import sqlite3
from pathlib import Path

import pytest
from flask import Flask

import config
from patrol.coastmap.tiles import boundaries, deepest, tile
from patrol.web import security

PNG = b"\x89PNG\r\n\x1a\nnot really"


@pytest.fixture
def mbtiles(tmp_path: Path) -> str:
    path = tmp_path / "ven bien.mbtiles"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        file.execute("INSERT INTO tiles VALUES (12, 3280, ?, ?)", (2**12 - 1 - 1866, PNG))
        file.execute("INSERT INTO tiles VALUES (3, 6, 4, ?)", (b"<svg onload=alert(1)>",))
    return str(path)


def test_a_tile_is_found_by_the_numbers_of_the_web(mbtiles):
    assert tile(mbtiles, 12, 3280, 1866) == (PNG, "image/png")
    assert tile(mbtiles, 12, 3280, 1867) is None
    assert tile(mbtiles, 12, 5000, 1866) is None
    assert tile(mbtiles, 99, 0, 0) is None
    assert deepest(mbtiles) == 12


def test_what_is_no_picture_is_not_sent(mbtiles):
    assert tile(mbtiles, 3, 6, 3) is None


def test_of_borders_only_shape_and_name_are_shown(tmp_path):
    path = tmp_path / "ranh-gioi.geojson"
    shape = {"type": "LineString", "coordinates": [[108.3, 15.9], [108.4, 15.8]]}
    held = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": shape, "properties": {"ten": "Tổ 1", "owner": "bí mật"}},
            {"type": "Feature", "geometry": None, "properties": {}},
        ],
    }
    path.write_text(json.dumps(held), encoding="utf-8-sig")
    assert boundaries(str(path), 1.0)["features"] == [
        {"type": "Feature", "geometry": shape, "properties": {"name": "Tổ 1"}}
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {"MAP_TILES_URL": "https://bando.donvi.vn/tiles"},
        {"MAP_TILES_URL": "javascript:{z}{x}{y}"},
        {"MAP_MBTILES": "/khong/co.mbtiles"},
        {"MAP_BOUNDARIES": "/khong/co.geojson"},
    ],
)
def test_a_map_setting_that_cannot_work_stops_the_start(settings):
    with pytest.raises(config.Misconfigured) as refused:
        config.load({"SECRET_KEY": "x" * 20, **settings})
    assert next(iter(settings)) in str(refused.value)


def test_only_the_page_that_shows_them_may_take_pictures_from_a_map_server():
    app = Flask("map")
    with app.test_request_context():
        security.take_images_from("https://bando.donvi.vn")
        assert "img-src 'self' data: https://bando.donvi.vn;" in security.policy()
    with app.test_request_context():
        assert "img-src 'self' data:;" in security.policy()
        assert "unsafe" not in security.policy()
