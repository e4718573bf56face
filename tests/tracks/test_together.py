"""Several files of one patrol: nothing twice, nothing lost, whatever the order and however it was cut."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from patrol.tracks.gpx import read_gpx
from patrol.tracks.measure import measure, measure_together
from patrol.tracks.rules import Grade, Kind, Means, Reason, Remark, TrackFacts, with_same_line
from tests.tracks.samples import START, Point, gpx, gpx_of, walk

MIXED, _ = walk(1800, 1.3, 3, 2.0, 3.0, seed=5, stand=lambda second: 700 < second < 1000)
MIXED = [point for index, point in enumerate(MIXED) if not 400 < index < 460]  # and a gap of three minutes
MINUTE = timedelta(minutes=1)


def totals(facts: TrackFacts) -> tuple[object, ...]:
    return (
        facts.distance_m, facts.raw_m, facts.moving_s, facts.elapsed_s, facts.gaps, facts.bbox,
        facts.line, facts.lines,         facts.line_key, facts.grade,
    )  # fmt: skip


def files(*groups: list[Point], apart: bool) -> list[bytes]:
    return [gpx(group).encode() for group in groups] if apart else [gpx(*groups).encode()]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_cutting_reordering_and_resending_change_no_total(data):
    # with every fourth time, with all of them, with none: how much can be cut apart differs
    timed_each = data.draw(st.sampled_from([1, 4, len(MIXED)]))
    points = [point if i % timed_each == 0 else replace(point, at=None) for i, point in enumerate(MIXED)]
    whole = measure(read_gpx(gpx(points).encode()), Means.ON_FOOT)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(points) - 2), max_size=6)))
    edges = [0, *cuts, len(points) - 1]
    groups = [points[start : end + 1] for start, end in itertools.pairwise(edges)]  # one point overlap
    apart = data.draw(st.booleans()) and timed_each == 1
    sent = files(*groups, apart=apart)
    again = data.draw(st.lists(st.sampled_from(sent), max_size=3))
    order = data.draw(st.permutations(sent + again))
    assert totals(measure_together([read_gpx(one) for one in order], Means.ON_FOOT)) == totals(whole)


def test_the_same_walk_saved_by_another_program_counts_once():
    first = read_gpx(gpx(MIXED).encode())
    second = read_gpx(gpx(MIXED[20:], head="<gpx creator='other'>").encode())
    both = measure_together([second, first], Means.ON_FOOT)
    assert both.distance_m == measure(first, Means.ON_FOOT).distance_m
    assert Remark.RECORDED_TWICE in both.remarks


def test_two_phones_in_one_team_count_once_and_fill_each_others_gaps():
    one, true_m = walk(1800, 1.3, 1, 1.0, 2.0, seed=1)
    other, _ = walk(1800, 1.3, 1, 1.0, 2.0, seed=2)
    with_gap = [point for index, point in enumerate(one) if not 600 < index < 1200]
    alone = measure(read_gpx(gpx(with_gap).encode()), Means.ON_FOOT)
    both = measure_together(
        [read_gpx(gpx(with_gap).encode()), read_gpx(gpx(other[500:1300]).encode())], Means.ON_FOOT
    )
    assert alone.distance_m == pytest.approx(true_m * 2 / 3, rel=0.03)
    assert both.distance_m == pytest.approx(true_m, rel=0.04)
    assert both.gap_s < 60


def test_tracks_of_another_day_in_the_file_are_left_out():
    today, true_m = walk(1200, 1.3)
    yesterday = [replace(point, at=point.at - timedelta(days=1)) for point in today]
    draft = read_gpx((gpx(yesterday).removesuffix("</gpx>") + gpx(today).split(">", 2)[2]).encode())
    assert len(draft.segments) == 2
    mine = measure(draft, Means.ON_FOOT, START, START + 20 * MINUTE)
    assert mine.distance_m == pytest.approx(true_m, rel=0.02)
    assert (Remark.PARTS_LEFT_OUT in mine.remarks, mine.grade) == (True, Grade.A)
    assert mine.reasons == (Reason.CONTINUOUS, Reason.CLOCK_AGREES)
    assert measure(draft, Means.ON_FOOT).distance_m == pytest.approx(2 * true_m, rel=0.02)


@pytest.mark.parametrize(
    ("start", "end", "reason", "grade"),
    [
        (0, 20, Reason.CLOCK_AGREES, Grade.A),
        (-2, 22, Reason.CLOCK_AGREES, Grade.A),
        (0, 30, Reason.PART_OF_PATROL, Grade.B),
        (0, 100, Reason.LITTLE_OF_PATROL, Grade.C),
        (60, 120, Reason.OUTSIDE_PATROL, Grade.C),
        (6000, 6060, Reason.OUTSIDE_PATROL, Grade.C),
    ],
)
def test_the_track_is_compared_with_the_patrols_own_times(start, end, reason, grade):
    draft = read_gpx(gpx(walk(1200, 1.3)[0]).encode())
    facts = measure(draft, Means.ON_FOOT, START + start * MINUTE, START + end * MINUTE)
    assert reason in facts.reasons
    assert facts.grade is grade
    assert (facts.starts_after_s, facts.ends_after_s) == (-start * 60, (20 - end) * 60)


def test_a_clock_off_by_the_zone_is_pointed_out_and_not_corrected():
    shifted = [replace(point, at=point.at + timedelta(hours=7)) for point in walk(1200, 1.3)[0]]
    facts = measure(read_gpx(gpx(shifted).encode()), Means.ON_FOOT, START, START + 20 * MINUTE)
    assert (facts.grade, Remark.FITS_IF_SHIFTED in facts.remarks) == (Grade.C, True)
    assert facts.first_at == START + timedelta(hours=7)


def test_a_patrol_still_out_is_compared_with_its_start_only():
    facts = measure(read_gpx(gpx(walk(1200, 1.3)[0]).encode()), Means.ON_FOOT, START + MINUTE)
    assert (facts.starts_after_s, facts.ends_after_s, facts.covered_share, facts.grade) == (
        -60,
        None,
        None,
        Grade.A,
    )


def test_a_plan_has_no_distance_and_no_grade():
    draft = read_gpx(gpx_of('<rte><rtept lat="15.9" lon="108.3"/><rtept lat="15.8" lon="108.3"/></rte>'))
    facts = measure(draft, Means.ON_FOOT, START, START + MINUTE)
    assert (facts.kind, facts.distance_m, facts.grade, facts.reasons) == (Kind.ROUTE, 0.0, None, ())


def test_a_copied_track_is_c_until_it_is_explained():
    facts = measure(read_gpx(gpx(walk(1200, 1.3)[0]).encode()), Means.ON_FOOT)
    copied = with_same_line(facts)
    assert (facts.grade, copied.grade, copied.reasons[-1]) == (Grade.A, Grade.C, Reason.SAME_LINE)
    assert with_same_line(copied) == copied
