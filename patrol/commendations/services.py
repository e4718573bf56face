"""Writing commendations."""

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Permission, Scope, person_may
from ..audit.services import note
from ..errors import Invalid, NotAllowed
from ..extensions import db, store_once
from ..units.models import Unit
from .models import Commendation
from .queries import commendation_by_client_id
from .rules import CommendationDraft


def record_commendation(draft: CommendationDraft, *, by: Person, seen_by: Scope) -> Commendation:
    """Write a commendation into the register, once. It is of one's own people, or decided by one's own body."""
    if known := commendation_by_client_id(draft.client_id):
        return _sent_before(known, by=by, seen_by=seen_by)
    if not seen_by.is_whole_system and not {draft.unit_id, draft.decided_by_id} & seen_by.unit_ids:
        raise Invalid({"unit_id": "own_unit_not_in_commendation"})
    unit = db.session.get_one(Unit, draft.unit_id)
    body = db.session.get_one(Unit, draft.decided_by_id) if draft.decided_by_id else None
    commendation = Commendation(
        client_id=draft.client_id,
        recipient=draft.recipient,
        recipient_name=draft.recipient_name,
        unit_id=unit.id,
        unit_name=unit.name,
        force_code=unit.force_code,
        form=draft.form,
        decided_by_id=body.id if body else None,
        decided_by_name=body.name if body else draft.decided_by_name,
        decision_number=draft.decision_number,
        decided_on=draft.decided_on,
        occasion=draft.occasion,
        occasion_name=draft.occasion_name,
        occasion_on=draft.occasion_on,
        entered_by_id=by.id,
        entered_by_name=by.full_name,
        entered_at=clock.now(),
    )
    stored = store_once(commendation, lambda: commendation_by_client_id(draft.client_id))
    if stored is not commendation:
        return _sent_before(stored, by=by, seen_by=seen_by)
    note("commendation.recorded", commendation, by=by)
    return commendation


def _sent_before(known: Commendation, *, by: Person, seen_by: Scope) -> Commendation:
    if not may_keep(known, by=by, seen_by=seen_by):
        raise NotAllowed
    return known


def cancel_commendation(commendation: Commendation, because: str, *, by: Person, seen_by: Scope) -> None:
    """Take a commendation that was written by mistake out of every figure. The record stays."""
    if not may_keep(commendation, by=by, seen_by=seen_by):
        raise NotAllowed
    if not because:
        raise Invalid({"because": "reason_missing"})
    commendation.cancelled_because = because
    note("commendation.cancelled", commendation, by=by)


def may_keep(commendation: Commendation, *, by: Person, seen_by: Scope) -> bool:
    own = seen_by.is_whole_system or {commendation.unit_id, commendation.decided_by_id} & seen_by.unit_ids
    return bool(own) and commendation.cancelled_because is None and person_may(by, Permission.KEEP_REGISTERS)
