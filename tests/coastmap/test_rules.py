"""Where things stand on the map."""

import math
from datetime import date

import pytest

from patrol.coastmap.forms import parse_lines, parse_patrols
from patrol.coastmap.rules import is_inside, place_at, starts_near, tonight, weights, work_area
from patrol.coastmap.tiles import origin_of
from patrol.errors import Invalid

LINE = [[2.0, 15.94, 108.30], [3.0, 15.93, 108.31], [4.0, 15.91, 108.31]]


@pytest.mark.parametrize(
    ("km", "place"),
    [
        (2.0, (15.94, 108.30)),
        (2.5, (15.935, 108.305)),
        (3.5, (15.92, 108.31)),
        (4.0, (15.91, 108.31)),
        (1.9, None),
        (4.1, None),
    ],
)
def test_a_km_stands_between_the_posts_it_lies_between(km, place):
    assert place_at(km, LINE) == (pytest.approx(place) if place else None)


def test_a_stretch_nobody_measured_has_no_place_for_any_km():
    assert place_at(1.0, None) is None
    assert place_at(1.0, []) is None


def test_the_work_area_is_that_of_the_stretches_with_a_line():
    assert work_area([LINE, [[0.0, 15.96, 108.29]]]) == (108.29, 15.91, 108.31, 15.96)
    assert is_inside(work_area([]), (108.0, 15.5, 109.0, 16.5))


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-02-05 21:30", "2026-02-05"),
        ("2026-02-06 03:00", "2026-02-05"),
        ("2026-02-06 12:00", "2026-02-06"),
    ],
)
def test_tonight_goes_on_past_midnight(clock, now, first):
    clock.set(now)
    assert tonight()[0] == date.fromisoformat(first)


def test_a_band_is_as_wide_as_its_share_of_the_sorties():
    assert weights([0, 25, 100]) == [3.0, 9.5, 16.0]
    assert weights([0, 0]) == [3.0, 3.0]
    assert weights([]) == []


def test_the_finest_lines_are_sent_only_for_a_view():
    assert parse_lines({"net": "z12"}) == ("z12", None)
    assert parse_lines({"net": "fine", "khung": "108.2,15.9,108.4,16"}) == (
        "fine",
        (108.2, 15.9, 108.4, 16.0),
    )
    for wrong in (
        {},
        {"net": "fine"},
        {"net": "z13"},
        {"net": "fine", "khung": "1,2,3"},
        {"net": "fine", "khung": "nan,2,3,4"},
        {"net": "fine", "khung": "108,15,inf,16"},
    ):
        with pytest.raises(Invalid):
            parse_lines(wrong)


def test_a_few_patrols_are_told_of_at_once():
    assert parse_patrols({"luot": "3,1"}) == [3, 1]
    for wrong in (
        {},
        {"luot": "x"},
        {"luot": ",".join(map(str, range(1, 40)))},
        {"luot": "99999999999999999999"},
    ):
        with pytest.raises(Invalid):
            parse_patrols(wrong)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://bando.donvi.vn/{z}/{x}/{y}.png", "https://bando.donvi.vn"),
        ("https://{s}.donvi.vn:8443/{z}/{x}/{y}.png?k=1", "https://*.donvi.vn:8443"),
        ("/ban-do/o/{z}/{x}/{y}", ""),
        ("", ""),
    ],
)
def test_pictures_may_come_from_the_map_server_and_nowhere_else(address, origin):
    assert origin_of(address) == origin


def test_a_phone_is_sent_the_first_lines_beforehand_only_where_it_is_sure_to_ask_for_them():
    width, height = 320 - 2 * 16 - 2 - 2 * 50, 20 * 16 - 2 * 50  # of the map, less the margin round the area
    pixel = 360 / (256 * 2**11)
    south = 15.9
    fits = (
        108.0,
        south,
        108.0 + (width - 10) * pixel,
        south + (height - 15) * pixel * math.cos(math.radians(south)),
    )
    assert starts_near(fits)
    west, south, east, north = fits
    assert not starts_near((west, south, east + 12 * pixel, north))
    assert not starts_near((west, south, east, north + 12 * pixel))
