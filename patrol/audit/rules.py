"""The chain over the audit trail: what of a line is sealed, how a link is made, what a published head says."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

BEFORE_THE_FIRST = "0" * 64
SHORTEST_HEAD = 16  # of the 64 characters of a hash; enough to type from paper

# What is sealed of a line, in the words of the table. A new column stands here from the day it exists, or nowhere.
SEALED = (
    "id", "at", "action", "actor_id", "actor_name", "subject_kind", "subject_id", "address", "device",
    "device_time", "changes",
)  # fmt: skip


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many lines are sealed, and the hash over all of them.

    Whoever keeps one outside the database (in an export, a backup, the log of the day) can prove later that nothing
    up to it was changed, taken out, put in another order, or cut off.
    """

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True)
class Problem:
    """Something that doesn't agree, as a wording code; `number` is the place in the chain, `event_id` the line."""

    code: str
    number: int
    event_id: int | None = None


def canonical(line: Mapping[str, Any]) -> bytes:
    """The bytes of a line that are sealed: the same on every database, whatever order its columns stand in."""
    sealed = {name: _plain(line[name]) for name in SEALED}
    return json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


def link(previous: str, line: Mapping[str, Any]) -> str:
    """The hash of a link: over the one before it and its line."""
    return hashlib.sha256(bytes.fromhex(previous) + canonical(line)).hexdigest()


def parse_head(text: str) -> Head | None:
    """A head as it was printed, alone or inside a line of a log; its hash may be shortened to 16 characters."""
    found = re.search(rf"\b(\d{{1,18}})\s*:\s*([0-9a-f]{{{SHORTEST_HEAD},64}})\b", text.lower())
    return Head(int(found[1]), found[2]) if found else None
