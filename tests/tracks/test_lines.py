"""Stored lines: small, exact to what they promise, and telling when one was copied."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from patrol import geo
from patrol.tracks.gpx import agrees_with_gpxpy, read_gpx
from patrol.tracks.lines import decode_fine, decode_line
from patrol.tracks.measure import measure
from patrol.tracks.rules import FINE, Z10, Z12, Means, line_for_zoom
from patrol.tracks.writing import (
    PLACE_SLACK_S,
    Found,
    Way,
    place_at,
    place_on,
    simple,
    write_geojson,
    write_gpx,
)
from tests.tracks.samples import START, gpx, walk

WINDING, _ = walk(7200, 1.3, 1, 2.0, 4.0, seed=9)
WINDING = WINDING[:3000] + WINDING[3300:]
FACTS = measure(read_gpx(gpx(WINDING).encode()), Means.ON_FOOT)


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(-(2**40), 2**40), st.integers(-(2**40), 2**40)), min_size=1, max_size=20
        ),
        max_size=5,
    )
)
def test_packed_lines_come_back_as_they_were(lines):
    arrays = [np.array(line, dtype=np.int64) for line in lines]
    assert [rows.tolist() for rows in geo.unpack(geo.pack(arrays))] == [rows.tolist() for rows in arrays]


def test_the_cleaned_line_comes_back_with_its_times():
    pieces = decode_line(FACTS.line)
    assert len(pieces) == 2
    assert sum(geo.length_m(one.lat, one.lon) for one in pieces) == pytest.approx(FACTS.distance_m, rel=1e-4)
    assert pieces[0].at[0] == START.timestamp()
    assert all(np.all(np.diff(one.at) >= 0) for one in pieces)
    assert len(FACTS.line) < 5 * sum(map(len, pieces))


def metric(lat, lon):
    return shapely.linestrings(np.column_stack([(lon - 108.28) * 107_050.0, (lat - 15.93) * 110_660.0]))


def test_near_lines_stay_within_five_metres_of_the_cleaned_track():
    for cleaned, (lat, lon) in zip(decode_line(FACTS.line), decode_fine(FACTS.lines[FINE]), strict=True):
        assert (
            shapely.hausdorff_distance(metric(cleaned.lat, cleaned.lon), metric(lat, lon), densify=0.01)
            <= 5.0
        )
        assert len(lat) < len(cleaned) / 3


@pytest.mark.parametrize("zoom", range(6, 13))
def test_far_lines_stay_within_a_pixel_of_the_cleaned_track(zoom):
    name = line_for_zoom(zoom)
    drawn_at = {Z12: 12, Z10: 10}[name]
    for cleaned, rows in zip(decode_line(FACTS.line), geo.unpack(FACTS.lines[name]), strict=True):
        scale = 0.5 * 2.0 ** (zoom - drawn_at)  # half pixels of the stored zoom → pixels of this one
        exact = geo.half_pixels(cleaned.lat, cleaned.lon, 24) * (0.5 * 2.0 ** (zoom - 24))
        drawn = shapely.linestrings(rows * scale) if len(rows) > 1 else shapely.points(rows[0] * scale)
        assert shapely.distance(shapely.points(exact), drawn).max() <= 1.0


def test_each_zoom_has_its_line():
    assert [line_for_zoom(zoom) for zoom in (18, 14, 13, 12, 11, 10, 5)] == [
        FINE,
        FINE,
        FINE,
        Z12,
        Z12,
        Z10,
        Z10,
    ]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1000), count=st.integers(3, 4500), tolerance=st.floats(0.5, 60))
def test_simplification_keeps_its_promise_also_over_its_parts(seed, count, tolerance):
    r = np.random.default_rng(seed)
    lat = 15.93 + np.cumsum(r.normal(0, 8, count)) / 110_660
    lon = 108.28 + np.cumsum(r.normal(0, 8, count)) / 107_050
    kept = geo.simplified(lat, lon, tolerance)
    assert (kept[0], kept[-1]) == (0, count - 1)
    everywhere = shapely.points(shapely.get_coordinates(metric(lat, lon)))
    far = shapely.distance(everywhere, metric(lat[kept], lon[kept]))
    assert far.max() <= tolerance * 1.02


def test_a_hostile_spiral_does_not_exhaust_the_stack():
    turn = np.linspace(0, 3000 * np.pi, 150_000)
    assert (
        geo.simplified(15 + turn * 1e-6 * np.cos(turn), 108 + turn * 1e-6 * np.sin(turn), 1.0).size > 10_000
    )


def key(points, **how):
    facts = measure(read_gpx(gpx(points, **how).encode()), Means.ON_FOOT)
    return facts.line_key, facts.is_forward


def test_a_copy_has_the_same_key_whatever_was_done_to_hide_it():
    points, _ = walk(1800, 1.3, 1, 1.0, 3.0, seed=1)
    shifted = [replace(point, at=point.at + timedelta(days=3, minutes=7)) for point in points]
    assert key(shifted) == key(points)
    assert key([replace(point, at=None) for point in points]) == key(points)
    assert key(points[:900]) != key(points)
    rounded = [replace(point, lat=round(point.lat, 5), lon=round(point.lon, 5)) for point in points]
    assert key(rounded, head="<gpx>") == key(points)
    back = [replace(point, at=other.at) for point, other in zip(reversed(points), points, strict=True)]
    assert key(back)[0] == key(points)[0]
    assert key(back)[1] != key(points)[1]


def test_walking_the_same_beach_every_day_is_not_copying():
    keys = {key(walk(1800, 1.3, 1, 1.0, 3.0, seed=seed)[0])[0] for seed in range(25)}
    assert len(keys) == 25


def test_a_line_too_short_to_tell_has_no_key():
    assert key(walk(60, 1.3)[0])[0] is None


def way_out(pieces, *found: Found) -> Way:
    return Way(
        7,
        START.date(),
        "Bãi <bắc> & nam",
        "Đồn",
        START,
        None,
        FACTS.distance_m,
        "A",
        pieces=pieces,
        found=found,
    )


def gpx_of(ways) -> tuple[bytes, int]:
    file, number = write_gpx(ways, about="thử", made_at=START)
    with file:
        return file.read(), number


def geojson_of(ways) -> tuple[dict, int]:
    file, number = write_geojson(ways, about="thử")
    with file:
        return json.load(file), number


def test_exported_gpx_has_utc_times_segments_and_places_and_reads_back():
    pieces = decode_line(FACTS.line)
    at = START + timedelta(minutes=5)
    found = (
        Found("đánh bạc <5> & \x0b\ud800\uffff khác", at, 15.93, 108.28),
        Found("tàu", None, 15.9, 108.3),
    )
    data, number = gpx_of([way_out(pieces, *found)])
    text = data.decode()
    assert number == 1
    assert 'version="1.1"' in text
    assert "<time>2026-03-01T13:05:00Z</time>" in text
    assert "<type>đánh bạc &lt;5&gt; &amp;  khác</type>" in text
    assert "<name>Lượt 7, 01/03/2026, Bãi &lt;bắc&gt; &amp; nam</name>" in text
    assert text.index("<metadata>") < text.index("<wpt") < text.index("<trk>")
    draft = read_gpx(data)
    assert agrees_with_gpxpy(data)
    assert [len(part.fixes) for part in draft.segments] == [len(one) for one in pieces]
    assert draft.segments[0].fixes.at.tolist() == pieces[0].at.tolist()
    assert (len(draft.waypoints), draft.waypoints[0].at) == (2, at.timestamp())


def test_exported_geojson_has_numbers_boxes_and_a_time_for_each_position():
    pieces = decode_line(FACTS.line)
    collection, _ = geojson_of([way_out(pieces, Found("tàu", START, 15.9, 108.3)), way_out(pieces[:1])])
    line, point, single = collection["features"]
    assert set(collection) == {"type", "features", "about", "bbox"}, "no crs"
    assert line["geometry"]["type"] == "MultiLineString"
    assert single["geometry"]["type"] == "LineString"
    assert single["geometry"]["coordinates"] == line["geometry"]["coordinates"][0]
    for coordinates, times, piece in zip(
        line["geometry"]["coordinates"], line["properties"]["coordTimes"], pieces, strict=True
    ):
        assert len(coordinates) == len(times) == len(piece)
        assert coordinates[0] == [
            pytest.approx(piece.lon[0], abs=1e-6),
            pytest.approx(piece.lat[0], abs=1e-6),
        ]
        assert datetime.fromisoformat(times[0]).timestamp() == piece.at[0] and times[0].endswith("Z")
    west, south, east, north = line["bbox"]
    every = [position for part in line["geometry"]["coordinates"] for position in part]
    assert (west, east) == (min(x for x, _ in every), max(x for x, _ in every))
    assert (south, north) == (min(y for _, y in every), max(y for _, y in every))
    assert point["geometry"] == {"type": "Point", "coordinates": [108.3, 15.9]}
    assert collection["bbox"] == [min(west, 108.3), min(south, 15.9), max(east, 108.3), max(north, 15.9)]


def test_nothing_to_write_is_a_whole_file_all_the_same():
    assert geojson_of([]) == ({"type": "FeatureCollection", "features": [], "about": "thử"}, 0)
    data, number = gpx_of([])
    assert number == 0 and b"</gpx>" in data


def test_points_without_times_are_exported_without():
    facts = measure(read_gpx(gpx([replace(p, at=None) for p in WINDING]).encode()), Means.ON_FOOT)
    way = way_out(decode_line(facts.line))
    assert b"<trkpt" in (data := gpx_of([way])[0])
    assert b"<time>" not in data.partition(b"</metadata>")[2]
    feature = geojson_of([way])[0]["features"][0]
    assert set(feature["properties"]["coordTimes"]) == {None}


def test_a_find_stands_where_the_patrol_was_and_nowhere_when_nobody_recorded_it():
    pieces = decode_line(FACTS.line)
    middle = len(pieces[0]) // 2
    at = datetime.fromtimestamp(pieces[0].at[middle], UTC)
    assert place_at(pieces, at) == pytest.approx((pieces[0].lat[middle], pieces[0].lon[middle]))
    gap = datetime.fromtimestamp((pieces[0].at[-1] + pieces[1].at[0]) / 2, UTC)
    assert pieces[1].at[0] - pieces[0].at[-1] > 2 * PLACE_SLACK_S
    assert place_at(pieces, gap) is None
    assert place_on([[0, 15.9, 108.2], [2, 15.7, 108.4]], 0.5) == pytest.approx((15.85, 108.25))
    assert place_on([[0, 15.9, 108.2], [2, 15.7, 108.4]], 2.5) is None
    assert place_on([], 1) is None


def test_a_simplified_way_keeps_its_shape_and_the_times_of_what_is_kept():
    [first, _] = decode_line(FACTS.line)
    kept = simple(first)
    assert len(kept) < len(first) / 3
    assert set(kept.at) <= set(first.at)
    assert geo.length_m(kept.lat, kept.lon) == pytest.approx(geo.length_m(first.lat, first.lon), rel=0.03)
