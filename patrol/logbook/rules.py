"""One page of the patrol book. Pure."""

from dataclasses import dataclass

from ..findings.rules import FindingDraft
from ..patrols.rules import PatrolDraft


@dataclass(frozen=True)
class LogDraft:
    """The patrol as a person reports it: the patrol and what it found."""

    patrol: PatrolDraft
    findings: tuple[FindingDraft, ...] = ()
