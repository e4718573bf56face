"""What stands in the addresses the map itself asks for."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ..errors import Invalid
from ..parsing import Id, Input, no_more_than, parse
from ..tracks.rules import FINE
from .rules import Box

MOST_AT_ONCE = 12  # patrols told of at one place


def _sides(raw: Any) -> Any:
    return raw.split(",") if isinstance(raw, str) else raw


Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class LinesInput(Input):
    net: Literal["fine", "z12", "z10"]
    khung: Annotated[tuple[Degrees, Degrees, Degrees, Degrees], BeforeValidator(_sides)] | None = None


class PatrolsInput(Input):
    luot: Annotated[list[Id], no_more_than(MOST_AT_ONCE), BeforeValidator(_sides)]


def parse_lines(raw: Mapping[str, str]) -> tuple[str, Box | None]:
    """Which stored line is wanted, and for which view; the finest only for a view. Raises Invalid."""
    given = parse(LinesInput, raw)
    if given.net == FINE and given.khung is None:
        raise Invalid({"khung": "required"})
    return given.net, given.khung


def parse_patrols(raw: Mapping[str, str]) -> list[int]:
    """Ids, a few at once. Raises Invalid."""
    return parse(PatrolsInput, raw).luot
