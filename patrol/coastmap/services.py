"""Looking at where people went is written down."""

from collections.abc import Mapping
from typing import Any

from ..accounts.models import Person
from ..audit.services import note


def note_look(asked: Mapping[str, Any], routes: int, *, by: Person) -> None:
    """Somebody looked at the recorded ways of a question on the map: one line, however many patrols."""
    note(
        "track.viewed_on_map",
        by=by,
        changes={**{name: [None, value] for name, value in asked.items()}, "routes": [None, routes]},
    )
