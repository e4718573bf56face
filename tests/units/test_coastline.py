"""The line of a stretch: cut at km posts, measured along points, refused where it can't be one."""

import pytest

from patrol.errors import Invalid
from patrol.units.coastline import cut, measured, posts_problem, read_points

# A straight beach of 4 km along a meridian: 1 km is 0.00904 of a degree there.
STRAIGHT = [[0.0, 16.0, 108.0], [1.0, 16.00904, 108.0], [4.0, 16.03615, 108.0]]


def test_a_part_begins_and_ends_on_the_straight_between_two_posts():
    assert cut(STRAIGHT, 0.5, 2.5) == [
        [0.5, 16.00452, 108.0],
        [1.0, 16.00904, 108.0],
        [2.5, 16.022595, 108.0],
    ]


def test_a_part_may_be_the_whole_and_may_end_at_a_post():
    assert cut(STRAIGHT, 0, 4) == STRAIGHT
    assert cut(STRAIGHT, 1, 4) == STRAIGHT[1:]


@pytest.mark.parametrize(
    ("from_km", "to_km", "why"),
    [
        (2, 2, {"to_km": "km_not_rising"}),
        (3, 1, {"to_km": "km_not_rising"}),
        (1, 4.1, {"to_km": "km_off_line"}),
        (-1, 9, {"from_km": "km_off_line", "to_km": "km_off_line"}),
    ],
)
def test_a_part_outside_the_line_is_refused(from_km, to_km, why):
    with pytest.raises(Invalid) as refused:
        cut(STRAIGHT, from_km, to_km)
    assert refused.value.fields == why


def test_points_become_a_line_measured_along_itself():
    line = measured([(16.0, 108.0), (16.00904, 108.0), (16.00904, 108.00935)], from_km=2)
    assert [post[0] for post in line] == [2.0, pytest.approx(3.0, abs=0.002), pytest.approx(4.0, abs=0.003)]
    assert line[0][1:] == [16.0, 108.0]


def test_a_recorded_walk_keeps_only_the_points_its_shape_needs():
    walked = [(16.0 + step / 10_000, 108.0 + (step % 2) / 100_000) for step in range(400)]
    line = measured(walked)
    assert len(line) == 2
    assert line[-1][0] == pytest.approx(4.42, abs=0.02)


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ([], "too_few_points"),
        ([(16.0, 108.0)], "too_few_points"),
        ([(108.0, 16.0), (108.1, 16.1)], "points_swapped"),
        ([(48.1, 11.5), (48.2, 11.6)], "points_elsewhere"),
        ([(float("nan"), 108.0), (16.0, 108.1)], "points_elsewhere"),
        ([(16.0, 108.0), (16.0001, 108.0)], "line_too_short"),
        ([(8.0, 104.8), (21.0, 108.0)], "line_too_long"),
    ],
)
def test_points_that_are_no_stretch_are_refused(points, why):
    with pytest.raises(Invalid) as refused:
        measured(points)
    assert refused.value.fields == {"points": why}


@pytest.mark.parametrize(
    "typed",
    [
        "15,9642; 108,2913",
        "15.9642;108.2913",
        "15.9642, 108.2913",
        "15.9642 108.2913",
        "15.9642,108.2913",
        "15,9642 108,2913",
    ],
)
def test_a_point_is_read_however_it_is_typed(typed):
    assert read_points(f"\n {typed} \n\n") == [(15.9642, 108.2913)]


@pytest.mark.parametrize(
    "typed", ["15,9642", "Bãi Bụt", "15,9642; 108,2913; 3", "1; 2\n????", "15,9642,108,2913"]
)
def test_a_line_that_is_no_point_is_refused(typed):
    with pytest.raises(Invalid) as refused:
        read_points(typed)
    assert refused.value.fields == {"points": "not_a_point"}


@pytest.mark.parametrize(
    ("posts", "why"),
    [
        (STRAIGHT, None),
        ([[10.0, 16.0, 108.0], [14.1, 16.03615, 108.0]], None),
        (STRAIGHT[:1], "too_few_points"),
        ([STRAIGHT[0], [0.0, 16.1, 108.0]], "km_not_rising"),
        ([[0.0, 108.0, 16.0], [1.0, 108.1, 16.0]], "points_elsewhere"),
        ([[0.0, 16.0, 108.0], [4000.0, 16.03615, 108.0]], "km_off_measure"),
    ],
)
def test_posts_with_their_own_km_are_compared_with_the_ground(posts, why):
    assert posts_problem(posts) == why
