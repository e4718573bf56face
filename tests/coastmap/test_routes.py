"""Lines on the wire: what was stored comes out again, and what is drawn lies where people walked."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from patrol import geo
from patrol.coastmap.routes import ZOOM, make_stream, read_stream
from patrol.tracks.gpx import read_gpx
from patrol.tracks.lines import decode_line
from patrol.tracks.measure import measure
from patrol.tracks.rules import FINE, Z10, Z12, Means, line_for_zoom
from tests.tracks.samples import gpx, walk

WALKS = [
    measure(read_gpx(gpx(points[:2500], points[2700:]).encode()), means)
    for seed, speed, means in ((9, 1.3, Means.ON_FOOT), (4, 6.0, Means.MOTORBIKE))
    for points, _ in [walk(5400, speed, 1, 2.5, 4.0, seed=seed)]
]
pieces = st.lists(
    st.lists(st.tuples(st.integers(-(2**24), 2**24), st.integers(-(2**24), 2**24)), min_size=1, max_size=12),
    max_size=4,
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 2**31 - 1), st.integers(0, 5), pieces), max_size=8))
def test_every_route_comes_out_as_it_was_stored(patrols):
    stored = [
        (patrol_id, force, geo.pack([np.array(piece, dtype=np.int64) for piece in lines]))
        for patrol_id, force, lines in patrols
    ]
    zoom, routes = read_stream(make_stream(Z12, stored))
    assert zoom == 12
    assert [
        (route.patrol_id, route.force, [[tuple(point) for point in piece.tolist()] for piece in route.pieces])
        for route in routes
    ] == [one for one in patrols if one[2]]


def drawn(facts, line: str) -> list:
    """The pieces as a map of zoom 18 shows them: positions in metres of the ground, as the browser computes them."""
    zoom, (route,) = read_stream(make_stream(line, [(1, 0, facts.lines[line])]))
    return [metric(*degrees(piece, zoom)) for piece in route.pieces]


def degrees(piece, zoom: int):
    size = 2.0 * geo.TILE_PX * 2**zoom
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * piece[:, 1] / size))))
    return lat, piece[:, 0] / size * 360 - 180


def metric(lat, lon):
    return shapely.linestrings(np.column_stack([(lon - 108.28) * 107_050.0, (lat - 15.93) * 110_660.0]))


@pytest.mark.parametrize("facts", WALKS)
def test_a_near_line_is_nowhere_farther_than_five_metres_from_the_cleaned_track(facts):
    cleaned = decode_line(facts.line)
    lines = drawn(facts, FINE)
    assert len(lines) == len(cleaned) > 1
    for one, line in zip(cleaned, lines, strict=True):
        assert shapely.hausdorff_distance(metric(one.lat, one.lon), line, densify=0.01) <= 5.0


@pytest.mark.parametrize("facts", WALKS)
@pytest.mark.parametrize("zoom", range(7, 13))
def test_a_far_line_is_within_a_pixel(facts, zoom):
    line = line_for_zoom(zoom)
    assert line in (Z10, Z12)
    pixel = geo.metres_per_pixel(15.93, zoom)
    for one, seen in zip(decode_line(facts.line), drawn(facts, line), strict=True):
        if shapely.get_num_points(seen) > 1:
            assert shapely.hausdorff_distance(metric(one.lat, one.lon), seen, densify=0.01) < pixel


def test_the_browser_asks_for_the_line_the_tracks_say_is_right_for_a_zoom(root):
    source = (root / "static/js/modules/coastmap/canvas.js").read_text(encoding="utf-8")
    assert "const FINE_FROM = 13" in source and "zoom >= 11 ? 'z12' : 'z10'" in source
    assert [line_for_zoom(zoom) for zoom in (10, 11, 12, 13, 14)] == [Z10, Z12, Z12, FINE, FINE]


def test_ten_thousand_routes_take_less_than_a_third_of_a_kilobyte_each():
    stored = [(number, number % 3, WALKS[0].lines[Z12]) for number in range(10_000)]
    assert len(make_stream(Z12, stored)) < 10_000 * 333
    assert ZOOM[FINE] == 19
