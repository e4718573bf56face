"""A form that can't be saved yet, as nobody is signed in or something has to be done first, and the page that holds it.

Such a page carries the form in hidden fields (components/form.html, `held_fields`); its own fields begin with "_". When
nothing is in the way any more, 307 makes the browser post the form again to where it was meant.
"""

from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response

from .views import local_path

FILES_LOST = "_files_lost"  # no page can hold a file: whoever saves the form says so


@dataclass(frozen=True)
class Held:
    """Where a form was meant, as a path of ours, and what it said. A mere button says nothing and is pressed again."""

    next_path: str
    fields: tuple[tuple[str, str], ...]


def posted() -> Held:
    """The form of this request."""
    lost = ((FILES_LOST, "1"),) if any(each.filename for each in request.files.values()) else ()
    return Held(local_path(request.full_path), (*_typed(), *lost))


def carried() -> Held | None:
    """The form that the page in between, whose own form this request is, was carrying."""
    if "_post" not in request.form:
        return None
    return Held(local_path(request.form.get("_next", "/")), _typed())


def go_on(held: Held) -> Response:
    return redirect(held.next_path, code=307)


def _typed() -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if not name.startswith("_") or name == FILES_LOST
    )
