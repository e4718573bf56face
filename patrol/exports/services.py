"""Writing down who took what out."""

from ..accounts.models import Person
from ..audit.services import note


def note_list_exported(filename: str, *, rows: int, asked: str, by: Person) -> None:
    """Who took which patrols of the book out as a file, and how many."""
    note(
        "list.exported",
        by=by,
        changes={"file": [None, filename], "rows": [None, rows], "filter": [None, asked]},
    )


def note_tracks_exported(filename: str, *, rows: int, asked: str, by: Person) -> None:
    """Who took the ways of which patrols out as a file, and of how many."""
    note(
        "tracks.exported",
        by=by,
        changes={"file": [None, filename], "rows": [None, rows], "filter": [None, asked]},
    )
