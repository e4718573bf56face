"""How far the content of a photo or track has come."""

from typing import Any
from uuid import UUID

from ..accounts.models import Person
from ..arrivals.queries import announced, announced_with, upload_of
from ..arrivals.rules import State


def content_state(item_id: UUID) -> dict[str, Any] | None:
    """What the answer about a photo or track says of its content; None when nobody announced it."""
    media = announced(item_id)
    if media is None:
        return None
    upload = upload_of(media.sha256, media.person_id)
    is_settled = media.state == State.ATTACHED
    state = {
        "received": media.size if is_settled else upload.received if upload else 0,
        "size": media.size,
        "state": media.state,
    }
    return state | ({"codes": {"content": media.code}} if media.code else {})


def upload_state(sha256: str, *, of: Person) -> dict[str, Any]:
    """How much of a content is here, of this person's uploads alone."""
    upload, media = upload_of(sha256, of.id), announced_with(sha256, of.id)
    state = media[-1].state if media else State.WAITING_ITEM
    if upload is None and state == State.ATTACHED:
        return _said(sha256, media[-1].size, media[-1].size, state)
    return _said(sha256, upload.received if upload else 0, upload.size if upload else None, state)


def _said(sha256: str, received: int, size: int | None, state: str) -> dict[str, Any]:
    return {
        "sha256": sha256,
        "received": received,
        "size": size,
        "complete": size is not None and received == size,
        "state": state,
    }
