"""Writing findings."""

from collections.abc import Mapping, Sequence
from typing import Any

from .. import clock
from ..accounts.models import Person
from ..audit.services import note
from ..errors import Invalid
from ..extensions import db
from ..patrols.models import Patrol
from ..text import folded
from .models import Category, Finding, Measure, Outcome
from .queries import categories, every_finding_of, finding_by_client_id, findings_of
from .rules import CaseDraft, DetectedVia, FindingDraft, OutcomeCode, stated_measures

NEXT = "\n"


def record_findings(
    patrol: Patrol, drafts: Sequence[FindingDraft], *, by: Person, catalogue: Mapping[str, Category]
) -> bool:
    """Make the findings of a patrol those of the report; say whether anything changed.

    A finding keeps its record by its id; one that is no longer reported is withdrawn, never deleted.
    """
    held = {finding.client_id: finding for finding in every_finding_of(patrol)}
    changed = False
    for position, draft in enumerate(drafts):
        finding = held.pop(draft.client_id, None)
        if finding is None:
            finding = _new(patrol, draft, position)
            changed = True
        elif draft_of(finding) == draft and finding.position == position and not finding.is_withdrawn:
            continue
        else:
            changed = True
            finding.is_withdrawn = False
        _write(finding, draft, position=position, category=catalogue[draft.category], patrol=patrol)
        db.session.flush()
        note("finding.recorded", finding, by=by, changes={"category": [None, draft.category]})
    for finding in held.values():
        if finding.is_withdrawn:
            continue
        finding.is_withdrawn = True
        changed = True
        note("finding.withdrawn", finding, by=by)
    _make_searchable(patrol)
    return changed


def record_case(draft: CaseDraft, *, via: DetectedVia, unit_id: int, by: Person) -> Finding:
    """Put a case that no patrol found into the register, once; `unit_id` keeps its record."""
    if known := finding_by_client_id(draft.client_id):
        return known
    category = next((each for each in categories(on=draft.found_on) if each.code == draft.category), None)
    if category is None:
        raise Invalid({"category": "unknown_choice"})
    finding = Finding(
        client_id=draft.client_id,
        unit_id=unit_id,
        detected_via=via,
        category_code=category.code,
        category_name=category.name,
        position=0,
        found_on=draft.found_on,
        place="",
        note="",
    )
    counted_in = tuple(category.measures)
    given = {code: quantity for code, quantity in draft.measures.items() if code in counted_in}
    finding.measures = [
        Measure(code=code, quantity=quantity)
        for code, quantity in sorted(stated_measures(given, counted_in).items())
    ]
    if draft.outcome:
        finding.outcomes = [Outcome(code=draft.outcome, happened_on=draft.found_on)]
    db.session.add(finding)
    db.session.flush()
    note("finding.recorded", finding, by=by, changes={"category": [None, draft.category]})
    return finding


def _new(patrol: Patrol, draft: FindingDraft, position: int) -> Finding:
    if db.session.query(Finding.id).filter_by(client_id=draft.client_id).first():
        raise Invalid({f"findings.{position}.category": "finding_elsewhere"})
    finding = Finding(
        client_id=draft.client_id, patrol=patrol, unit_id=patrol.lead_unit_id, detected_via=DetectedVia.PATROL
    )
    db.session.add(finding)
    return finding


def _write(
    finding: Finding, draft: FindingDraft, *, position: int, category: Category, patrol: Patrol
) -> None:
    finding.category_code = category.code
    finding.category_name = category.name
    finding.position = position
    finding.found_at = draft.found_at
    finding.found_on = clock.local_day(draft.found_at) if draft.found_at else patrol.patrolled_on
    finding.place = draft.place
    finding.km = draft.km
    finding.note = draft.note
    held = {measure.code: measure for measure in finding.measures}
    finding.measures = [
        _with_quantity(held.get(code) or Measure(code=code), quantity)
        for code, quantity in sorted(draft.measures.items())
    ]
    if draft.outcome and (not finding.outcomes or finding.outcomes[0].code != draft.outcome):
        finding.outcomes = [Outcome(code=draft.outcome, happened_on=finding.found_on), *finding.outcomes[1:]]
    elif not draft.outcome:
        finding.outcomes = finding.outcomes[1:]


def _with_quantity(measure: Measure, quantity: float | None) -> Measure:
    measure.quantity = quantity
    return measure


def draft_of(finding: Finding) -> FindingDraft:
    """The stored finding as the draft it came from."""
    measures: dict[str, Any] = {measure.code: measure.quantity for measure in finding.measures}
    return FindingDraft(
        client_id=finding.client_id,
        category=finding.category_code,
        measures=measures,
        found_at=finding.found_at,
        place=finding.place,
        km=finding.km,
        outcome=OutcomeCode(finding.outcomes[0].code) if finding.outcomes else None,
        note=finding.note,
    )


def _make_searchable(patrol: Patrol) -> None:
    """What was found can be searched for: by its name where a list may be seen, by its words where it may be opened."""
    found = findings_of(patrol)
    names = " ".join(finding.category_name for finding in found)
    words = " ".join(f"{finding.place} {finding.note}" for finding in found)
    # a folded text is one line, so what stands after the first is ours
    patrol.search_text = f"{patrol.search_text.partition(NEXT)[0]}{NEXT}{folded(names)}"
    patrol.note_folded = f"{patrol.note_folded.partition(NEXT)[0]}{NEXT}{folded(words)}"
