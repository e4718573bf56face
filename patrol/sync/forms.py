"""What phones send, read: batches, items, bodies, pieces, exported files. Everything here is untrusted."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from ..arrivals.rules import Kind
from ..errors import Invalid
from ..parsing import LARGEST_KEY, Input, Line, When, parse, parse_moment
from ..text import clean
from .rules import (
    DEEPEST_BODY,
    MOST_BODY_BYTES,
    MOST_ITEMS,
    MOST_ITEMS_IN_A_FILE,
    PHOTO_BYTES,
    TRACK_BYTES,
    Batch,
    Declared,
    Item,
    MediaDraft,
    QueueFile,
    hash_of,
)

UNREADABLE = {"body": "not_readable"}
RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
HASH = re.compile(r"[0-9a-f]{64}")
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=LARGEST_KEY)]
LARGEST = {Kind.PHOTO: PHOTO_BYTES, Kind.TRACK: TRACK_BYTES}


class DeclaredInput(Input):
    patrols: Count = 0
    items: Count = 0
    oldest_at: When | None = None


class EnvelopeInput(Input):
    """What stands around the items."""

    device: UUID
    person_id: Count
    unsent: DeclaredInput | None = None


class ItemInput(Input):
    id: UUID
    kind: Kind
    rev: Annotated[int, Field(ge=1, le=LARGEST_KEY)]
    base_rev: Count | None = None
    sha256: str


class MediaInput(Input):
    patrol: UUID
    finding: UUID | None = None
    sha256: Hash
    size: Annotated[int, Field(ge=1, le=LARGEST_KEY)]
    name: str = ""
    taken_at: When | None = None
    is_clean: bool = False
    place: Line = ""
    caption: Line = ""


def read_json(data: bytes) -> dict[str, Any]:
    """An object out of bytes, or Invalid: no NaN, no endless numbers, no tower of brackets."""
    try:
        tree = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as wrong:
        raise Invalid(UNREADABLE) from wrong
    if not isinstance(tree, dict):
        raise Invalid(UNREADABLE)
    return tree


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def parse_batch(data: bytes, *, most: int = MOST_ITEMS) -> Batch:
    """A batch, whatever its items are like; Invalid when it is none. Items that can't be read say so themselves."""
    return _batch(read_json(data), most)


def parse_ping(data: bytes) -> Batch:
    """A batch without items, that says what the phone still holds."""
    return _batch({**read_json(data), "items": []}, most=0)


def _batch(raw: Mapping[str, Any], most: int) -> Batch:
    items = raw.get("items")
    if not isinstance(items, list):
        raise Invalid({"items": "not_readable"})
    if len(items) > most:
        raise Invalid({"items": "too_many"})
    around = parse(EnvelopeInput, {name: value for name, value in raw.items() if name != "items"})
    return Batch(
        device=around.device,
        person_id=around.person_id,
        sent_at=_moment(raw.get("sent_at")),
        items=tuple(_item(each) for each in items),
        unsent=Declared(**around.unsent.model_dump()) if around.unsent else None,
    )


def _item(raw: Any) -> Item:
    """One item. The hash is ours, of the bytes of its body; what the item says of it is only compared."""
    if not isinstance(raw, dict):
        return Item(None, None, hash_of(json.dumps(raw)), json.dumps(raw), codes={"id": "required"})
    body = raw.get("body")
    text = body if isinstance(body, str) else json.dumps(body)
    sha256 = hash_of(text)
    said = {
        "said_id": _plain(raw.get("id")),
        "said_rev": _plain(raw.get("rev")),
        "sha256": sha256,
        "body": text,
    }
    try:
        given = parse(ItemInput, {name: raw.get(name) for name in ItemInput.model_fields})
    except Invalid as wrong:
        return Item(**said | {"body": json.dumps(raw)}, codes=wrong.fields)
    codes = {}
    if not isinstance(body, str) or _is_broken(body):
        codes["body"] = "not_readable"
    elif len(body.encode()) > MOST_BODY_BYTES:
        codes["body"] = "too_long"
    elif given.sha256 != sha256:
        codes["sha256"] = "hash_differs"
    return Item(
        **said,
        id=given.id,
        kind=given.kind,
        rev=given.rev,
        base_rev=given.base_rev,
        phone_time=_moment(raw.get("phone_time")),
        codes=codes,
    )


def _is_broken(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _plain(value: Any) -> Any:
    """What the sender called his item, short enough to say back."""
    return (
        value[:64]
        if isinstance(value, str)
        else value
        if isinstance(value, int) and abs(value) < 2**53
        else None
    )


def _moment(raw: Any) -> datetime | None:
    """A moment of the phone's clock; one that can't be read is not known, and nothing is refused for it."""
    try:
        return parse_moment(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def parse_body(body: str) -> dict[str, Any]:
    """The tree inside a body. Raises Invalid."""
    tree = read_json(body.encode())
    level: list[Any] = [tree]
    for _ in range(DEEPEST_BODY):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return tree
    raise Invalid(UNREADABLE)


def parse_media(body: str, kind: str) -> MediaDraft:
    """What is said of a photo or track. Raises Invalid."""
    given = parse(MediaInput, parse_body(body))
    if given.size > LARGEST[Kind(kind)]:
        raise Invalid({"size": "too_large"})
    return MediaDraft(**{**given.model_dump(), "name": given.name[:200]})


def parse_range(header: str | None, length: int) -> tuple[int, int]:
    """Where a piece of `length` bytes starts and how large the whole is. Raises Invalid."""
    if header is None:
        return 0, length
    found = RANGE.fullmatch(header.strip())
    if not found:
        raise Invalid({"content-range": "not_readable"})
    start, last, size = (int(number) for number in found.groups())
    if last - start + 1 != length or last >= size or length == 0:
        raise Invalid({"content-range": "not_readable"})
    return start, size


def parse_hash(text: str) -> str:
    if not HASH.fullmatch(text):
        raise Invalid({"sha256": "not_readable"})
    return text


def parse_queue_file(data: bytes) -> QueueFile:
    """A queue exported by a phone. Raises Invalid."""
    try:
        raw = read_json(data)
        if raw.get("format") != "patrol-queue" or raw.get("version") != 1:
            raise Invalid({"format": "unknown_choice"})
        blobs, name = raw.get("blobs"), raw.get("person_name")
        contents = {
            parse_hash(sha256): base64.b64decode(text, validate=True)
            for sha256, text in (blobs if isinstance(blobs, dict) else {}).items()
        }
        batch = _batch(raw, most=MOST_ITEMS_IN_A_FILE)
    except (Invalid, binascii.Error, TypeError, ValueError) as wrong:
        raise Invalid({"queue": "not_a_queue"}) from wrong
    return QueueFile(batch, clean(name)[:200] if isinstance(name, str) else "", contents)
