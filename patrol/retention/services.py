"""Letting go of what has outlived its term. Hash, measures, grade and an audit line stay; no figure changes."""

from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import undefer

from .. import clock
from ..audit.services import note
from ..extensions import db
from ..photos.media import path_of
from ..photos.models import Photo
from ..tracks.lines import coarse
from ..tracks.models import PatrolTrack, Track, TrackFile
from .queries import Outlived, lately_removed_files


def forget_tracks(outlived: Outlived) -> None:
    """Remove the GPX files of these patrols and their points with times; the way stays, as coarse as on the map."""
    _overwrite_what_is_removed()
    ways = db.session.scalars(
        select(PatrolTrack).where(PatrolTrack.patrol_id.in_(outlived.ids)).options(undefer(PatrolTrack.fine))
    )
    for way in ways:
        hashes = db.session.scalars(
            select(Track.sha256).where(Track.patrol_id == way.patrol_id).order_by(Track.id)
        ).all()
        of_patrol = select(Track.id).where(Track.patrol_id == way.patrol_id)
        db.session.execute(delete(TrackFile).where(TrackFile.track_id.in_(of_patrol)))
        way.line, way.fine = b"", coarse(way.fine)
        way.removed_on = clock.today()
        note(
            "track.outlived",
            by=None,
            changes={"patrol_id": [None, way.patrol_id], "sha256": [", ".join(hashes), None]},
        )
    db.session.flush()


def forget_photos(outlived: Outlived) -> None:
    """Say of these photos that they are gone; `remove_files` takes the files away once that is committed."""
    for photo in db.session.scalars(select(Photo).where(Photo.id.in_(outlived.ids))):
        photo.removed_at = clock.now()
        note(
            "photo.outlived",
            photo,
            by=None,
            changes={"patrol_id": [None, photo.patrol_id], "sha256": [photo.sha256, None]},
        )
    db.session.flush()


def remove_files(media: Path) -> None:
    """Take away the files of photos that are gone. Safe to run again, also after a power cut in between."""
    for sha256 in lately_removed_files():
        path_of(media, sha256).unlink(missing_ok=True)


def _overwrite_what_is_removed() -> None:
    """SQLite leaves what is removed readable in its file until something else is written there; tell it not to."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
