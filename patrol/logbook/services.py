"""Writing a page of the patrol book: the patrol and its findings together."""

from collections.abc import Mapping

from ..accounts.models import Person
from ..accounts.rules import Scope
from ..errors import Conflict
from ..findings.models import Category
from ..findings.queries import categories, findings_of
from ..findings.services import draft_of as finding_draft_of, record_findings
from ..patrols.services import Receipt, record_patrol
from ..tracks.services import remeasure
from .rules import LogDraft


def record_log(
    log: LogDraft,
    *,
    by: Person,
    seen_by: Scope,
    base_rev: int | None = None,
    catalogue: Mapping[str, Category] | None = None,
) -> Receipt:
    """Store a reported patrol with its findings exactly once; resending changes nothing.

    Outcomes as `patrols.services.record_patrol`: 'stored', 'changed', 'already_stored'; Conflict when the record holds
    something else than what this report was based on.
    """
    receipt = record_patrol(
        log.patrol, by=by, seen_by=seen_by, has_findings=bool(log.findings), base_rev=base_rev
    )
    if receipt.outcome == "already_stored":
        if [finding_draft_of(finding) for finding in findings_of(receipt.patrol)] != list(log.findings):
            raise Conflict(receipt.patrol)
        return receipt
    record_findings(
        receipt.patrol,
        log.findings,
        by=by,
        catalogue=catalogue or {category.code: category for category in categories()},
    )
    if receipt.outcome == "changed":
        remeasure(receipt.patrol)  # its files are judged by its times and means
    return receipt
