"""What is said of a photo, on the page and by the phone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ..findings.rules import moment_of_night
from ..parsing import Clock, Input, Line, When, parse, to_the_minute
from .rules import PhotoDraft


class PhotoInput(Input):
    client_id: UUID | None = None
    finding_id: UUID | None = None
    is_clean: bool = False
    taken_at: When | None = None  # either the moment …
    taken_time: Clock | None = None  # … or the clock of that night, as typed
    place: Line = ""
    caption: Line = ""


def parse_photo(raw: Mapping[str, Any], *, started_at: datetime) -> PhotoDraft:
    """A draft from a form or from JSON; a bare clock time is of the night of the patrol. Raises Invalid."""
    given = parse(PhotoInput, raw)
    moment = to_the_minute(given.taken_at)
    if moment is None and given.taken_time is not None:
        moment = moment_of_night(given.taken_time, started_at)
    return PhotoDraft(
        client_id=given.client_id,
        finding_id=given.finding_id,
        is_clean=given.is_clean,
        taken_at=moment,
        place=given.place,
        caption=given.caption,
    )
