"""What a track may be, what is wrong with one, and what it proves. Pure: numbers in, codes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from patrol.errors import Invalid


class Means(StrEnum):
    """How the team travelled; decides which speeds are believable."""

    ON_FOOT = "on_foot"
    MOTORBIKE = "motorbike"
    CAR = "car"
    BOAT = "boat"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a file holds. Only a recorded track counts as walked."""

    RECORDED = "recorded"
    ROUTE = "route"  # a plan: may be offered as a planned line, never as distance
    WAYPOINTS = "waypoints"  # places: may be offered as findings or checkpoints


class Grade(StrEnum):
    """Proof grade: A continuous and on time … D proves nothing beyond the declaration."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Refusal(StrEnum):
    """The closed list of reasons why a file is not stored."""

    EMPTY = "gpx_empty"
    TOO_BIG = "gpx_too_big"
    TOO_MANY_POINTS = "gpx_too_many_points"
    TOO_COMPLEX = "gpx_too_complex"
    HTML = "gpx_html"
    NOT_GPX = "gpx_not_gpx"
    DOCTYPE = "gpx_doctype"
    MALFORMED = "gpx_malformed"
    TRUNCATED = "gpx_truncated"
    NO_POINTS = "gpx_no_points"
    NO_GOOD_POINTS = "gpx_no_good_points"
    TOO_MANY_FILES = "gpx_too_many_files"  # of one patrol, or in one sending
    TERM_OVER = "gpx_term_over"  # the points of this patrol are gone; another file would be measured alone
    UNREADABLE = "gpx_unreadable"  # the last net: a fault of ours, never of the sender


class Refused(Invalid):
    """A file that can't become a track; `reason` is one of the closed list."""

    def __init__(self, reason: Refusal):
        super().__init__({"file": reason.value})
        self.reason = reason


class Remark(StrEnum):
    """What was odd and what we did about it. Never a reason to refuse."""

    ENCODING_REPAIRED = "track_encoding_repaired"
    TEXT_REPAIRED = "track_text_repaired"
    CUT_SHORT = "track_cut_short"
    DAMAGED = "track_damaged"
    BAD_POINTS = "track_bad_points"
    COMMA_DECIMALS = "track_comma_decimals"
    ZONE_MISSING = "track_zone_missing"
    TIMES_MISSING = "track_times_missing"
    TIMES_UNREADABLE = "track_times_unreadable"
    TIMES_INTERPOLATED = "track_times_interpolated"
    TIMES_BACKWARDS = "track_times_backwards"
    CLOCK_NOT_SET = "track_clock_not_set"
    INACCURATE_POINTS = "track_inaccurate_points"
    ACCURACY_IGNORED = "track_accuracy_ignored"
    SPIKES = "track_spikes"
    TOO_FAST_POINTS = "track_too_fast_points"
    STAYS = "track_stays"
    RECORDED_TWICE = "track_recorded_twice"
    PARTS_LEFT_OUT = "track_parts_left_out"
    FITS_IF_SHIFTED = "track_fits_if_shifted"
    SAME_LINE_ELSEWHERE = "track_same_line_elsewhere"


class Reason(StrEnum):
    """Why a track has its grade; each has the best grade it still allows (`BEST_GRADE`)."""

    CONTINUOUS = "proof_continuous"
    CLOCK_AGREES = "proof_clock_agrees"
    FEW_GAPS = "proof_few_gaps"
    ZONE_UNSURE = "proof_zone_unsure"
    SOME_TIMES = "proof_some_times"
    TIMES_DISORDERED = "proof_times_disordered"
    INCOMPLETE_FILE = "proof_incomplete_file"
    MANY_DROPPED = "proof_many_dropped"
    PART_OF_PATROL = "proof_part_of_patrol"
    NO_TIMES = "proof_no_times"
    FEW_TIMES = "proof_few_times"
    MANY_GAPS = "proof_many_gaps"
    LITTLE_OF_PATROL = "proof_little_of_patrol"
    OUTSIDE_PATROL = "proof_outside_patrol"
    TOO_FAST = "proof_too_fast"
    SAME_LINE = "proof_same_line"
    TOO_SHORT = "proof_too_short"


BEST_GRADE: Mapping[Reason, Grade] = {
    Reason.CONTINUOUS: Grade.A,
    Reason.CLOCK_AGREES: Grade.A,
    Reason.FEW_GAPS: Grade.B,
    Reason.ZONE_UNSURE: Grade.B,
    Reason.SOME_TIMES: Grade.B,
    Reason.TIMES_DISORDERED: Grade.B,
    Reason.INCOMPLETE_FILE: Grade.B,
    Reason.MANY_DROPPED: Grade.B,
    Reason.PART_OF_PATROL: Grade.B,
    Reason.NO_TIMES: Grade.C,
    Reason.FEW_TIMES: Grade.C,
    Reason.MANY_GAPS: Grade.C,
    Reason.LITTLE_OF_PATROL: Grade.C,
    Reason.OUTSIDE_PATROL: Grade.C,
    Reason.TOO_FAST: Grade.C,
    Reason.SAME_LINE: Grade.C,
    Reason.TOO_SHORT: Grade.D,
}


@dataclass(frozen=True)
class Limits:
    """How much one file may ask of us."""

    size_bytes: int = 15 * 1024 * 1024
    points: int = 150_000
    parts: int = 2_000  # segments, and pieces between gaps in time


MOST_FILES = 20  # of one patrol, and in one sending
MOST_POINTS_A_PATROL = 300_000


@dataclass(frozen=True)
class Travel:
    """What is believable for one means of travel; docs/tracks.md says where each number is from."""

    fastest_ms: float  # a fix that needs more than this to be reached is not believed …
    slack_m: float  # … beyond this allowance for GPS noise
    stay_radius_m: float  # staying within this …
    stay_s: float  # … for this long is standing, not walking
    step_m: float  # the cleaned line has a point about every so many metres


TRAVEL: Mapping[Means, Travel] = {
    Means.ON_FOOT: Travel(5.0, 15.0, 20.0, 60.0, 10.0),
    Means.MOTORBIKE: Travel(33.0, 20.0, 25.0, 60.0, 15.0),
    Means.CAR: Travel(42.0, 25.0, 25.0, 60.0, 15.0),
    Means.BOAT: Travel(26.0, 25.0, 40.0, 120.0, 15.0),
    Means.UNKNOWN: Travel(42.0, 25.0, 20.0, 60.0, 10.0),
}

WORST_ACCURACY_M = 50.0
METRES_PER_HDOP = 5.0
ACCURACY_DISTRUSTED = 0.3  # when more of the fixes than this would go, the column itself is not believed
GAP_S = 120.0  # no fix for longer than this is a gap, and its distance is not counted
INTERPOLATE_S = 300.0  # a missing time is filled in only between timed neighbours this close
AROUND_PATROL_S = 2 * 3600.0  # a track wholly farther than this from the patrol's times is left out
SHORTEST_M = 100.0
FEWEST_POINTS = 10

# Stored lines: (name, zoom it is made for or None, tolerance in metres or in pixels of that zoom).
# fine: zoom 13 and nearer; z12: zoom 11 and 12; z10: zoom 10 and farther.
FINE, Z12, Z10 = "fine", "z12", "z10"
FINE_TOLERANCE_M = 4.5


def line_for_zoom(zoom: int) -> str:
    """Which stored line a map at this zoom draws: within 5 m from zoom 13 up, within one pixel below."""
    return FINE if zoom >= 13 else Z12 if zoom >= 11 else Z10


@dataclass(frozen=True)
class Gap:
    """A time with nothing recorded; `straight_m` lies between its ends and is never counted as walked."""

    started_at: datetime | None
    minutes: float | None
    straight_m: float
    why: str  # new_segment | no_fixes | jump | too_fast


@dataclass(frozen=True)
class TrackFacts:
    """All that is known of the recorded way of one patrol, from one file or several together."""

    kind: Kind
    means: Means
    grade: Grade | None  # None: nothing recorded, so nothing to grade
    reasons: tuple[Reason, ...]
    remarks: tuple[Remark, ...]
    points_read: int
    points_used: int
    dropped: Mapping[str, int]
    raw_m: float
    distance_m: float
    moving_s: float
    elapsed_s: float | None
    gaps: tuple[Gap, ...]
    first_at: datetime | None
    last_at: datetime | None
    bbox: tuple[float, float, float, float] | None  # west, south, east, north
    starts_after_s: float | None  # track's first moment minus the patrol's start
    ends_after_s: float | None  # track's last moment minus the patrol's end
    covered_share: float | None  # of the patrol's time, 0…1
    line: bytes = field(repr=False)  # cleaned, see lines.decode_line
    lines: Mapping[str, bytes] = field(repr=False)  # simplified, by name: fine, z12, z10
    line_key: str | None  # same for the same line either way round; None for lines too short to tell
    is_forward: bool  # which way round

    @property
    def gap_s(self) -> float:
        return sum(gap.minutes or 0.0 for gap in self.gaps) * 60.0


@dataclass(frozen=True)
class Evidence:
    """The numbers a grade is decided from."""

    points: int
    distance_m: float
    timed_share: float
    gap_share: float
    dropped_share: float
    too_fast_share: float
    disordered_share: float
    remarks: frozenset[Remark]
    covered_share: float | None = None
    overlaps_patrol: bool | None = None


def reasons_for(seen: Evidence) -> tuple[Reason, ...]:
    """Every reason that holds, in the order of the list; the worst of them decides the grade."""
    timed = seen.timed_share > 0
    covered = seen.covered_share
    checks = {
        Reason.CONTINUOUS: timed and seen.distance_m > 0 and seen.gap_share <= 0.05,
        Reason.CLOCK_AGREES: covered is not None and covered >= 0.8,
        Reason.FEW_GAPS: timed and 0.05 < seen.gap_share <= 0.20,
        Reason.ZONE_UNSURE: timed and Remark.ZONE_MISSING in seen.remarks,
        Reason.SOME_TIMES: 0.5 <= seen.timed_share < 0.95,
        Reason.TIMES_DISORDERED: timed and seen.disordered_share > 0.01,
        Reason.INCOMPLETE_FILE: bool({Remark.CUT_SHORT, Remark.DAMAGED} & seen.remarks),
        Reason.MANY_DROPPED: seen.dropped_share > 0.2,
        Reason.PART_OF_PATROL: covered is not None and 0.5 <= covered < 0.8,
        Reason.NO_TIMES: not timed,
        Reason.FEW_TIMES: timed and seen.timed_share < 0.5,
        Reason.MANY_GAPS: timed and seen.gap_share > 0.20,
        Reason.LITTLE_OF_PATROL: covered is not None and 0 < covered < 0.5,
        Reason.OUTSIDE_PATROL: seen.overlaps_patrol is False,
        Reason.TOO_FAST: seen.too_fast_share > 0.2,
        Reason.TOO_SHORT: seen.points < FEWEST_POINTS or seen.distance_m < SHORTEST_M,
    }
    return tuple(reason for reason, holds in checks.items() if holds)


def grade_for(reasons: tuple[Reason, ...]) -> Grade:
    """The worst of what each reason still allows."""
    return max((BEST_GRADE[reason] for reason in reasons), default=Grade.D)


UNCOUNTED = frozenset({Reason.SAME_LINE, Reason.OUTSIDE_PATROL})


def counts_as_walked(grade: Grade | None, reasons: tuple[Reason, ...]) -> bool:
    """Whether the distance is part of the figures: anything but D, of the time of the patrol, and nobody's copy."""
    return grade is not None and grade is not Grade.D and not UNCOUNTED & set(reasons)


def with_same_line(facts: TrackFacts) -> TrackFacts:
    """The same facts once another patrol is known to hold this very line: C until somebody explains it."""
    if facts.grade is None or Reason.SAME_LINE in facts.reasons:
        return facts
    reasons = (*facts.reasons, Reason.SAME_LINE)
    return replace(facts, reasons=reasons, grade=grade_for(reasons))
