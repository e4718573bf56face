"""Reading tracks. Every query says for whom, twice: how far his view reaches, and who he is.

A track shows where people were: its patrol's leader sees it, and who may see tracks of what he may open. To everybody
else there is none.
"""

import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import undefer

from ..accounts.models import Person
from ..accounts.rules import Permission, Scope, may
from ..errors import NotFound
from ..extensions import db
from ..parsing import LARGEST_KEY
from ..patrols.models import Patrol
from ..patrols.queries import opens
from ..patrols.rules import EDITABLE, LONGEST_PATROL, Status
from .models import PatrolTrack, Track, TrackFile

BATCH = 50  # lines held at a time


def shows_tracks(seen_by: Scope, viewer: Person | None) -> ColumnElement[bool]:
    """The patrols whose tracks this person may see; no viewer is the system itself."""
    if viewer is None or may(viewer.role, Permission.SEE_TRACKS):
        return opens(seen_by)
    return and_(opens(seen_by), Patrol.leader_id == viewer.id)


def may_see_tracks(patrol: Patrol, *, seen_by: Scope, viewer: Person | None) -> bool:
    """Whether this patrol's tracks, and that there are any, are this person's business."""
    wanted = select(Patrol.id).where(Patrol.id == patrol.id, shows_tracks(seen_by, viewer))
    return db.session.scalar(wanted) is not None


def tracks_of(patrol: Patrol, *, seen_by: Scope, viewer: Person | None) -> Sequence[Track]:
    """The files of a patrol in the order they came; none for who may not see them."""
    return db.session.scalars(
        select(Track)
        .join(Patrol)
        .where(Track.patrol_id == patrol.id, shows_tracks(seen_by, viewer))
        .order_by(Track.id)
    ).all()


def way_of(patrol: Patrol, *, seen_by: Scope, viewer: Person | None) -> PatrolTrack | None:
    """What all files of a patrol say together, with the line to draw; None for who may not see it."""
    return db.session.scalar(
        select(PatrolTrack)
        .join(Patrol, Patrol.id == PatrolTrack.patrol_id)
        .where(PatrolTrack.patrol_id == patrol.id, shows_tracks(seen_by, viewer))
        .options(undefer(PatrolTrack.fine))
    )


def tracks_along(
    found: Select[tuple[Patrol]], *, seen_by: Scope, viewer: Person | None
) -> Iterator[tuple[Patrol, PatrolTrack]]:
    """The patrols of a statement whose ways this person may see, each with its whole line, oldest first."""
    wanted = (
        found.join(PatrolTrack, PatrolTrack.patrol_id == Patrol.id)
        .add_columns(PatrolTrack)
        .where(shows_tracks(seen_by, viewer))
        .options(undefer(PatrolTrack.line))
        .order_by(Patrol.started_at, Patrol.id)
        .execution_options(yield_per=BATCH)
    )
    with db.session.execute(wanted) as rows:
        yield from rows


def file_of(patrol_id: int, track_id: int, *, seen_by: Scope, viewer: Person | None) -> tuple[Track, bytes]:
    """A track with the bytes that were sent. NotFound when there is none this person may know of."""
    if max(patrol_id, track_id) > LARGEST_KEY:
        raise NotFound
    found = db.session.execute(
        select(Track, TrackFile.content)
        .join(Patrol, Patrol.id == Track.patrol_id)
        .join(TrackFile, TrackFile.track_id == Track.id)
        .where(Track.id == track_id, Track.patrol_id == patrol_id, shows_tracks(seen_by, viewer))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], zlib.decompress(found[1])


def patrols_sharing_a_line(
    tracks: Sequence[Track], *, seen_by: Scope, viewer: Person | None
) -> Sequence[Patrol]:
    """Other patrols with a copy of one of these tracks, as far as this person may see their tracks."""
    if not tracks:
        return []
    with_copies = select(Track.patrol_id).where(_is_copy_of(tracks))
    return db.session.scalars(
        select(Patrol).where(Patrol.id.in_(with_copies), shows_tracks(seen_by, viewer)).order_by(Patrol.id)
    ).all()


def copies_of(tracks: Sequence[Track]) -> Sequence[Track]:
    """Tracks of other patrols that hold the same file or the same line, whoever may see them: to grade, not to show."""
    wanted = select(Track).join(Patrol).where(_is_copy_of(tracks), Patrol.status != Status.CANCELLED)
    return db.session.scalars(wanted.order_by(Track.id)).all()


def _is_copy_of(tracks: Sequence[Track]) -> ColumnElement[bool]:
    keys = {track.line_key for track in tracks if track.line_key}
    same = or_(Track.sha256.in_({track.sha256 for track in tracks}), Track.line_key.in_(keys))
    return and_(same, Track.patrol_id.not_in({track.patrol_id for track in tracks}))


def patrols_overlapping(first: datetime, last: datetime) -> Sequence[Patrol]:
    """Patrols open for writing whose time overlaps this one; one that has not come back may be out its longest."""
    return db.session.scalars(
        select(Patrol)
        .where(
            Patrol.status.in_(EDITABLE),
            Patrol.started_at < last,
            or_(
                Patrol.ended_at > first,
                and_(Patrol.ended_at.is_(None), Patrol.started_at > first - LONGEST_PATROL),
            ),
        )
        .order_by(Patrol.started_at, Patrol.id)
    ).all()


def patrol_holding(sha256: str) -> int | None:
    """The patrol that holds this very file already, or None."""
    return db.session.scalar(select(Track.patrol_id).where(Track.sha256 == sha256).order_by(Track.id))
