"""What a reader may take out as a file. Pure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Listed:
    """A patrol as one reader sees it: its lượt CBCS (None when nobody wrote any down), and whether he may open it."""

    patrol: Any
    personnel: int | None
    is_open: bool
