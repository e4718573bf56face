"""What stands on the page of a patrol, for one viewer: the record, its files, its life, and what he may do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ..accounts.models import Person
from ..accounts.rules import Permission, Scope, person_may
from ..arrivals.services import forget_words
from ..audit.queries import events_about
from ..errors import Invalid
from ..findings.models import Finding
from ..findings.queries import every_finding_of, every_outcome_of, findings_of
from ..findings.rules import OUTCOME_TEXTS, TEXTS as FINDING_TEXTS
from ..findings.services import may_follow_up, redact as redact_finding, redact_outcome
from ..history.models import RecordChange
from ..history.queries import changes_of, redactions_of
from ..history.rules import RedactionReason
from ..patrols import services as patrols
from ..patrols.models import Patrol
from ..patrols.queries import maybe_same_as
from ..patrols.rules import TEXTS as PATROL_TEXTS, Status
from ..photos.models import Photo
from ..photos.queries import photos_of, shows
from ..photos.rules import TEXTS as PHOTO_TEXTS
from ..photos.services import may_add, may_release, may_withdraw, redact as redact_photo
from ..tracks.queries import may_see_tracks, patrols_sharing_a_line, tracks_of, way_of
from ..tracks.sketch import sketch
from ..units import queries as register

SAME_ACT = timedelta(seconds=10)  # what one person changed within this was one act


def parts_of_page(patrol: Patrol, *, seen_by: Scope, viewer: Person) -> dict[str, Any]:
    """Everything the template of the page asks for that depends on the record and on who looks."""
    looking: dict[str, Any] = {"seen_by": seen_by, "viewer": viewer}
    tracks, way = tracks_of(patrol, **looking), way_of(patrol, **looking)
    stretch = next(each for each in register.stretches() if each.id == patrol.stretch_id)
    findings = findings_of(patrol)
    photos = photos_of(patrol, seen_by=seen_by)
    subjects = _subjects(patrol, photos)
    return {
        "patrol": patrol,
        "findings": findings,
        "forces": {force.code: force for force in register.forces()},
        "present": patrols.draft_of(patrol).forces,
        "may_edit": patrols.may_edit(patrol, by=viewer),
        "may_confirm": patrols.may_confirm(patrol, by=viewer),
        "may_return": patrols.may_return(patrol, by=viewer),
        "may_cancel": patrols.may_cancel(patrol, by=viewer),
        "may_follow_up": may_follow_up(by=viewer),
        "own_rows": own_rows(patrol, viewer=viewer),
        "forces_asked_here": _forces_asked_here(patrol, viewer=viewer),
        "history": _history(patrol, changes_of(subjects)),
        "redactions": redactions_of(subjects),
        "texts": texts_of(patrol, photos) if person_may(viewer, Permission.REDACT_TEXT) else [],
        "reasons": list(RedactionReason),
        "tracks": tracks,
        "way": way,
        "drawing": sketch(way.fine, stretch.line) if way else None,
        "stretch": stretch,
        "copies": patrols_sharing_a_line(tracks, **looking) if way else [],
        "may_see_tracks": may_see_tracks(patrol, **looking),
        "album": [
            {
                "photo": photo,
                "is_shown": shows(photo, viewer=viewer),
                "may_withdraw": may_withdraw(photo, by=viewer),
                "may_release": may_release(photo, by=viewer),
            }
            for photo in photos
        ],
        "may_add_photos": may_add(patrol, by=viewer),
        "maybe_same": _maybe_same(patrol, seen_by=seen_by, viewer=viewer),
    }


def _maybe_same(patrol: Patrol, *, seen_by: Scope, viewer: Person) -> Sequence[Patrol]:
    """Records that may be of the same sortie, for its leader and for command."""
    if patrol.status == Status.CANCELLED or not (
        patrols.may_edit(patrol, by=viewer) or person_may(viewer, Permission.RETURN_PATROL)
    ):
        return []
    return maybe_same_as(patrol, seen_by=seen_by)


def own_rows(patrol: Patrol, *, viewer: Person) -> list[Any]:
    """The rows of attendance the viewer may correct though he may edit nothing else."""
    if patrols.may_edit(patrol, by=viewer) or not patrols.may_correct_own_number(patrol, by=viewer):
        return []
    return [row for row in patrol.attendance if row.force_code == viewer.unit.force_code]


def _forces_asked_here(patrol: Patrol, *, viewer: Person) -> list[str]:
    """The other forces that have not confirmed and whose people may do so on this phone, in their order."""
    if not person_may(viewer, Permission.CONFIRM_PATROL) or not patrols.awaits_confirmation(patrol):
        return []
    waiting = patrols.forces_to_confirm(patrol) - {viewer.unit.force_code}
    return [force.code for force in register.forces() if force.code in waiting]


def _subjects(patrol: Patrol, photos: Sequence[Photo]) -> dict[str, list[int]]:
    """Every record whose history belongs to this patrol."""
    findings = every_finding_of(patrol)
    return {
        "patrols": [patrol.id],
        "findings": [finding.id for finding in findings],
        "finding_outcomes": [outcome.id for outcome in every_outcome_of(findings)],
        "photos": [photo.id for photo in photos],
    }


def _history(patrol: Patrol, changes: Sequence[RecordChange]) -> list[dict[str, Any]]:
    """The life of the record, oldest first: what was done, by whom, from where, and what it changed."""
    acts = [
        {
            "at": event.at,
            "action": event.action,
            "who": event.actor_name,
            "actor_id": event.actor_id,
            "from": event.address,
            "device": event.device,
            "edits": [],
        }
        for event in events_about("patrols", patrol.id)
    ]
    for change in changes:
        act = next((each for each in acts if _is_of(change, each)), None)
        if act is None:
            act = {
                "at": change.at,
                "action": "record.changed",
                "who": change.actor_name,
                "actor_id": change.actor_id,
                "from": change.address,
                "device": change.device,
                "edits": [],
            }
            acts.append(act)
        act["edits"].append(change)
    return sorted(acts, key=lambda act: act["at"])


def _is_of(change: RecordChange, act: dict[str, Any]) -> bool:
    at: datetime = act["at"]
    return (
        act["actor_id"] == change.actor_id
        and abs(at - change.at) < SAME_ACT
        and act["action"] in ("patrol.changed", "patrol.returned", "record.changed")
    )


# Texts that can be blotted out, each named as 'patrols.note' or 'findings.12.place'.


def texts_of(patrol: Patrol, photos: Sequence[Photo]) -> list[dict[str, Any]]:
    """Every free text of a patrol that holds something, now or in its history."""
    subjects = _subjects(patrol, photos)
    held = {
        (change.subject_kind, change.subject_id, change.field)
        for change in changes_of(subjects)
        if isinstance(change.old, str) or isinstance(change.new, str)
    }
    texts = []

    def offer(row: Any, fields: Sequence[str], about: str) -> None:
        for field in fields:
            text = getattr(row, field, None)
            is_old = (row.__tablename__, row.id, field) in held
            if text or is_old:
                name = f"{row.__tablename__}.{row.id}.{field}"
                texts.append(
                    {"name": name, "field": field, "about": about, "text": text or "", "is_old": is_old}
                )

    offer(patrol, PATROL_TEXTS, "")
    findings = every_finding_of(patrol)
    for finding in findings:
        offer(finding, (*FINDING_TEXTS, "because"), finding.category_name)
    names = {finding.id: finding.category_name for finding in findings}
    for outcome in every_outcome_of(findings):
        offer(outcome, OUTCOME_TEXTS, names[outcome.finding_id])
    for photo in photos:
        offer(photo, PHOTO_TEXTS, "Ảnh")
    return texts


def redact_text(
    patrol: Patrol, name: str, reason: str, *, seen_by: Scope, by: Person, only_old: bool = False
) -> None:
    """Blot out one of the texts `texts_of` offers. Raises Invalid on anything else, NotAllowed but for chỉ huy."""
    if reason not in list(RedactionReason):
        raise Invalid({"reason": "required"})
    why = RedactionReason(reason)
    photos = photos_of(patrol, seen_by=seen_by)
    if name not in {text["name"] for text in texts_of(patrol, photos)}:
        raise Invalid({"text": "required"})
    kind, key, field = name.split(".")
    forget_words(patrol.client_id)
    if kind == "patrols":
        patrols.redact(patrol, field, why, by=by, only_old=only_old)
        return
    findings: Sequence[Finding] = every_finding_of(patrol)
    for finding in findings:
        if kind == "findings" and finding.id == int(key):
            redact_finding(finding, field, why, by=by, only_old=only_old)
        elif kind == "finding_outcomes" and int(key) in {each.id for each in every_outcome_of([finding])}:
            redact_outcome(finding, int(key), field, why, by=by)
    for photo in photos:
        if kind == "photos" and photo.id == int(key):
            redact_photo(photo, field, why, by=by)
            forget_words(photo.client_id)
