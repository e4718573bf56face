"""Reading photos. A row may be known to whoever opens the patrol; a picture is shown by `photo_to_show` alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from ..accounts.models import Person
from ..accounts.rules import Permission, Scope, person_may
from ..errors import NotFound
from ..extensions import db
from ..parsing import LARGEST_KEY
from ..patrols.models import Patrol
from ..patrols.queries import opens
from .models import Photo
from .rules import is_shown


def photos_of(patrol: Patrol, *, seen_by: Scope) -> Sequence[Photo]:
    """Every photo of a patrol in the order they came, withdrawn ones too; none for who may not open it."""
    return db.session.scalars(
        select(Photo)
        .join(Patrol, Patrol.id == Photo.patrol_id)
        .where(Photo.patrol_id == patrol.id, opens(seen_by))
        .order_by(Photo.id)
    ).all()


def shows(photo: Photo, *, viewer: Person) -> bool:
    """Whether this person, who may open the patrol, gets to see the picture."""
    return is_shown(
        is_clean=photo.is_clean,
        is_withdrawn=photo.withdrawn_at is not None,
        is_removed=photo.removed_at is not None,
        sees_guarded=person_may(viewer, Permission.SEE_GUARDED_PHOTOS),
    )


def photo_of(patrol_id: int, photo_id: int, *, seen_by: Scope) -> Photo:
    """One photo's row. NotFound when there is none this person may know of."""
    if max(patrol_id, photo_id) > LARGEST_KEY:
        raise NotFound
    photo = db.session.scalar(
        select(Photo)
        .join(Patrol, Patrol.id == Photo.patrol_id)
        .where(Photo.id == photo_id, Photo.patrol_id == patrol_id, opens(seen_by))
    )
    if photo is None:
        raise NotFound
    return photo


def photo_to_show(patrol_id: int, photo_id: int, *, seen_by: Scope, viewer: Person) -> Photo:
    """A photo this person may look at. NotFound for every other."""
    photo = photo_of(patrol_id, photo_id, seen_by=seen_by)
    if not shows(photo, viewer=viewer):
        raise NotFound
    return photo


def photo_by_client_id(client_id: UUID) -> Photo | None:
    """The photo a phone named, whoever may see it: the caller checks the scope before showing any of it."""
    return db.session.scalar(select(Photo).where(Photo.client_id == client_id))


def photo_by_source(patrol: Patrol, source_sha256: str) -> Photo | None:
    """The photo of this patrol that was made from these very bytes."""
    return db.session.scalar(
        select(Photo).where(Photo.patrol_id == patrol.id, Photo.source_sha256 == source_sha256)
    )


def number_of_photos(patrol: Patrol) -> int:
    return db.session.scalar(select(func.count(Photo.id)).where(Photo.patrol_id == patrol.id)) or 0


def photos_older_than(moment: datetime, *, at_most: int | None = None) -> Sequence[Photo]:
    """Photos received before a moment whose bytes are still here: for the rule that removes them, not to show."""
    return db.session.scalars(
        select(Photo)
        .where(Photo.uploaded_at < moment, Photo.removed_at.is_(None))
        .order_by(Photo.id)
        .limit(at_most)
    ).all()


def is_held(sha256: str) -> bool:
    """Whether a photo still needs the file of this name; two patrols may hold the same picture."""
    wanted = select(Photo.id).where(
        or_(Photo.sha256 == sha256, Photo.thumb_sha256 == sha256), Photo.removed_at.is_(None)
    )
    return db.session.scalar(wanted.limit(1)) is not None
