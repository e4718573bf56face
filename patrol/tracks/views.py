"""The original file, for those who may see it."""

from io import BytesIO
from typing import Any

from flask import Blueprint, send_file
from flask_login import current_user

from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..db import only_reads
from ..extensions import db
from ..web.access import allow
from .queries import file_of
from .services import note_downloaded

bp = Blueprint("tracks", __name__)


@bp.get("/tuan-tra/<int:patrol_id>/vet/<int:track_id>.gpx")
@allow(Permission.SEE_PATROLS)
def original(patrol_id: int, track_id: int) -> Any:
    """The very bytes that were sent; every download is written down."""
    db.session.rollback()
    only_reads(False)  # what looks like reading leaves a line in the audit trail
    track, content = file_of(patrol_id, track_id, seen_by=scope_of(current_user), viewer=current_user)
    note_downloaded(track, by=current_user)
    db.session.commit()
    answer = send_file(
        BytesIO(content),
        mimetype="application/gpx+xml",
        as_attachment=True,
        download_name=f"luot-{patrol_id}-vet-{track_id}.gpx",
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
