"""Writing findings."""

from collections.abc import Mapping, Sequence
from typing import Any

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Permission, person_may, ranked_name
from ..audit.services import note
from ..errors import Invalid, NotAllowed, NotFound
from ..extensions import db, lock
from ..history.rules import Edit, RedactionReason, edits_between
from ..history.services import blot_out, keep_edits
from ..patrols.models import Patrol
from ..text import folded
from .models import Category, Finding, Measure, Outcome
from .queries import categories, every_finding_of, every_outcome_of, finding_by_client_id, findings_of
from .rules import (
    OUTCOME_TEXTS,
    TEXTS,
    CaseDraft,
    DetectedVia,
    FindingDraft,
    OutcomeCode,
    OutcomeDraft,
    stated_measures,
)

NEXT = "\n"


def record_findings(
    patrol: Patrol, drafts: Sequence[FindingDraft], *, by: Person, catalogue: Mapping[str, Category]
) -> bool:
    """Make the findings of a patrol those of the report; say whether anything changed.

    A finding keeps its record by its id; one that is no longer reported is withdrawn, never deleted.
    """
    held = {finding.client_id: finding for finding in every_finding_of(patrol)}
    is_edit = patrol.rev > 1  # what stands in the first report is no change
    changed = False
    for position, draft in enumerate(drafts):
        finding = held.pop(draft.client_id, None)
        read = read_by_people(finding) if finding and not finding.is_withdrawn else {}
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
        db.session.expire(finding, ["outcomes"])
        if is_edit:
            keep_edits(finding, _edits(read, read_by_people(finding)), by=by)
        note("finding.recorded", finding, by=by, changes={"category": [None, draft.category]})
    for finding in held.values():
        if finding.is_withdrawn:
            continue
        finding.is_withdrawn = True
        changed = True
        keep_edits(finding, [Edit("finding", finding.category_name, None, finding.category_name)], by=by)
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
        finding.outcomes = [Outcome(code=draft.outcome, happened_on=draft.found_on, is_of_report=True)]
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
    _write_outcome(finding, draft.outcome)


def _write_outcome(finding: Finding, code: OutcomeCode | None) -> None:
    """What was done on the spot, as reported; the later steps of the time line are left alone."""
    reported = _reported(finding)
    if code is None:
        if reported:
            reported.is_withdrawn = True
    elif reported is None:
        finding.outcomes.append(Outcome(code=code, happened_on=finding.found_on, is_of_report=True))
    else:
        reported.code, reported.happened_on = code, finding.found_on


def _reported(finding: Finding) -> Outcome | None:
    return next((outcome for outcome in finding.outcomes if outcome.is_of_report), None)


def _with_quantity(measure: Measure, quantity: float | None) -> Measure:
    measure.quantity = quantity
    return measure


def draft_of(finding: Finding) -> FindingDraft:
    """The stored finding as the draft it came from."""
    measures: dict[str, Any] = {measure.code: measure.quantity for measure in finding.measures}
    reported = _reported(finding)
    return FindingDraft(
        client_id=finding.client_id,
        category=finding.category_code,
        measures=measures,
        found_at=finding.found_at,
        place=finding.place,
        km=finding.km,
        outcome=OutcomeCode(reported.code) if reported else None,
        note=finding.note,
    )


def read_by_people(finding: Finding) -> dict[str, Any]:
    """The finding as its history keeps it."""
    reported = _reported(finding)
    return {
        "category": finding.category_name,
        "measures": {measure.code: measure.quantity for measure in finding.measures},
        "found_at": finding.found_at.isoformat() if finding.found_at else None,
        "place": finding.place,
        "km": finding.km,
        "note": finding.note,
        "outcome": reported.code if reported else None,
    }


def _edits(before: dict[str, Any], after: dict[str, Any]) -> list[Edit]:
    """What differs; of one that was not on the patrol before, only that it came."""
    if not before:
        return [Edit("finding", None, after["category"], after["category"])]
    return edits_between(before, after, about=before["category"])


# What comes later, also when the patrol is long closed


def may_follow_up(*, by: Person) -> bool:
    """Who keeps the time line of the findings he may open, and their category."""
    return person_may(by, Permission.FOLLOW_UP_FINDINGS)


def add_outcome(finding: Finding, draft: OutcomeDraft, *, by: Person) -> Outcome:
    """One more step of what came of a finding; the very same step again is the one that is there."""
    _lock(finding, by=by)
    for held in finding.outcomes:
        if (held.code, held.happened_on, held.handed_to, held.paper_number) == (
            draft.code, draft.happened_on, draft.handed_to, draft.paper_number,
        ):  # fmt: skip
            return held
    outcome = Outcome(
        finding_id=finding.id,
        code=draft.code,
        happened_on=draft.happened_on,
        handed_to=draft.handed_to,
        paper_number=draft.paper_number,
        recorded_at=clock.now(),
        recorded_by_name=ranked_name(by.rank, by.full_name),
    )
    db.session.add(outcome)
    db.session.flush()
    db.session.expire(finding, ["outcomes"])
    keep_edits(outcome, [Edit("outcome", None, draft.code, finding.category_name)], by=by)
    note("finding.followed_up", finding, by=by, changes={"outcome": [None, draft.code]})
    return outcome


def take_back_outcome(finding: Finding, outcome_id: int, *, by: Person) -> None:
    """A step that was written by mistake: it stays in the history and no longer in the time line."""
    _lock(finding, by=by)
    outcome = next((each for each in finding.outcomes if each.id == outcome_id), None)
    if outcome is None or outcome.is_of_report:  # that one belongs to the report
        raise NotFound
    outcome.is_withdrawn = True
    db.session.flush()
    db.session.expire(finding, ["outcomes"])
    keep_edits(outcome, [Edit("outcome", outcome.code, None, finding.category_name)], by=by)
    note("finding.outcome_taken_back", finding, by=by, changes={"outcome": [outcome.code, None]})


def reclassify(finding: Finding, category: str, because: str, *, by: Person) -> None:
    """Call a finding what it turned out to be, with a reason; figures follow at once, of all periods.

    Quantities stay. Units the new category is counted in and nobody wrote are unknown, its main unit is 1.
    """
    _lock(finding, by=by)
    wanted = next((each for each in categories(on=finding.found_on) if each.code == category), None)
    if wanted is None or wanted.code == finding.category_code:
        raise Invalid({"category": "unknown_choice"})
    read = read_by_people(finding)
    held = {measure.code: measure for measure in finding.measures}
    stated = stated_measures(
        {code: measure.quantity for code, measure in held.items()}, tuple(wanted.measures)
    )
    finding.category_code, finding.category_name = wanted.code, wanted.name
    finding.measures = [
        _with_quantity(held.get(code) or Measure(code=code), quantity)
        for code, quantity in sorted({**dict.fromkeys(held), **stated}.items())
    ]
    if finding.patrol is not None:
        _make_searchable(finding.patrol)
        finding.patrol.rev += 1  # a form opened before must not bring the old category back
    db.session.flush()
    edits = [*_edits(read, read_by_people(finding)), Edit("because", None, because, wanted.name)]
    keep_edits(finding, edits, by=by)
    note("finding.reclassified", finding, by=by, changes={"category": [read["category"], wanted.name]})


def _lock(finding: Finding, *, by: Person) -> None:
    if not may_follow_up(by=by):
        raise NotAllowed
    if finding.patrol is not None:
        lock(finding.patrol)
    lock(finding)


def redact(
    finding: Finding, field: str, reason: RedactionReason, *, by: Person, only_old: bool = False
) -> None:
    """Blot out a text of a finding, in the search too; its figures stay. See `blot_out`."""
    if field not in TEXTS and field != "because":
        raise Invalid({"text": "unknown_choice"})
    if finding.patrol is not None:
        lock(finding.patrol)
    blot_out(finding, field, reason, by=by, only_old=only_old)
    if finding.patrol is not None:
        _make_searchable(finding.patrol)
        finding.patrol.rev += 1
        db.session.flush()


def redact_outcome(
    finding: Finding, outcome_id: int, field: str, reason: RedactionReason, *, by: Person
) -> None:
    """Blot out to whom, or the number of the paper, of one step."""
    outcome = next((each for each in every_outcome_of([finding]) if each.id == outcome_id), None)
    if outcome is None or field not in OUTCOME_TEXTS:
        raise Invalid({"text": "unknown_choice"})
    blot_out(outcome, field, reason, by=by)


def _make_searchable(patrol: Patrol) -> None:
    """What was found can be searched for: by its name where a list may be seen, by its words where it may be opened."""
    found = findings_of(patrol)
    names = " ".join(finding.category_name for finding in found)
    words = " ".join(f"{finding.place} {finding.note}" for finding in found)
    # a folded text is one line, so what stands after the first is ours
    patrol.search_text = f"{patrol.search_text.partition(NEXT)[0]}{NEXT}{folded(names)}"
    patrol.note_folded = f"{patrol.note_folded.partition(NEXT)[0]}{NEXT}{folded(words)}"
