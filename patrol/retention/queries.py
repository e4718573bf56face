"""What has outlived its term. Asked by the system, never shown as a list of records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from .. import clock
from ..extensions import db
from ..patrols.models import Patrol
from ..photos.models import Photo
from ..photos.queries import is_held, photos_older_than
from ..tracks.models import PatrolTrack, Track, TrackFile
from ..units.queries import setting
from .rules import Kept, Term, term

LATELY = timedelta(days=31)  # a file that stayed because the power went is looked for as long as this


@dataclass(frozen=True)
class Outlived:
    """What goes by one term: how many records (patrols, photos), files, and bytes as they were sent."""

    term: Term
    ids: tuple[int, ...]
    files: int
    size_bytes: int


def term_of(kept: Kept) -> Term:
    """The term as it is today."""
    return term(kept, setting(kept), today=clock.today())


def outlived_tracks(*, at_most: int | None = None) -> Outlived:
    """Patrols whose points are older than their term, oldest first."""
    now = term_of(Kept.TRACKS)
    rows = db.session.execute(
        select(PatrolTrack.patrol_id, func.count(TrackFile.track_id), func.sum(Track.size_bytes))
        .join(Patrol, Patrol.id == PatrolTrack.patrol_id)
        .join(Track, Track.patrol_id == PatrolTrack.patrol_id)
        .outerjoin(TrackFile, TrackFile.track_id == Track.id)
        .where(Patrol.patrolled_on < now.first_kept, PatrolTrack.removed_on.is_(None))
        .group_by(PatrolTrack.patrol_id, Patrol.patrolled_on)
        .order_by(Patrol.patrolled_on, PatrolTrack.patrol_id)
        .limit(at_most)
    ).all()
    return _outlived(now, rows)


def outlived_photos(*, at_most: int | None = None) -> Outlived:
    """Photos received longer ago than their term, oldest first."""
    now = term_of(Kept.PHOTOS)
    photos = photos_older_than(clock.start_of(now.first_kept), at_most=at_most)
    return Outlived(
        now, tuple(each.id for each in photos), len(photos), sum(each.size_bytes for each in photos)
    )


def lately_removed_files() -> list[str]:
    """Names of files of photos removed in the last days that no other photo needs."""
    hashes = db.session.execute(
        select(Photo.sha256, Photo.thumb_sha256).where(Photo.removed_at > clock.now() - LATELY)
    ).all()
    return [sha256 for pair in hashes for sha256 in pair if not is_held(sha256)]


def _outlived(now: Term, rows: Sequence[tuple[int, int, int]]) -> Outlived:
    return Outlived(
        now, tuple(row[0] for row in rows), sum(row[1] for row in rows), sum(int(row[2] or 0) for row in rows)
    )
