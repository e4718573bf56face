"""Letting go of what has outlived its term. Hash, measures, grade and an audit line stay; no figure changes."""

from sqlalchemy import delete, select
from sqlalchemy.orm import undefer

from .. import clock
from ..audit.services import note
from ..extensions import db
from ..tracks.lines import coarse
from ..tracks.models import PatrolTrack, Track, TrackFile
from .queries import Outlived


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


def _overwrite_what_is_removed() -> None:
    """SQLite leaves what is removed readable in its file until something else is written there; tell it not to."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
