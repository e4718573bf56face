"""Files, tracks and segments → one set of recordings, nothing counted twice and nothing torn apart.

Two segments that meet in the same fix are one recording. A second recording of the same time (two phones in
one team, the same walk saved again by another program) adds only the time the first does not have.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from patrol.tracks.draft import Fixes, TrackDraft, fix_key, joined, runs
from patrol.tracks.rules import GAP_S, Kind


@dataclass
class Recordings:
    """What one patrol recorded, ready for cleaning."""

    timed: list[Fixes] = field(default_factory=list)  # in order of time, never overlapping
    untimed: list[Fixes] = field(default_factory=list)
    recorded_twice: bool = False
    left_out: int = 0  # tracks whose time is wholly elsewhere
    points: int = 0


def distinct(drafts: Sequence[TrackDraft]) -> list[TrackDraft]:
    """Each file once, in an order that does not depend on the order of sending."""
    return list({draft.sha256: draft for draft in sorted(drafts, key=lambda draft: draft.sha256)}.values())


def merged(drafts: Sequence[TrackDraft], window: tuple[float, float] | None) -> Recordings:
    """All recordings of the drafts. Tracks wholly outside `window` are left out, unless all are."""
    out = Recordings()
    tracks = [
        (draft.sha256, number, [one.fixes for one in draft.segments if one.track == number])
        for draft in drafts
        if draft.kind is Kind.RECORDED
        for number in sorted({one.track for one in draft.segments})
    ]
    if window is not None:
        inside = [track for track in tracks if _touches(track[2], window)]
        if inside and len(inside) < len(tracks):
            out.left_out = len(tracks) - len(inside)
            tracks = inside
    timed: list[Fixes] = []
    untimed: list[Fixes] = []
    for _, _, segments in tracks:
        for fixes in segments:
            out.points += len(fixes)
            with_times, without = runs(fixes)
            timed += with_times
            untimed += without
    out.timed = _once(_rejoined(sorted(timed, key=_begin)), out)
    out.untimed = _different(_rejoined(untimed), out)
    return out


def _touches(segments: list[Fixes], window: tuple[float, float]) -> bool:
    known = [one.at[~np.isnan(one.at)] for one in segments]
    known = [at for at in known if at.size]
    if not known:
        return True
    first, last = min(float(at.min()) for at in known), max(float(at.max()) for at in known)
    return first <= window[1] and last >= window[0]


def _begin(fixes: Fixes) -> tuple[float, float, float, float, int]:
    return (float(fixes.at[0]), float(fixes.at[-1]), float(fixes.lat[0]), float(fixes.lon[0]), len(fixes))


def _rejoined(parts: list[Fixes]) -> list[Fixes]:
    """Parts of which one begins with the very fix the other ended with, put together again."""
    chains: list[list[Fixes]] = []
    open_ends: dict[tuple[float, float, float], int] = {}
    for part in parts:
        place = open_ends.pop(fix_key(part, 0), None)
        if place is None:
            place = len(chains)
            chains.append([part])
        else:
            chains[place].append(part.part(slice(1, None)))
        open_ends[fix_key(part, -1)] = place
    return [joined(chain) for chain in chains]


def _once(parts: list[Fixes], out: Recordings) -> list[Fixes]:
    """Every moment from one recording only: the longest one that has it."""
    if all(one.at[-1] <= other.at[0] for one, other in pairwise(parts)):
        return parts
    parts = [piece for one in parts for piece in _cut(one, np.flatnonzero(np.diff(one.at) > GAP_S) + 1)]
    starts: list[float] = []
    ends: list[float] = []
    kept: list[Fixes] = []
    for part in sorted(parts, key=lambda one: (float(one.at[0] - one.at[-1]), *_begin(one))):
        first, last = float(part.at[0]), float(part.at[-1])
        low, high = bisect_right(ends, first), bisect_left(starts, last)
        free = np.ones(len(part), dtype=bool)
        for start, end in zip(starts[low:high], ends[low:high], strict=True):
            free &= (part.at <= start) | (part.at >= end)
        out.recorded_twice |= low < high
        # cut where the other recording lies, also when it lies between two fixes of this one
        taken = np.searchsorted(part.at, ends[low:high])
        edges = np.union1d(np.flatnonzero(np.diff(free)) + 1, taken)
        kept += [run for run in _cut(part, edges) if free[np.searchsorted(part.at, run.at[0])]]
        starts[low:high] = [min([first, *starts[low:high]])]
        ends[low:high] = [max([last, *ends[low:high]])]
    return sorted((one for one in kept if len(one) > 1), key=_begin)


def _cut(part: Fixes, places: np.ndarray) -> list[Fixes]:
    """The part cut before each of the places."""
    edges = [0, *(place for place in places.tolist() if 0 < place < len(part)), len(part)]
    return [part.part(slice(start, end)) for start, end in pairwise(edges) if start < end]


def _different(parts: list[Fixes], out: Recordings) -> list[Fixes]:
    """Lines without times, each place sequence once."""
    seen = {np.round(np.column_stack([one.lat, one.lon]), 6).tobytes(): one for one in reversed(parts)}
    out.recorded_twice |= len(seen) < len(parts)
    return [seen[key] for key in sorted(seen)]
