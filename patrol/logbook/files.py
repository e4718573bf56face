"""Files a request brings to a patrol: read and made small before the database is asked, their results told once."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, request, session

from ..errors import Invalid
from ..extensions import db
from ..photos.rules import PhotoLimits
from ..photos.services import Reading as PhotoReading, read_photos
from ..tracks.forms import parse_files
from ..tracks.rules import Limits
from ..tracks.services import Reading, read_files
from ..web.held import FILES_LOST


def tracks_sent() -> list[Reading]:
    """The GPX files of this request, read with no transaction open, so that nobody waits for it."""
    settings = current_app.config["PATROL"]
    limits = Limits(size_bytes=settings.GPX_MAX_MB * 2**20, points=settings.GPX_MAX_POINTS)
    files = parse_files(request.files.getlist("tracks"), longest=limits.size_bytes)
    if files:
        db.session.rollback()
    return read_files(files, limits)


def photos_sent() -> list[PhotoReading]:
    """The photos of this request, made small with no transaction open. Raises Invalid when none was chosen."""
    settings = current_app.config["PATROL"]
    limits = PhotoLimits(settings.PHOTO_MAX_MB * 2**20, settings.PHOTO_MAX_MEGAPIXELS * 10**6)
    files = parse_files(request.files.getlist("photos"), longest=limits.size_bytes)
    if not files:
        raise Invalid({"photos": "no_photo_chosen"})
    db.session.rollback()
    return read_photos(files, limits)


def are_lost() -> bool:
    """Whether files were chosen that the next page can't hold: browsers keep none, nor does a sign-in in between."""
    return any(each.filename for each in request.files.values()) or FILES_LOST in request.form


def keep_results(name: str, patrol_id: int, results: Sequence[dict[str, Any]]) -> None:
    """What became of each file, for the next look at the patrol's page."""
    session[name] = {"patrol_id": patrol_id, "files": list(results)}


def results_kept(name: str, patrol: Any) -> list[dict[str, Any]]:
    """What became of the files that were just sent to this patrol; told once."""
    kept = session.pop(name, None)
    return kept["files"] if kept and kept["patrol_id"] == patrol.id else []
