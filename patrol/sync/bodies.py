"""Bodies of items as drafts: through the same parser as the form of the page."""

from dataclasses import replace

from .. import clock
from ..accounts.models import Person
from ..arrivals.rules import clock_off
from ..logbook.forms import parse_log
from ..logbook.queries import Lists
from ..logbook.rules import LogDraft
from ..patrols.rules import Source
from .forms import parse_body, parse_media
from .rules import Batch, Item, MediaDraft


def log_of(item: Item, batch: Batch, *, by: Person, lists: Lists, led_by: int | None) -> LogDraft:
    """A page of the book. Who may not write for others led it himself, whatever the body says. Raises Invalid.

    `led_by`: whose phone it was, when somebody at the post hands in what it holds; its clock is not heard then.
    """
    raw = parse_body(item.body) | {"client_id": str(item.id)}
    if not lists.may_choose_leader or not (raw.get("leader_id") or raw.get("leader_name")):
        raw |= {"leader_id": led_by or by.id, "leader_name": ""}
    log = parse_log(raw, choices=lists.choices, counted_in=lists.counted_in)
    ahead_s = clock_off(batch.sent_at, clock.now()) if led_by is None else None
    from_phone = replace(log.patrol, source=Source.PHONE, phone_time=item.phone_time, phone_ahead_s=ahead_s)
    return replace(log, patrol=from_phone)


def media_of(item: Item) -> MediaDraft:
    """What is said of a photo or track. Raises Invalid."""
    return parse_media(item.body, item.kind)
