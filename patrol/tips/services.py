"""Writing tips: pass, acknowledge, judge, verify, tie to a case, void. Reading them is written down too."""

from collections.abc import Sequence

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Permission, Scope, person_may
from ..audit.services import note
from ..errors import Invalid, NotAllowed, NotFound
from ..extensions import db, lock, store_once
from ..findings.models import Finding
from ..findings.queries import categories, finding_by_client_id
from ..findings.rules import CaseDraft, DetectedVia
from ..findings.services import record_case
from ..units.models import Unit
from .models import Tip, Verification, VerificationUnit
from .queries import cases_near, same_in_the_book, tip_by_client_id, verification_by_client_id
from .rules import TipDraft, TipOutcome, VerificationDraft, Void


def record_tip(draft: TipDraft, *, by: Person, seen_by: Scope) -> Tip:
    """Write a tip into the book once; both sides may send it, and it stays one."""
    _wait_for_others_of(draft.from_unit_id)
    if known := tip_by_client_id(draft.client_id):
        return _sent_before(known, seen_by=seen_by)
    if not seen_by.is_whole_system and not {draft.from_unit_id, draft.to_unit_id} & seen_by.unit_ids:
        raise Invalid({"from_unit_id": "own_unit_not_in_tip"})
    if same_in_the_book(
        draft.number, draft.passed_on.year, from_unit_id=draft.from_unit_id, to_unit_id=draft.to_unit_id
    ):
        raise Invalid({"number": "tip_known"})
    category = next((each for each in categories(on=draft.passed_on) if each.code == draft.category), None)
    if category is None:
        raise Invalid({"category": "unknown_choice"})
    sender, receiver = _of_a_force(draft.from_unit_id), _of_a_force(draft.to_unit_id)
    tip = Tip(
        client_id=draft.client_id,
        number=draft.number,
        passed_on=draft.passed_on,
        from_unit_id=sender.id,
        from_unit_name=sender.name,
        from_force_code=sender.force_code,
        to_unit_id=receiver.id,
        to_unit_name=receiver.name,
        to_force_code=receiver.force_code,
        category_code=category.code,
        category_name=category.name,
        urgency=draft.urgency,
        entered_by_id=by.id,
        entered_by_name=by.full_name,
        entered_at=clock.now(),
    )
    stored = store_once(tip, lambda: tip_by_client_id(draft.client_id))
    if stored is not tip:
        return _sent_before(stored, seen_by=seen_by)
    note("tips.recorded", tip, by=by)
    return tip


def _wait_for_others_of(from_unit_id: int) -> None:
    """Let one transaction at a time look for a number of this sender and write it; until it ends, others wait.

    Only writers of the sender's tips and of the unit itself wait, not those whose rows point to it.
    """
    db.session.get(Unit, from_unit_id, with_for_update={"key_share": True})


def _sent_before(known: Tip, *, seen_by: Scope) -> Tip:
    if not is_party(known, seen_by):
        raise NotAllowed
    return known


def acknowledge(tip: Tip, *, by: Person, seen_by: Scope) -> None:
    """The receiver says it has the tip; once."""
    if not may_acknowledge(tip, by=by, seen_by=seen_by):
        raise NotAllowed
    tip.acknowledged_by_id, tip.acknowledged_by_name, tip.acknowledged_at = by.id, by.full_name, clock.now()
    note("tips.acknowledged", tip, by=by)


def judge(tip: Tip, is_valued: bool, outcome: TipOutcome | None, *, by: Person, seen_by: Scope) -> None:
    """The receiver says whether the tip was of value and what came of it; it may think again later."""
    if not may_judge(tip, by=by, seen_by=seen_by):
        raise NotAllowed
    changes = {}
    if tip.is_valued is not is_valued:
        changes["is_valued"] = [tip.is_valued, is_valued]
    if tip.outcome != outcome:
        changes["tip_outcome"] = [tip.outcome, outcome]
    tip.is_valued, tip.outcome = is_valued, outcome
    tip.judged_by_id, tip.judged_by_name, tip.judged_at = by.id, by.full_name, clock.now()
    note("tips.judged", tip, by=by, changes=changes)


def verify(tip: Tip, draft: VerificationDraft, *, by: Person, seen_by: Scope) -> Verification:
    """Write down that the tip was checked on a day and by whom; once for each page sent."""
    if not may_keep(tip, by=by, seen_by=seen_by):
        raise NotAllowed
    lock(tip)
    if known := verification_by_client_id(draft.client_id):
        if known.tip_id != tip.id:
            raise NotAllowed
        return known
    units = [_of_a_force(unit_id) for unit_id in draft.unit_ids]
    verification = Verification(
        client_id=draft.client_id,
        tip=tip,
        verified_on=draft.verified_on,
        entered_by_id=by.id,
        entered_by_name=by.full_name,
        entered_at=clock.now(),
    )
    verification.units = [
        VerificationUnit(unit_id=unit.id, unit_name=unit.name, force_code=unit.force_code, position=position)
        for position, unit in enumerate(units)
    ]
    db.session.add(verification)
    db.session.flush()
    note("tips.verified", tip, by=by, changes={"verified_on": [None, draft.verified_on.isoformat()]})
    return verification


def add_case(tip: Tip, draft: CaseDraft, *, by: Person, seen_by: Scope) -> Finding:
    """Put the case this tip led to into the register of cases, kept by the receiver, and tie the two."""
    if not may_keep(tip, by=by, seen_by=seen_by):
        raise NotAllowed
    lock(tip)
    if (known := finding_by_client_id(draft.client_id)) and known not in tip.findings:
        raise NotAllowed
    finding = record_case(draft, via=DetectedVia.TIP, unit_id=tip.to_unit_id, by=by)
    _tie(tip, finding, by=by)
    return finding


def link_case(tip: Tip, finding_id: int, *, by: Person, seen_by: Scope) -> Finding:
    """Say that this tip led to a case that is known already; the case stays one and is counted once."""
    if not may_keep(tip, by=by, seen_by=seen_by):
        raise NotAllowed
    lock(tip)
    near = [*tip.findings, *cases_near(tip, seen_by=seen_by)]
    finding = next((each for each in near if each.id == finding_id), None)
    if finding is None:
        raise NotFound
    _tie(tip, finding, by=by)
    return finding


def _tie(tip: Tip, finding: Finding, *, by: Person) -> None:
    if finding in tip.findings:
        return
    tip.findings.append(finding)
    db.session.flush()
    note("tips.linked", tip, by=by, changes={"finding": [None, finding.id]})


def void(tip: Tip, why: Void, *, by: Person, seen_by: Scope) -> None:
    """Take a tip that was written by mistake out of every figure. The record stays."""
    if not may_void(tip, by=by, seen_by=seen_by):
        raise NotAllowed
    tip.voided_as = why
    note("tips.voided", tip, by=by, changes={"voided_as": [None, why]})


def note_reading(tips: Sequence[Tip], *, by: Person) -> None:
    """Write down who has looked at which tips: one line for a page of one, one for a list."""
    if len(tips) == 1:
        note("tips.viewed", tips[0], by=by)
    elif tips:
        note("tips.viewed", by=by, changes={"tips": [None, ", ".join(str(tip.id) for tip in tips)]})


def is_party(tip: Tip, seen_by: Scope) -> bool:
    return seen_by.is_whole_system or bool({tip.from_unit_id, tip.to_unit_id} & seen_by.unit_ids)


def may_keep(tip: Tip, *, by: Person, seen_by: Scope) -> bool:
    """Sender and receiver both add to a tip that stands."""
    return tip.voided_as is None and person_may(by, Permission.KEEP_TIPS) and is_party(tip, seen_by)


def may_judge(tip: Tip, *, by: Person, seen_by: Scope) -> bool:
    """Only the receiver knows what a tip was worth."""
    received = seen_by.is_whole_system or tip.to_unit_id in seen_by.unit_ids
    return received and may_keep(tip, by=by, seen_by=seen_by)


def may_acknowledge(tip: Tip, *, by: Person, seen_by: Scope) -> bool:
    return tip.acknowledged_at is None and may_judge(tip, by=by, seen_by=seen_by)


def may_void(tip: Tip, *, by: Person, seen_by: Scope) -> bool:
    """The sender's book says what was sent; who wrote the record may take his own slip back."""
    sent = seen_by.is_whole_system or tip.from_unit_id in seen_by.unit_ids
    return (sent or tip.entered_by_id == by.id) and may_keep(tip, by=by, seen_by=seen_by)


def _of_a_force(unit_id: int) -> Unit:
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.force_code is None:
        raise Invalid({"from_unit_id": "unknown_choice"})
    return unit
