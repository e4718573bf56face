"""What a phone takes along: all it needs to write a patrol offline, for one person and nobody else."""

from datetime import datetime
from typing import Any

from .. import clock, wording
from ..accounts.models import Person
from ..accounts.rules import Scope, ranked_name
from ..arrivals.rules import LEFT_OVER
from ..findings.queries import findings_of
from ..findings.services import draft_of as finding_draft_of
from ..logbook.queries import lists_for
from ..patrols.models import Patrol
from ..patrols.queries import last_patrol_led_by, patrols_of_leader
from ..patrols.rules import MOST_PER_UNIT
from ..patrols.services import draft_of
from ..units import queries as register
from .rules import (
    MOST_BODY_BYTES,
    MOST_BYTES,
    MOST_ITEMS,
    PHOTO_BYTES,
    PHOTO_EDGE_PX,
    PIECE_BYTES,
    TRACK_BYTES,
)

LIMITS = {
    "items": MOST_ITEMS,
    "bytes": MOST_BYTES,
    "body_bytes": MOST_BODY_BYTES,
    "photo_bytes": PHOTO_BYTES,
    "photo_edge_px": PHOTO_EDGE_PX,
    "track_bytes": TRACK_BYTES,
    "piece_bytes": PIECE_BYTES,
    "attendance": 20,
    "findings": 50,
    "personnel": MOST_PER_UNIT,
    "line": 200,
    "prose": 2000,
}


def reference_for(person: Person, *, seen_by: Scope) -> dict[str, Any]:
    """Everything but the time, so that the same answer has the same tag."""
    lists = lists_for(person, seen_by=seen_by)
    own_leaders = lists.leaders if lists.may_choose_leader else []
    return {
        "is_demo": register.is_demo(),
        "person": {
            "id": person.id,
            "name": ranked_name(person.rank, person.full_name),
            "rank": person.rank,
            "unit_id": person.unit_id,
            "unit_name": person.unit.name,
            "may_choose_leader": lists.may_choose_leader,
        },
        "limits": LIMITS,
        "forces": [{"code": force.code, "name": force.name} for force in register.forces()],
        "units": [
            {
                "id": unit.id,
                "name": unit.name,
                "force": unit.force_code,
                "is_current": unit.is_current,
            }
            for unit in lists.units
        ],
        "stretches": [
            {
                "id": stretch.id,
                "name": stretch.name,
                "km_from": stretch.from_km,
                "km_to": stretch.to_km,
                "is_current": stretch.is_current,
            }
            for stretch in lists.stretches
        ],
        "programmes": [
            {
                "id": programme.id,
                "code": programme.code,
                "name": programme.name,
                "is_default": programme.id in lists.default_programme_ids,
                "is_current": programme.is_current,
            }
            for programme in lists.programmes
        ],
        "leaders": [
            {"id": leader.id, "name": ranked_name(leader.rank, leader.full_name), "unit_id": leader.unit_id}
            for leader in own_leaders
        ],
        "categories": [
            {
                "code": category.code,
                "name": category.name,
                "group": category.group_name,
                "measures": category.measures,
                "is_current": category.is_current,
            }
            for category in lists.categories
        ],
        "measures": _labelled(wording.MEASURE),
        "means": _labelled(wording.MEANS),
        "weather": _labelled(wording.WEATHER),
        "sea": _labelled(wording.SEA),
        "outcomes": _labelled(wording.OUTCOME),
        "last": _last(person, seen_by),
        "mine": [
            {
                "id": str(patrol.client_id),
                "rev": patrol.rev,
                "patrol_id": patrol.id,
                "status": patrol.status,
                "returned_because": patrol.returned_because,
                "body": body_of(patrol),
            }
            for patrol in patrols_of_leader(person.id, statuses=LEFT_OVER, seen_by=seen_by)
        ],
        "reasons": {**wording.FIELD, **wording.TRACK},
        "remarks": wording.REMARK,
    }


def _labelled(words: dict[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "label": label} for code, label in words.items()]


LIKE_LAST = ("lead_unit_id", "stretch_id", "means", "programme_ids", "from_place", "to_place", "attendance")


def _last(person: Person, seen_by: Scope) -> dict[str, Any] | None:
    """What 'như lần trước' copies: never times, never what was found."""
    last = last_patrol_led_by(person.id, person.unit_id, seen_by=seen_by)
    if last is None:
        return None
    body = body_of(last)
    return {name: body[name] for name in LIKE_LAST}


def body_of(patrol: Patrol) -> dict[str, Any]:
    """A stored patrol as a body: sent back as it is, it changes nothing."""
    draft = draft_of(patrol)
    return {
        "lead_unit_id": draft.lead_unit_id,
        "stretch_id": draft.stretch_id,
        "started_at": _local(draft.started_at),
        "ended_at": _local(draft.ended_at),
        "attendance": [
            {
                "unit_id": row.unit_id,
                "personnel": row.personnel,
                "militia": row.militia,
                "security_team": row.security_team,
                "unknown": row.personnel is None,
            }
            for row in draft.attendance
        ],
        "programme_ids": list(draft.programme_ids),
        "leader_id": draft.leader_id,
        "leader_name": draft.leader_name,
        "from_place": draft.from_place,
        "to_place": draft.to_place,
        "means": draft.means,
        "weather": draft.weather,
        "sea": draft.sea,
        "nothing_found": draft.nothing_found,
        "note": draft.note,
        "findings": [
            {
                "client_id": str(found.client_id),
                "category": found.category,
                "measures": {code: _whole(quantity) for code, quantity in found.measures.items()},
                "found_at": _local(found.found_at),
                "place": found.place,
                "km": found.km,
                "outcome": found.outcome,
                "note": found.note,
            }
            for found in map(finding_draft_of, findings_of(patrol))
        ],
    }


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(clock.LOCAL).isoformat() if moment else None


def _whole(quantity: Any) -> int | float | None:
    if quantity is None:
        return None
    number = float(quantity)
    return int(number) if number.is_integer() else number
