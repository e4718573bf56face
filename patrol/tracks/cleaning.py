"""From recorded fixes to a believable line, by the rules written down in docs/tracks.md.

Order: inaccurate fixes → impossible speeds → out-and-back spikes → gaps in time → standing → smoothing and
thinning.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from patrol import geo
from patrol.geo import Floats, Ints
from patrol.tracks.draft import Fixes
from patrol.tracks.rules import ACCURACY_DISTRUSTED, GAP_S, WORST_ACCURACY_M, Travel

CONFIRMING = (
    10  # so many fixes that agree with each other are believed, even when they don't fit what was before
)
SMOOTH_M, SMOOTH_S, PACE_S = 15.0, (2.0, 12.0), 30.0
MOST_JUMPS = 200
UNTIMED_JUMP_M, UNTIMED_LEG_M = 1_000.0, 20_000.0
SPIKE_M = 15.0
SPIKE_DETOUR = 3.0  # a spike's two legs are so many times the way they replace
SUSTAINED_S = 20.0  # over this long the allowance for noise no longer hides a ride


@dataclass
class Piece:
    """A stretch walked without a break: the cleaned line and the time in it spent moving."""

    fixes: Fixes
    moving_s: float
    after: str = "no_fixes"  # why there is a break before it


@dataclass
class Tally:
    """What cleaning took out."""

    inaccurate: int = 0
    too_fast: int = 0
    spikes: int = 0
    stays: int = 0
    accuracy_ignored: bool = False
    pieces: list[Piece] = field(default_factory=list)


def clean_timed(fixes: Fixes, travel: Travel, tally: Tally) -> None:
    """Clean one unbroken timed recording; its pieces are added to the tally."""
    fixes = _accurate(_paced(fixes), tally)
    why = "new_segment"
    for chain, broken_by in _believable(fixes, travel, tally):
        why = broken_by or why
        part = _without_spikes(chain, travel, tally)
        for one in np.split(np.arange(len(part)), np.flatnonzero(np.diff(part.at) > GAP_S) + 1):
            if one.size > 1:
                tally.pieces.append(_settled(part.part(one), travel, tally, why))
                why = "no_fixes"


def clean_untimed(fixes: Fixes, travel: Travel, tally: Tally) -> list[Fixes]:
    """Clean a line without times: only its shape can be judged. It is broken where a leg is absurdly long."""
    fixes = _accurate(fixes, tally)
    if len(fixes) < 2:
        return []
    legs = geo.leg_lengths(fixes.lat, fixes.lon)
    usual = max(float(np.median(legs)), 5.0)
    fixes = fixes.part(
        ~_out_and_back(fixes, legs, np.minimum(legs[:-1], legs[1:]) > max(8 * usual, 50.0), tally)
    )
    legs = geo.leg_lengths(fixes.lat, fixes.lon)
    breaks = np.flatnonzero(legs > min(max(20 * usual, UNTIMED_JUMP_M), UNTIMED_LEG_M)) + 1
    lines = []
    for run in np.split(np.arange(len(fixes)), breaks)[:MOST_JUMPS]:
        if run.size > 1:
            part = fixes.part(run)
            lines.append(part.part(_thinned(*geo.local_plane(part.lat, part.lon), travel.step_m)))
    return lines


def _paced(fixes: Fixes) -> Fixes:
    """At most two fixes a second: loggers that write five or ten add nothing but noise."""
    beat = np.floor(fixes.at * 2.0)
    kept = np.concatenate([[True], np.diff(beat) > 0])
    if kept.all():
        return fixes
    kept[-1] = True
    return fixes.part(kept)


def _accurate(fixes: Fixes, tally: Tally) -> Fixes:
    poor = fixes.accuracy_m > WORST_ACCURACY_M  # unknown is not poor
    share = np.count_nonzero(poor) / max(len(fixes), 1)
    if not share:
        return fixes
    if share > ACCURACY_DISTRUSTED:
        tally.accuracy_ignored = True
        return fixes
    tally.inaccurate += int(np.count_nonzero(poor))
    return fixes.part(~poor)


def _reachable(fixes: Fixes, travel: Travel, tally: Tally) -> list[Fixes]:
    """Chains of fixes each of which can be reached from the one before at a believable speed.

    A fix that can't is dropped. When ten in a row that can't be reached agree among themselves, the way goes
    on there and the jump is a break.
    """
    if len(fixes) < 2:
        return []
    reach = np.diff(fixes.at) * travel.fastest_ms + travel.slack_m
    if np.all(geo.leg_lengths(fixes.lat, fixes.lon) <= reach):
        return [fixes]
    xs, ys = (axis.tolist() for axis in geo.local_plane(fixes.lat, fixes.lon))
    at = fixes.at.tolist()

    def reaches(one: int, other: int) -> bool:
        allowed = (at[other] - at[one]) * travel.fastest_ms + travel.slack_m
        across, up = xs[other] - xs[one], ys[other] - ys[one]
        return bool(across * across + up * up <= allowed * allowed)

    chains: list[list[int]] = [[0]]
    waiting: list[int] = []
    for index in range(1, len(at)):
        if reaches(chains[-1][-1], index):
            chains[-1].append(index)
            waiting.clear()
            continue
        if waiting and not reaches(waiting[-1], index):
            waiting.clear()
        waiting.append(index)
        if len(waiting) == CONFIRMING and len(chains) < MOST_JUMPS:
            chains.append(waiting)
            waiting = []
    kept = [chain for chain in chains if len(chain) > 1]
    tally.too_fast += len(at) - sum(map(len, kept))
    return [fixes.part(np.array(chain)) for chain in kept]


def _believable(fixes: Fixes, travel: Travel, tally: Tally) -> Iterator[tuple[Fixes, str]]:
    """Parts of the recording travelled as the means allows, each with what broke it off."""
    broken_by = ""
    for chain in _reachable(fixes, travel, tally):
        later = np.searchsorted(chain.at, chain.at + SUSTAINED_S)
        known = np.flatnonzero(later < len(chain))
        x, y = geo.local_plane(chain.lat, chain.lon)
        ahead = later[known]
        allowed = (chain.at[ahead] - chain.at[known]) * travel.fastest_ms + travel.slack_m
        fast = known[np.hypot(x[ahead] - x[known], y[ahead] - y[known]) > allowed]
        if not fast.size:
            yield chain, broken_by
        else:
            steps = np.zeros(len(chain) + 1, dtype=np.int64)
            np.add.at(steps, fast, 1)
            np.add.at(steps, later[fast] + 1, -1)
            ridden = np.cumsum(steps[:-1]) > 0
            tally.too_fast += int(np.count_nonzero(ridden))
            for run in np.split(np.arange(len(chain)), np.flatnonzero(np.diff(ridden)) + 1):
                if not ridden[run[0]]:
                    yield chain.part(run), broken_by
                broken_by = "too_fast"
        broken_by = "jump"


def _out_and_back(fixes: Fixes, legs: Floats, suspected: Ints | np.ndarray, tally: Tally) -> np.ndarray:
    """Marks single fixes far off a line that goes on where it was."""
    marks = np.zeros(len(fixes), dtype=bool)
    if len(fixes) < 3 or not suspected.any():
        return marks
    home = geo.leg_lengths(
        np.column_stack([fixes.lat[:-2], fixes.lat[2:]]).ravel(),
        np.column_stack([fixes.lon[:-2], fixes.lon[2:]]).ravel(),
    )[::2]
    marks[1:-1] = suspected & (legs[:-1] + legs[1:] > SPIKE_DETOUR * home)
    marks[1:] &= ~marks[:-1]
    tally.spikes += int(np.count_nonzero(marks))
    return marks


def _without_spikes(fixes: Fixes, travel: Travel, tally: Tally) -> Fixes:
    """A turn at walking pace is a turn; out and back at several times the usual speed is a spike."""
    if len(fixes) < 3:
        return fixes
    legs = geo.leg_lengths(fixes.lat, fixes.lon)
    speed = legs / np.maximum(np.diff(fixes.at), 0.5)
    fast = speed > max(2.0 * float(np.median(speed)), 0.3 * travel.fastest_ms)
    suspected = fast[:-1] & fast[1:] & (np.minimum(legs[:-1], legs[1:]) > SPIKE_M)
    marks = _out_and_back(fixes, legs, suspected, tally)
    return fixes.part(~marks) if marks.any() else fixes


def _settled(fixes: Fixes, travel: Travel, tally: Tally, why: str) -> Piece:
    """One piece with standing drawn together, the rest smoothed and thinned."""
    x, y = geo.local_plane(fixes.lat, fixes.lon)
    smooth_s = _smoothing(x, y, fixes.at)
    rows: list[np.ndarray] = []
    moving_s = 0.0
    place = 0
    entry: np.ndarray | None = None  # where the last stay was left
    for start, end in [*_stays(x, y, fixes.at, travel), (len(fixes), len(fixes))]:
        run = np.column_stack([x[place:start], y[place:start], fixes.at[place:start]])
        if start < len(fixes):
            middle = [float(x[start:end].mean()), float(y[start:end].mean())]
            arrival = np.array([[*middle, fixes.at[start]]])
            tally.stays += 1
        else:
            arrival = np.empty((0, 3))
        run = np.concatenate([*([] if entry is None else [entry]), run, arrival])
        if len(run) > 1:
            moving_s += float(run[-1, 2] - run[0, 2])
        run = _smoothed(run, smooth_s)
        rows.append(run[_thinned(run[:, 0], run[:, 1], travel.step_m)] if len(run) > 2 else run)
        entry = None if start == len(fixes) else np.array([[*middle, fixes.at[end - 1]]])
        place = end
    line = np.concatenate(rows)
    lat, lon = geo.from_plane(line[:, 0], line[:, 1], float(fixes.lat[0]), float(fixes.lon[0]))
    return Piece(Fixes(lat, lon, line[:, 2], np.full(lat.size, np.nan)), moving_s, why)


def _stays(x: Floats, y: Floats, at: Floats, travel: Travel) -> list[tuple[int, int]]:
    """Where the team stood: [start, end) of fixes within a small circle for long enough."""
    later = np.searchsorted(at, at + travel.stay_s)
    inside = later < at.size
    ahead = np.minimum(later, at.size - 1)
    radius = travel.stay_radius_m
    candidates = np.flatnonzero(inside & (np.hypot(x[ahead] - x, y[ahead] - y) <= radius))
    if not candidates.size:
        return []
    found: list[tuple[int, int]] = []
    free = 0
    for start in candidates.tolist():
        if start < free:
            continue
        needed = int(later[start]) + 1
        if not np.all(np.hypot(x[start:needed] - x[start], y[start:needed] - y[start]) <= radius):
            continue
        end = _left_circle(x, y, start, needed, radius)
        found.append((start, end))
        free = end
    return found


def _left_circle(x: Floats, y: Floats, start: int, end: int, radius: float) -> int:
    """The first fix after which the team is out of the circle around the middle of its stay."""
    total_x, total_y = float(x[start:end].sum()), float(y[start:end].sum())
    away = 0
    for index in range(end, x.size):
        count = index - away - start
        here_x, here_y = float(x[index]), float(y[index])
        if (here_x - total_x / count) ** 2 + (here_y - total_y / count) ** 2 > radius * radius:
            away += 1
            if away == 3:  # three in a row: not a stray fix
                return index - 2
            continue
        total_x, total_y = total_x + here_x, total_y + here_y
        away = 0
    return int(x.size) - away


def _smoothing(x: Floats, y: Floats, at: Floats) -> float:
    """Seconds on either side that are about SMOOTH_M of way at the usual speed, seen over half a minute."""
    later = np.searchsorted(at, at + PACE_S)
    known = np.flatnonzero(later < at.size)
    if not known.size:
        return SMOOTH_S[0]
    ahead = later[known]
    pace = np.hypot(x[ahead] - x[known], y[ahead] - y[known]) / (at[ahead] - at[known])
    return float(np.clip(SMOOTH_M / max(float(np.median(pace)), 0.1), *SMOOTH_S))


def _smoothed(run: np.ndarray, seconds: float) -> np.ndarray:
    """Each position averaged with as many fixes before as after it, none farther off than `seconds`."""
    if len(run) < 3:
        return run
    at, here = run[:, 2], np.arange(len(run))
    before = here - np.searchsorted(at, at - seconds)
    after = np.searchsorted(at, at + seconds, side="right") - 1 - here
    half = np.minimum(before, after)
    sums = np.concatenate([np.zeros((1, 2)), np.cumsum(run[:, :2], axis=0)])
    means = (sums[here + half + 1] - sums[here - half]) / (2 * half + 1)[:, None]
    return np.column_stack([means, at])


def _thinned(x: Floats, y: Floats, step_m: float) -> Ints:
    """The first point, then each that is a step from the last one kept, and the last."""
    kept = [0]
    least = step_m * step_m
    last_x, last_y = float(x[0]), float(y[0])
    for index, here_x, here_y in zip(itertools.count(), x.tolist(), y.tolist()):
        across, up = here_x - last_x, here_y - last_y
        if across * across + up * up >= least:
            kept.append(index)
            last_x, last_y = here_x, here_y
    end = len(x) - 1
    if kept[-1] != end:
        kept.append(end)
    return np.array(kept)
