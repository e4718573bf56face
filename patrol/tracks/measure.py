"""Drafts → facts: what was walked, how sure that is, and the lines to draw. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from patrol import clock, geo
from patrol.tracks.cleaning import Piece, Tally, clean_timed, clean_untimed
from patrol.tracks.draft import Fixes, TrackDraft
from patrol.tracks.lines import encode_line, line_key, map_lines
from patrol.tracks.merging import Recordings, distinct, merged
from patrol.tracks.rules import (
    AROUND_PATROL_S,
    TRAVEL,
    Evidence,
    Gap,
    Kind,
    Means,
    Remark,
    TrackFacts,
    grade_for,
    reasons_for,
)


def measure(
    draft: TrackDraft, means: Means, patrol_start: datetime | None = None, patrol_end: datetime | None = None
) -> TrackFacts:
    """What one file says about a patrol."""
    return measure_together([draft], means, patrol_start, patrol_end)


def measure_together(
    drafts: Sequence[TrackDraft],
    means: Means,
    patrol_start: datetime | None = None,
    patrol_end: datetime | None = None,
) -> TrackFacts:
    """What all files of one patrol say together.

    The order of files, a file sent twice, and a recording cut into segments that share a fix change nothing.
    """
    if not drafts:
        raise ValueError("nothing to measure")
    files = distinct(drafts)
    travel, start, end = TRAVEL[means], _seconds(patrol_start), _seconds(patrol_end)
    window = None if start is None else (start - AROUND_PATROL_S, (end or start) + AROUND_PATROL_S)
    found = merged(files, window)
    tally = Tally()
    for fixes in found.timed:
        clean_timed(fixes, travel, tally)
    lines = [line for fixes in found.untimed for line in clean_untimed(fixes, travel, tally)]
    timed = tally.pieces
    pieces = [piece.fixes for piece in timed] + lines
    dropped = _dropped(files, tally)
    remarks = _remarks(files, found, tally)
    first, last = _ends(timed)
    gaps = _gaps(timed)
    distance_m = sum(geo.length_m(one.lat, one.lon) for one in pieces)
    raw = found.timed + found.untimed
    covered = _covered(timed, start, end)
    overlaps = (
        None if start is None or first is None or last is None else first <= (end or last) and last >= start
    )
    if overlaps is False and _fits_if_shifted(first, last, start, end):
        remarks.add(Remark.FITS_IF_SHIFTED)
    used = found.points - tally.inaccurate - tally.too_fast - tally.spikes
    all_points = max(found.points + dropped.get("bad", 0) + dropped.get("disordered", 0), 1)
    kind = _kind(files)
    reasons = (
        ()
        if kind is not Kind.RECORDED
        else reasons_for(
            Evidence(
                points=used,
                distance_m=distance_m,
                timed_share=sum(map(len, found.timed)) / max(found.points, 1),
                gap_share=_gap_share(gaps, first, last),
                dropped_share=sum(dropped.values()) / all_points,
                too_fast_share=tally.too_fast / all_points,
                disordered_share=dropped.get("disordered", 0) / all_points,
                remarks=frozenset(remarks),
                covered_share=covered,
                overlaps_patrol=overlaps,
            )
        )
    )
    key, is_forward = line_key(raw)
    return TrackFacts(
        kind=kind,
        means=means,
        grade=grade_for(reasons) if kind is Kind.RECORDED else None,
        reasons=reasons,
        remarks=tuple(remark for remark in Remark if remark in remarks),
        points_read=sum(draft.points_read for draft in files),
        points_used=used,
        dropped=dropped,
        raw_m=sum(geo.length_m(one.lat, one.lon) for one in raw),
        distance_m=distance_m,
        moving_s=sum(piece.moving_s for piece in timed),
        elapsed_s=None if first is None or last is None else last - first,
        gaps=gaps,
        first_at=_moment(first),
        last_at=_moment(last),
        bbox=_bbox(pieces),
        starts_after_s=None if first is None or start is None else first - start,
        ends_after_s=None if last is None or end is None else last - end,
        covered_share=covered,
        line=encode_line(pieces),
        lines=map_lines(pieces),
        line_key=key,
        is_forward=is_forward,
    )


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(round(at, 3), UTC)


def _kind(files: Sequence[TrackDraft]) -> Kind:
    kinds = {draft.kind for draft in files}
    return next(kind for kind in (Kind.RECORDED, Kind.ROUTE, Kind.WAYPOINTS) if kind in kinds)


def _dropped(files: Sequence[TrackDraft], tally: Tally) -> dict[str, int]:
    counts = {
        **{name: sum(draft.dropped.get(name, 0) for draft in files) for name in ("bad", "disordered")},
        "inaccurate": tally.inaccurate,
        "too_fast": tally.too_fast,
        "spike": tally.spikes,
    }
    return {name: count for name, count in counts.items() if count}


def _remarks(files: Sequence[TrackDraft], found: Recordings, tally: Tally) -> set[Remark]:
    more = {
        Remark.INACCURATE_POINTS: tally.inaccurate,
        Remark.ACCURACY_IGNORED: tally.accuracy_ignored,
        Remark.SPIKES: tally.spikes,
        Remark.TOO_FAST_POINTS: tally.too_fast,
        Remark.STAYS: tally.stays,
        Remark.RECORDED_TWICE: found.recorded_twice,
        Remark.PARTS_LEFT_OUT: found.left_out,
    }
    return {remark for draft in files for remark in draft.remarks} | {
        one for one, holds in more.items() if holds
    }


def _ends(timed: Sequence[Piece]) -> tuple[float | None, float | None]:
    """First and last moment of what is left after cleaning."""
    if not timed:
        return None, None
    return min(float(one.fixes.at[0]) for one in timed), max(float(one.fixes.at[-1]) for one in timed)


def _gaps(timed: Sequence[Piece]) -> tuple[Gap, ...]:
    """The breaks between pieces: those in time, and jumps however short."""
    gaps = []
    for before, after in itertools.pairwise(timed):
        left, back = float(before.fixes.at[-1]), float(after.fixes.at[0])
        straight = geo.length_m(
            np.array([before.fixes.lat[-1], after.fixes.lat[0]]),
            np.array([before.fixes.lon[-1], after.fixes.lon[0]]),
        )
        gaps.append(Gap(_moment(left), (back - left) / 60.0, straight, after.after))
    return tuple(gaps)


def _gap_share(gaps: Sequence[Gap], first: float | None, last: float | None) -> float:
    if first is None or last is None or last <= first:
        return 0.0
    return sum(gap.minutes or 0.0 for gap in gaps) * 60.0 / (last - first)


def _covered(timed: Sequence[Piece], start: float | None, end: float | None) -> float | None:
    """Which part of the patrol's own time has fixes."""
    if start is None or end is None or end <= start or not timed:
        return None
    seen = sum(
        max(0.0, min(float(one.fixes.at[-1]), end) - max(float(one.fixes.at[0]), start)) for one in timed
    )
    return seen / (end - start)


def _fits_if_shifted(first: float | None, last: float | None, start: float | None, end: float | None) -> bool:
    """A local time that was written as UTC, or the other way: off by exactly the zone. A person decides."""
    if first is None or last is None or start is None:
        return False
    offset = clock.LOCAL.utcoffset(datetime.fromtimestamp(start, UTC)) or timedelta()
    shifts = (offset.total_seconds(), -offset.total_seconds())
    return any(first + by <= (end or start) and last + by >= start for by in shifts)


def _bbox(pieces: Sequence[Fixes]) -> tuple[float, float, float, float] | None:
    if not pieces:
        return None
    return (
        min(float(one.lon.min()) for one in pieces),
        min(float(one.lat.min()) for one in pieces),
        max(float(one.lon.max()) for one in pieces),
        max(float(one.lat.max()) for one in pieces),
    )
