"""What is measured is what was walked: noise, spikes, standing and jumps do not add to it."""

import itertools
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from patrol.tracks.gpx import read_gpx
from patrol.tracks.measure import measure
from patrol.tracks.rules import Grade, Means, Reason, Remark, TrackFacts
from tests.tracks.samples import M_LAT, START, Point, gpx, gpx_of, walk

SPEEDS = {
    Means.ON_FOOT: (0.8, 1.8),
    Means.MOTORBIKE: (4.0, 10.0),
    Means.CAR: (5.0, 12.0),
    Means.BOAT: (4.0, 10.0),
    Means.UNKNOWN: (1.0, 10.0),
}


def facts(points: list[Point], means: Means = Means.ON_FOOT) -> TrackFacts:
    return measure(read_gpx(gpx(points).encode()), means)


# how much too long a path may be measured: with a fair receiver in the open, and with a poor one under trees
TOO_LONG = {
    Means.ON_FOOT: (0.05, 0.10),
    Means.MOTORBIKE: (0.02, 0.05),
    Means.CAR: (0.02, 0.05),
    Means.BOAT: (0.02, 0.05),
    Means.UNKNOWN: (0.05, 0.08),
}
FAIR, POOR = (2.0, 3.0), (3.0, 5.0)  # metres, one standard deviation: new at each fix, and slowly wandering


@pytest.mark.parametrize("means", list(Means))
@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    part=st.floats(0, 1),
    every=st.sampled_from([1, 2, 5, 10]),
    receiver=st.sampled_from([FAIR, POOR]),
    seed=st.integers(0, 10_000),
)
def test_cleaned_distance_is_within_bounds_of_the_known_path(means, part, every, receiver, seed):
    slow, fast = SPEEDS[means]
    points, true_m = walk(1500, slow + part * (fast - slow), every, *receiver, seed)
    measured = facts(points, means)
    assert -0.02 <= measured.distance_m / true_m - 1 <= TOO_LONG[means][receiver is POOR]
    assert measured.distance_m <= measured.raw_m * 1.001
    # a poor receiver leaps beyond walking speed once in some ten thousand fixes
    assert sum(measured.dropped.values()) <= (3 if receiver is POOR else 0)


def test_noise_makes_the_raw_distance_useless_and_not_the_cleaned():
    points, true_m = walk(1800, 1.3, 1, 3.0, 0.0, seed=1)
    measured = facts(points)
    assert measured.raw_m > 2.5 * true_m
    assert measured.distance_m == pytest.approx(true_m, rel=0.02)


def test_standing_for_half_an_hour_adds_next_to_nothing():
    points, true_m = walk(3000, 1.3, 1, 1.0, 4.0, seed=3, stand=lambda second: 600 <= second < 2400)
    measured = facts(points)
    assert measured.distance_m == pytest.approx(true_m, abs=80)
    assert measured.moving_s == pytest.approx(1200, abs=120)
    assert measured.elapsed_s == 3000
    assert Remark.STAYS in measured.remarks


def test_a_recording_of_a_team_that_never_left_proves_nothing():
    measured = facts(walk(1800, 1.3, 1, 1.0, 4.0, stand=lambda _: True)[0])
    assert measured.distance_m < 60
    assert (measured.grade, measured.reasons[-1]) == (Grade.D, Reason.TOO_SHORT)


@pytest.mark.parametrize("means", [Means.ON_FOOT, Means.BOAT])
def test_a_single_fix_far_off_is_dropped(means):
    points, _ = walk(600, 1.3)
    clean = facts(points, means).distance_m
    points[300] = replace(points[300], lat=points[300].lat + 900 / M_LAT)
    measured = facts(points, means)
    assert measured.distance_m == pytest.approx(clean, rel=0.005)
    assert measured.dropped == {"too_fast": 1}


def test_a_first_fix_in_another_town_is_dropped():
    points, _ = walk(600, 1.3)
    clean = facts(points).distance_m
    points[0] = replace(points[0], lat=points[0].lat + 1)
    assert facts(points).distance_m == pytest.approx(clean, rel=0.01)


def test_a_spike_below_the_speed_limit_is_seen_by_its_shape():
    points, _ = walk(1200, 1.3, every_s=10)
    clean = facts(points).distance_m
    points[60] = replace(points[60], lat=points[60].lat + 45 / M_LAT)
    measured = facts(points)
    assert measured.dropped == {"spike": 1}
    assert measured.distance_m == pytest.approx(clean, rel=0.01)


def test_turning_back_is_not_a_spike():
    out, true_m = walk(600, 1.3, every_s=30)
    back = [
        replace(point, at=START + timedelta(seconds=1200) - (point.at - START))
        for point in reversed(out[:-1])
    ]
    measured = facts(out + back)
    assert measured.dropped == {}
    assert measured.distance_m == pytest.approx(2 * true_m, rel=0.02)


def test_a_jump_that_lasts_is_a_break_and_its_length_is_not_walked():
    points, true_m = walk(600, 1.3)
    far = [
        replace(point, lat=point.lat + 2000 / M_LAT) if index >= 300 else point
        for index, point in enumerate(points)
    ]
    measured = facts(far)
    assert measured.distance_m == pytest.approx(true_m, rel=0.02)
    assert [gap.why for gap in measured.gaps] == ["jump"]
    assert measured.gaps[0].straight_m > 1900


def test_a_ride_is_not_a_walk():
    points, _ = walk(600, 12.0)
    on_foot = facts(points, Means.ON_FOOT)
    assert (on_foot.grade, on_foot.distance_m) == (Grade.D, 0.0)
    assert Reason.TOO_FAST in on_foot.reasons
    assert facts(points, Means.MOTORBIKE).grade is Grade.A


def test_a_time_without_fixes_is_a_gap_and_not_distance():
    points, true_m = walk(1800, 1.3)
    measured = facts([point for index, point in enumerate(points) if not 600 < index < 900])
    assert measured.distance_m == pytest.approx(true_m * 1500 / 1800, rel=0.02)
    assert [(gap.why, round(gap.minutes)) for gap in measured.gaps] == [("no_fixes", 5)]
    assert measured.gaps[0].straight_m == pytest.approx(390, rel=0.1)
    assert (measured.grade, measured.reasons) == (Grade.B, (Reason.FEW_GAPS,))


def test_a_new_segment_is_a_gap_however_short():
    points, _ = walk(1200, 1.3)
    measured = measure(read_gpx(gpx(points[:600], points[610:]).encode()), Means.ON_FOOT)
    assert [(gap.why, round(gap.minutes * 60)) for gap in measured.gaps] == [("new_segment", 11)]


def test_fixes_known_to_be_poor_are_dropped_unless_most_are():
    points, _ = walk(100, 1.3)

    def with_hdop(bad: int) -> TrackFacts:
        body = "".join(
            f'<trkpt lat="{one.lat}" lon="{one.lon}"><time>{one.at:%Y-%m-%dT%H:%M:%SZ}</time>'
            f"<hdop>{25 if index < bad else 0.9}</hdop></trkpt>"
            for index, one in enumerate(points)
        )
        return measure(read_gpx(gpx_of(f"<trk><trkseg>{body}</trkseg></trk>")), Means.ON_FOOT)

    assert with_hdop(20).dropped == {"inaccurate": 20}
    assert with_hdop(40).dropped == {}
    assert Remark.ACCURACY_IGNORED in with_hdop(40).remarks


def test_a_line_without_times_has_its_length_and_no_more():
    points, true_m = walk(1800, 1.3, every_s=10)
    measured = facts([replace(point, at=None) for point in points])
    assert measured.distance_m == pytest.approx(true_m, rel=0.02)
    assert (measured.grade, measured.elapsed_s, measured.first_at) == (Grade.C, None, None)
    assert Reason.NO_TIMES in measured.reasons


def test_a_line_without_times_is_broken_where_it_leaps_to_another_town():
    points, true_m = walk(1800, 1.3, every_s=10)
    far = [
        replace(one, at=None, lat=one.lat + (0.5 if index > 90 else 0)) for index, one in enumerate(points)
    ]
    assert facts(far).distance_m == pytest.approx(true_m, rel=0.02)


def test_five_fixes_a_second_measure_as_one_does():
    points, true_m = walk(600, 1.3)
    often = []
    for one, other in itertools.pairwise(points):
        for fifth in range(5):
            lat, lon = (
                np.array([one.lat, one.lon])
                + (np.array([other.lat, other.lon]) - [one.lat, one.lon]) * fifth / 5
            )
            often.append(Point(float(lat), float(lon), one.at))  # the seconds are all such a logger writes
    assert facts(often).distance_m == pytest.approx(true_m, rel=0.01)
