"""Writing models: found, change, end, take back a slip. Nothing is deleted."""

from datetime import date
from typing import Any

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Permission, Scope, person_may
from ..audit.services import note
from ..errors import Conflict, Invalid, NotAllowed
from ..extensions import db, store_once
from ..units.models import Area, Unit
from .models import Scheme
from .queries import kinds, scheme_by_client_id
from .rules import SchemeDraft


def record_scheme(draft: SchemeDraft, *, by: Person, seen_by: Scope) -> Scheme:
    """Write a model into the register, once."""
    if known := scheme_by_client_id(draft.client_id):
        return _sent_before(known, by=by, seen_by=seen_by)
    scheme = Scheme(
        client_id=draft.client_id, entered_by_id=by.id, entered_by_name=by.full_name, entered_at=clock.now()
    )
    _write(scheme, draft, seen_by=seen_by)
    stored = store_once(scheme, lambda: scheme_by_client_id(draft.client_id))
    if stored is not scheme:
        return _sent_before(stored, by=by, seen_by=seen_by)
    note("scheme.recorded", scheme, by=by)
    return scheme


def _sent_before(known: Scheme, *, by: Person, seen_by: Scope) -> Scheme:
    if not may_keep(known, by=by, seen_by=seen_by):
        raise NotAllowed
    return known


def change_scheme(scheme: Scheme, draft: SchemeDraft, *, by: Person, seen_by: Scope, base_rev: int) -> None:
    """Write what is true of a model now. A page somebody else has overtaken is refused."""
    if not may_keep(scheme, by=by, seen_by=seen_by):
        raise NotAllowed
    if base_rev != scheme.rev:
        raise Conflict(scheme)
    if scheme.ended_on is not None and draft.founded_on > scheme.ended_on:
        raise Invalid({"founded_on": "founded_after_end"})
    before = facts(scheme)
    _write(scheme, draft, seen_by=seen_by)
    after = facts(scheme)
    if changes := {name: [before[name], after[name]] for name in after if before[name] != after[name]}:
        scheme.rev += 1
        note("scheme.changed", scheme, by=by, changes=changes)


def end_scheme(scheme: Scheme, ended_on: date, because: str, *, by: Person, seen_by: Scope) -> None:
    """From that day on the model is no more; its record and the stock of earlier days stay."""
    if not may_keep(scheme, by=by, seen_by=seen_by):
        raise NotAllowed
    if not because:
        raise Invalid({"because": "reason_missing"})
    before = scheme.ended_on
    scheme.ended_on, scheme.ended_because = ended_on, because
    scheme.rev += 1
    note("scheme.ended", scheme, by=by, changes={"ended_on": [_plain(before), ended_on.isoformat()]})


def cancel_scheme(scheme: Scheme, because: str, *, by: Person, seen_by: Scope) -> None:
    """Take a model that was written by mistake out of every figure."""
    if not may_keep(scheme, by=by, seen_by=seen_by):
        raise NotAllowed
    if not because:
        raise Invalid({"because": "reason_missing"})
    scheme.cancelled_because = because
    scheme.rev += 1
    note("scheme.cancelled", scheme, by=by)


def may_keep(scheme: Scheme, *, by: Person, seen_by: Scope) -> bool:
    """Who answers for a model, or stands above who does, keeps it; who only looks at its area doesn't."""
    own = seen_by.is_whole_system or scheme.unit_id in seen_by.unit_ids
    return own and scheme.cancelled_because is None and person_may(by, Permission.KEEP_REGISTERS)


def facts(scheme: Scheme) -> dict[str, Any]:
    """What a person can change of a model, as it stands in the audit trail."""
    return {
        "scheme_kind": scheme.kind_name,
        "name": scheme.name,
        "area": scheme.area_name,
        "unit": scheme.unit_name,
        "founded_on": _plain(scheme.founded_on),
        "members": scheme.members,
        "last_activity_on": _plain(scheme.last_activity_on),
        "is_spread_wider": scheme.is_spread_wider,
    }


def _plain(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _write(scheme: Scheme, draft: SchemeDraft, *, seen_by: Scope) -> None:
    if not seen_by.is_whole_system and draft.unit_id not in seen_by.unit_ids:
        raise Invalid({"unit_id": "unknown_choice"})
    kind = next((each for each in kinds(on=draft.founded_on) if each.code == draft.kind), None)
    if kind is None:
        raise Invalid({"kind": "unknown_choice"})
    area, unit = db.session.get_one(Area, draft.area_id), db.session.get_one(Unit, draft.unit_id)
    scheme.kind_code, scheme.kind_name = kind.code, kind.name
    scheme.name = draft.name
    scheme.area_id, scheme.area_name = area.id, area.name
    scheme.unit_id, scheme.unit_name, scheme.force_code = unit.id, unit.name, unit.force_code
    scheme.founded_on = draft.founded_on
    scheme.members = draft.members
    scheme.last_activity_on = draft.last_activity_on
    scheme.is_spread_wider = draft.is_spread_wider
