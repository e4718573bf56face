"""A track as it came in, whatever the way in: columns of fixes, not yet cleaned."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from patrol.geo import Floats, Ints
from patrol.tracks.rules import GAP_S, INTERPOLATE_S, Kind, Remark

ORDERED_SHARE = 0.8  # when fewer of the times than this are in order, none is believed


@dataclass(frozen=True)
class Fixes:
    """Fixes in order. `at` is seconds since 1970 UTC, NaN when unknown; `accuracy_m` NaN when unknown."""

    lat: Floats
    lon: Floats
    at: Floats
    accuracy_m: Floats

    def __len__(self) -> int:
        return int(self.lat.size)

    def part(self, which: slice | NDArray[np.bool_] | Ints) -> Fixes:
        return Fixes(self.lat[which], self.lon[which], self.at[which], self.accuracy_m[which])


def joined(parts: list[Fixes]) -> Fixes:
    """Several runs of fixes as one."""
    if len(parts) == 1:
        return parts[0]
    return Fixes(
        np.concatenate([part.lat for part in parts]),
        np.concatenate([part.lon for part in parts]),
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.accuracy_m for part in parts]),
    )


def fix_key(fixes: Fixes, index: int) -> tuple[float, float, float]:
    """What tells one fix from all others: its place and, if known, its time."""
    at = float(fixes.at[index])
    return (float(fixes.lat[index]), float(fixes.lon[index]), -1.0 if math.isnan(at) else at)


def touches(one: Fixes, other: Fixes) -> bool:
    """Whether the other begins with the very fix this one ends with: one recording, cut in two."""
    return fix_key(one, -1) == fix_key(other, 0)


@dataclass(frozen=True)
class Segment:
    """An unbroken recording; `track` says which track of the file it belongs to."""

    track: int
    fixes: Fixes


@dataclass(frozen=True)
class Waypoint:
    """A marked place. Its name and texts are not read: they may name people."""

    lat: float
    lon: float
    at: float | None


@dataclass(frozen=True)
class TrackDraft:
    """What one file or one phone recording holds, well typed and not yet believed."""

    kind: Kind
    segments: tuple[Segment, ...]
    sha256: str
    size_bytes: int = 0
    points_read: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    remarks: frozenset[Remark] = frozenset()
    route: tuple[Fixes, ...] = ()
    waypoints: tuple[Waypoint, ...] = ()


def with_usable_times(fixes: Fixes) -> tuple[Fixes, set[Remark]]:
    """The fixes with times that never run backwards, and short stretches of missing times filled in.

    A few fixes out of order are broken fixes and go; when there are many, the line stays and its times go.
    """
    at, remarks = fixes.at, set[Remark]()
    known = np.flatnonzero(~np.isnan(at))
    if known.size > 2 and at[known].min() == at[known].max():
        return Fixes(fixes.lat, fixes.lon, np.full_like(at, np.nan), fixes.accuracy_m), {
            Remark.TIMES_UNREADABLE
        }
    if known.size > 1 and np.any(np.diff(at[known]) < 0):
        remarks.add(Remark.TIMES_BACKWARDS)
        kept = known[_longest_rise(at[known])]
        if kept.size < ORDERED_SHARE * known.size:
            return Fixes(fixes.lat, fixes.lon, np.full_like(at, np.nan), fixes.accuracy_m), remarks
        whole = np.isnan(at)
        whole[kept] = True
        fixes = fixes.part(whole)
        at = fixes.at
        known = np.flatnonzero(~np.isnan(at))
    if 1 < known.size < at.size:
        missing = np.isnan(at)
        guess = np.interp(np.arange(at.size), known, at[known], left=np.nan, right=np.nan)
        after = np.clip(np.searchsorted(known, np.arange(at.size)), 1, known.size - 1)
        fillable = missing & ~np.isnan(guess) & (at[known[after]] - at[known[after - 1]] <= INTERPOLATE_S)
        if fillable.any():
            remarks.add(Remark.TIMES_INTERPOLATED)
            at = np.where(fillable, guess, at)
    return Fixes(fixes.lat, fixes.lon, at, fixes.accuracy_m), remarks


def _longest_rise(values: Floats) -> Ints:
    """Indices of the longest part that never falls: one fix from the future costs only itself."""
    tails: list[float] = []
    ends: list[int] = []
    before = np.full(values.size, -1, dtype=np.int64)
    for index, value in enumerate(values.tolist()):
        place = bisect_right(tails, value)
        if place:
            before[index] = ends[place - 1]
        if place == len(tails):
            tails.append(value)
            ends.append(index)
        else:
            tails[place], ends[place] = value, index
    rise = []
    index = ends[-1]
    while index >= 0:
        rise.append(index)
        index = int(before[index])
    return np.array(rise[::-1], dtype=np.int64)


def runs(fixes: Fixes) -> tuple[list[Fixes], list[Fixes]]:
    """A segment as runs with times and runs without; the latter end in their timed neighbours' places."""
    blank = np.isnan(fixes.at)
    if not blank.any():
        return [fixes], []
    if blank.all():
        return [], [fixes]
    cuts = np.flatnonzero(np.diff(blank)) + 1
    timed, untimed = [], []
    for start, end in pairwise([0, *cuts.tolist(), len(fixes)]):
        if blank[start]:
            held = fixes.part(slice(max(start - 1, 0), end + 1))
            untimed.append(Fixes(held.lat, held.lon, np.full(len(held), np.nan), held.accuracy_m))
        else:
            timed.append(fixes.part(slice(start, end)))
    return timed, untimed


def pieces_in(segments: list[Segment]) -> int:
    """How many pieces there will be once gaps in time are cut out."""
    total = len(segments)
    for one in segments:
        at = one.fixes.at
        total += int(np.count_nonzero(np.diff(at) > GAP_S) + np.count_nonzero(np.diff(np.isnan(at))))
    return total
