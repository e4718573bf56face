"""From what was typed, on a page or in a file, to a draft of the right kind, checked against the register."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import Invalid
from ..tracks.rules import Limits
from ..tracks.services import read_files
from ..units.coastline import Point
from ..units.rules import StretchDraft
from . import forms
from .queries import coast_lines, things
from .rules import Following, Kind


def draft_of(
    kind: Kind,
    typed: Mapping[str, Any],
    *,
    recorded: Sequence[Point] = (),
    posts: Sequence[Sequence[float]] = (),
    held: Any = None,
) -> Any:
    """A draft of that kind. Of a stretch: `recorded` points of a file, `posts` with their km, `held` as it is now."""
    match kind:
        case Kind.AREA:
            return forms.parse_area(typed, areas={each.id for each in things(kind)})
        case Kind.UNIT:
            return forms.parse_unit(typed)
        case Kind.STRETCH:
            now = StretchDraft(held.name, held.valid_from, line=held.line) if held else None
            return forms.parse_stretch(typed, lines=coast_lines(), recorded=recorded, posts=posts, held=now)
        case Kind.PROGRAMME:
            return forms.parse_programme(typed)
        case Kind.CATEGORY:
            return forms.parse_category(typed)
        case Kind.CALENDAR:
            return forms.parse_calendar(typed)


def following_of(kind: Kind, typed: Mapping[str, Any]) -> Following:
    """Whom something new comes after."""
    return forms.parse_following(typed, offered={each.id for each in things(kind)})


def points_of_gpx(name: str, content: bytes, limits: Limits) -> list[Point]:
    """The points of a GPX file in their order, walked or planned. Needs no database. Raises Invalid."""
    [reading] = read_files([(name, content)], limits)
    if reading.draft is None:
        raise Invalid({"gpx": str(reading.refusal)})
    runs = [segment.fixes for segment in reading.draft.segments] or list(reading.draft.route)
    return [(float(lat), float(lon)) for run in runs for lat, lon in zip(run.lat, run.lon, strict=True)]
