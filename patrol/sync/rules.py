"""What a phone may send at once, and what an item is. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ..arrivals.rules import Kind, Outcome

MOST_ITEMS = 50
MOST_ITEMS_IN_A_FILE = 2_000
MOST_BYTES = 2**20  # of a batch
MOST_BODY_BYTES = 2**18
PHOTO_BYTES = 2 * 2**20
PHOTO_EDGE_PX = 1600
TRACK_BYTES = 15 * 2**20
PIECE_BYTES = 2**16  # what a phone begins with
DEEPEST_BODY = 10


@dataclass(frozen=True)
class Item:
    """One version as it was sent. It has `codes` when it can't be one; what was readable of it is kept all the same.

    `sha256` is of the bytes received. `said_id` and `said_rev` are what the sender called it, to name it in the answer.
    """

    said_id: Any
    said_rev: Any
    sha256: str
    body: str
    id: UUID | None = None
    kind: str = ""
    rev: int = 0
    base_rev: int | None = None
    phone_time: datetime | None = None
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash_of_kept(self) -> str:
        """Of what is written down: the body, or the whole item when it can't be told apart."""
        return hash_of(self.body)

    @property
    def order(self) -> tuple[bool, str, int]:
        """Patrols first, revisions of one id upward: whatever order they came in, the same happens."""
        return self.kind != Kind.PATROL, str(self.id), self.rev


@dataclass(frozen=True)
class Declared:
    """What a phone says it still holds."""

    patrols: int = 0
    items: int = 0
    oldest_at: datetime | None = None


@dataclass(frozen=True)
class Batch:
    device: UUID
    person_id: int
    sent_at: datetime | None
    items: tuple[Item, ...]
    unsent: Declared | None = None


@dataclass(frozen=True)
class QueueFile:
    """What waited on a phone, as a file: a batch of any length, and contents by their hash."""

    batch: Batch
    person_name: str
    blobs: Mapping[str, bytes]


@dataclass(frozen=True)
class MediaDraft:
    """What a phone says of a photo or track."""

    patrol: UUID
    sha256: str
    size: int
    finding: UUID | None = None
    name: str = ""
    taken_at: datetime | None = None
    is_clean: bool = False
    place: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Result:
    """What became of one item."""

    item: Item
    outcome: Outcome
    codes: Mapping[str, str] = field(default_factory=dict)
    became: int | None = None
    patrol_id: int | None = None
    remarks: tuple[str, ...] = ()


def bytes_of(text: str) -> bytes:
    """The text as it came; half of a character too, which no UTF-8 has."""
    return text.encode("utf-8", "surrogatepass")


def hash_of(text: str) -> str:
    return hashlib.sha256(bytes_of(text)).hexdigest()
