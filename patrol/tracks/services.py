"""Files onto patrols: read without the database, attach in one transaction, measure again when the patrol changes."""

import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import ranked_name
from ..audit.services import note
from ..extensions import db
from ..patrols.models import Patrol
from .draft import TrackDraft
from .gpx import last_net, read_gpx
from .measure import measure, measure_together
from .models import Measured, PatrolTrack, Track, TrackFile
from .queries import copies_of, patrol_holding, patrols_overlapping
from .rules import (
    BEST_GRADE,
    FINE,
    MOST_FILES,
    MOST_POINTS_A_PATROL,
    Z10,
    Z12,
    Grade,
    Kind,
    Limits,
    Means,
    Reason,
    Refusal,
    Refused,
    Remark,
    TrackFacts,
    counts_as_walked,
    with_same_line,
)

STORED, ALREADY_STORED = "stored", "already_stored"
SYSTEM = "hệ thống"
ACCEPTED_BEFORE = Limits(size_bytes=sys.maxsize, points=sys.maxsize)
LARGEST = 2**31 - 1  # of an integer column


@dataclass(frozen=True)
class Reading:
    """One file as it was read: a draft, or why it can't be one."""

    name: str
    content: bytes = b""
    draft: TrackDraft | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Attached:
    """What became of one file: 'stored', 'already_stored' or a refusal; and the track that holds it."""

    name: str
    code: str
    track: Track | None = None


def read_files(files: Iterable[tuple[str, bytes]], limits: Limits) -> list[Reading]:
    """Read every file by itself. Needs no database, so no transaction has to be open for the slow part."""
    return [
        _read(name, content, limits) if number < MOST_FILES else Reading(name, refusal=Refusal.TOO_MANY_FILES)
        for number, (name, content) in enumerate(files)
    ]


def _read(name: str, content: bytes, limits: Limits) -> Reading:
    try:
        with last_net():
            return Reading(name, content, draft=read_gpx(content, limits))
    except Refused as refused:
        return Reading(name, refusal=refused.reason)


def attach_files(patrol: Patrol, readings: Sequence[Reading], *, by: Person | None) -> list[Attached]:
    """Store the files that could be read, each once, and measure the patrol anew; a result per file, in order.

    A file that is refused stops no other one, and nothing about the patrol. The same bytes again change nothing.
    """
    db.session.execute(select(Patrol.id).where(Patrol.id == patrol.id).with_for_update())
    if is_outlived(patrol):
        readings = [replace(reading, draft=None, refusal=Refusal.TERM_OVER) for reading in readings]
    held = _tracks_of(patrol)
    results, drafts, facts = [], {}, {}
    for reading in readings:
        result = _attach(patrol, reading, held, facts, by=by)
        if result.code == STORED and result.track and reading.draft:
            held.append(result.track)
            drafts[result.track.id] = reading.draft
        elif result.code != ALREADY_STORED:
            changes = {"patrol_id": [None, patrol.id], "reason": [None, str(result.code)]}
            note("track.refused", by=by, changes=changes)
        results.append(result)
    if drafts:
        _measure_all(patrol, held, drafts=drafts, facts=facts)
    return results


def _attach(
    patrol: Patrol,
    reading: Reading,
    held: Sequence[Track],
    facts: dict[int, TrackFacts],
    *,
    by: Person | None,
) -> Attached:
    """One file: a new row with the facts of its own, or why not."""
    draft = reading.draft
    if draft is None:
        return Attached(reading.name, str(reading.refusal))
    if same := next((track for track in held if track.sha256 == draft.sha256), None):
        return Attached(reading.name, ALREADY_STORED, same)
    if len(held) >= MOST_FILES:
        return Attached(reading.name, Refusal.TOO_MANY_FILES)
    if sum(track.points_read for track in held) + draft.points_read > MOST_POINTS_A_PATROL:
        return Attached(reading.name, Refusal.TOO_MANY_POINTS)
    try:
        with last_net():
            own = measure(draft, *_against(patrol))
    except Refused as refused:
        return Attached(reading.name, refused.reason)
    track = Track(
        patrol_id=patrol.id,
        sha256=draft.sha256,
        name=reading.name,
        size_bytes=draft.size_bytes,
        uploaded_at=clock.now(),
        uploaded_by_id=by.id if by else None,
        uploaded_by_name=ranked_name(by.rank, by.full_name) if by else SYSTEM,
    )
    _write(track, own)
    try:
        with db.session.begin_nested():
            db.session.add(track)
            db.session.flush()
            db.session.add(TrackFile(track_id=track.id, content=zlib.compress(reading.content, 1)))
    except IntegrityError:  # sent twice at the same moment: the other one was first
        return Attached(reading.name, ALREADY_STORED)
    facts[track.id] = own
    note("track.attached", track, by=by, changes={"patrol_id": [None, patrol.id]})
    return Attached(reading.name, STORED, track)


@dataclass(frozen=True)
class Matched:
    """What `attach_matching` did with one file: a code, and the patrols it is about."""

    name: str
    code: str  # stored | already_stored | no_patrol | several_patrols | no_times | a refusal
    patrol_ids: tuple[int, ...] = ()


def attach_matching(reading: Reading) -> Matched:
    """Attach a file to the one patrol whose time it overlaps. None, or several: it is left alone, never guessed."""
    if reading.draft is None:
        return Matched(reading.name, str(reading.refusal))
    if (holder := patrol_holding(reading.draft.sha256)) is not None:
        return Matched(reading.name, ALREADY_STORED, (holder,))
    try:
        with last_net():
            facts = measure(reading.draft, Means.UNKNOWN)
    except Refused as refused:
        return Matched(reading.name, refused.reason)
    if facts.first_at is None or facts.last_at is None:
        return Matched(reading.name, "no_times" if facts.kind is Kind.RECORDED else facts.kind)
    patrols = patrols_overlapping(facts.first_at, facts.last_at)
    if len(patrols) != 1:
        ids = tuple(patrol.id for patrol in patrols)
        return Matched(reading.name, "several_patrols" if patrols else "no_patrol", ids)
    [attached] = attach_files(patrols[0], [reading], by=None)
    return Matched(reading.name, attached.code, (patrols[0].id,))


def remeasure(patrol: Patrol) -> None:
    """Measure a patrol's files again if its times or means are no longer those they were measured against."""
    together = db.session.get(PatrolTrack, patrol.id)
    if together is None or together.removed_on is not None:
        return
    means, start, end = _against(patrol)
    if (together.means, together.against_start, together.against_end) != (means, start, end):
        _measure_all(patrol, _tracks_of(patrol), drafts={}, facts={})


def is_outlived(patrol: Patrol) -> bool:
    """Whether the points of this patrol are gone by their term."""
    together = db.session.get(PatrolTrack, patrol.id)
    return together is not None and together.removed_on is not None


def _against(patrol: Patrol) -> tuple[Means, datetime, datetime | None]:
    """What of a patrol its files are measured against."""
    return Means(patrol.means or Means.UNKNOWN), patrol.started_at, patrol.ended_at


def _tracks_of(patrol: Patrol) -> list[Track]:
    wanted = select(Track).where(Track.patrol_id == patrol.id).order_by(Track.id)
    return list(db.session.scalars(wanted))


def _measure_all(
    patrol: Patrol,
    tracks: Sequence[Track],
    *,
    drafts: Mapping[int, TrackDraft],
    facts: Mapping[int, TrackFacts],
) -> None:
    """Write what the files say, each and together. `drafts` and `facts` are of files just read and measured."""
    means, start, end = _against(patrol)
    together = db.session.get(PatrolTrack, patrol.id)
    moved = together is None or (together.means, together.against_start, together.against_end) != (
        means,
        start,
        end,
    )
    known = {track.id: drafts.get(track.id) or _stored_draft(track) for track in tracks}
    own = dict(facts)
    for track in tracks:
        if moved and track.id not in own:
            own[track.id] = measure(known[track.id], means, start, end)
            _write(track, own[track.id])
    whole = (
        own[tracks[0].id]
        if len(tracks) == 1 and own
        else measure_together([*known.values()], means, start, end)
    )
    _mark_copies(tracks)
    if any(Reason.SAME_LINE in track.reasons for track in tracks):
        whole = with_same_line(whole)
    if any(Remark.SAME_LINE_ELSEWHERE in track.remarks for track in tracks):
        whole = replace(whole, remarks=(*whole.remarks, Remark.SAME_LINE_ELSEWHERE))
    if together is None:
        together = PatrolTrack(patrol_id=patrol.id)
        db.session.add(together)
    _write(together, whole)
    together.against_start, together.against_end = start, end
    together.is_counted = counts_as_walked(whole.grade, whole.reasons)
    together.west, together.south, together.east, together.north = whole.bbox or (None, None, None, None)
    together.line = whole.line
    together.fine, together.z12, together.z10 = (whole.lines[name] for name in (FINE, Z12, Z10))
    db.session.flush()


def _stored_draft(track: Track) -> TrackDraft:
    """A stored file read again. It was accepted once, so today's limits don't matter."""
    return read_gpx(zlib.decompress(db.session.get_one(TrackFile, track.id).content), ACCEPTED_BEFORE)


def _mark_copies(tracks: Sequence[Track]) -> None:
    """The same file or line on another patrol: the later one is worth C until explained, and both say so."""
    others = copies_of(tracks)
    for track in tracks:
        for other in others:
            same_file = other.sha256 == track.sha256
            if not same_file and (track.line_key is None or other.line_key != track.line_key):
                continue
            earlier, later = sorted((track, other), key=lambda each: each.id)
            _add_reason(later)
            _add_remark(earlier)
            if other is earlier:
                _add_remark(db.session.get(PatrolTrack, other.patrol_id))


def _add_reason(track: Track) -> None:
    if track.grade is not None and Reason.SAME_LINE not in track.reasons:
        track.reasons = [*track.reasons, Reason.SAME_LINE]
        track.grade = max(track.grade, "C")


def _add_remark(row: Measured | None) -> None:
    if row is not None and Remark.SAME_LINE_ELSEWHERE not in row.remarks:
        row.remarks = [*row.remarks, Remark.SAME_LINE_ELSEWHERE]


def _write(row: Measured, facts: TrackFacts) -> None:
    """Facts as columns."""
    row.kind, row.means, row.grade = facts.kind, facts.means, facts.grade
    row.reasons, row.remarks = list(facts.reasons), list(facts.remarks)
    row.points_read, row.points_used = facts.points_read, facts.points_used
    row.dropped = dict(facts.dropped)
    row.raw_m, row.distance_m = _whole(facts.raw_m), _whole(facts.distance_m)
    row.moving_s, row.gap_s = _whole(facts.moving_s), _whole(facts.gap_s)
    row.elapsed_s = None if facts.elapsed_s is None else _whole(facts.elapsed_s)
    row.gaps = [
        {
            "started_at": gap.started_at.isoformat() if gap.started_at else None,
            "minutes": gap.minutes,
            "straight_m": round(gap.straight_m),
            "why": gap.why,
        }
        for gap in facts.gaps
    ]
    row.first_at, row.last_at, row.covered_share = facts.first_at, facts.last_at, facts.covered_share
    if isinstance(row, Track):
        row.line_key, row.is_forward = facts.line_key, facts.is_forward


def _whole(value: float) -> int:
    """As an integer column holds it: a file with leaps round the earth has lengths beyond it."""
    return min(round(value), LARGEST)


def note_viewed(patrol: Patrol, *, by: Person) -> None:
    """Somebody other than the leader looked at where a patrol went."""
    if patrol.leader_id != by.id:
        note("track.viewed", by=by, changes={"patrol_id": [None, patrol.id]})


def note_downloaded(track: Any, *, by: Person) -> None:
    """Somebody took the original file."""
    note("track.downloaded", track, by=by, changes={"patrol_id": [None, track.patrol_id]})


def results_of(attached: Sequence[Attached]) -> list[dict[str, Any]]:
    """What became of each file, as plain data to carry to the next page."""
    return [
        {
            "name": each.name,
            "code": str(each.code),
            "kind": each.track.kind if each.track else None,
            "reasons": [code for code in each.track.reasons if BEST_GRADE[Reason(code)] != Grade.A]
            if each.track and each.code == STORED
            else [],
        }
        for each in attached
    ]
