"""Keeping what changed, and blotting out what must not stay."""

from collections.abc import Iterable
from typing import Any

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Permission, person_may, ranked_name
from ..audit.services import note, whence
from ..errors import NotAllowed
from ..extensions import db
from .models import RecordChange, Redaction
from .queries import changes_of_field
from .rules import MARK, Edit, RedactionReason


def keep_edits(subject: Any, edits: Iterable[Edit], *, by: Person | None) -> None:
    """Write down what changed in a record, word for word, in the transaction of the change."""
    now, sender = clock.now(), whence()
    db.session.add_all(
        RecordChange(
            at=now,
            actor_id=by.id if by else None,
            actor_name=ranked_name(by.rank, by.full_name) if by else "hệ thống",
            address=sender.address,
            device=sender.device,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            field=edit.field,
            about=edit.about[:200],
            old=edit.old,
            new=edit.new,
        )
        for edit in edits
    )


def blot_out(
    subject: Any, field: str, reason: RedactionReason, *, by: Person, only_old: bool = False
) -> None:
    """Replace a text of a record by a mark, and every copy of it in its history; leave who, when and why.

    `only_old`: what stands in the record now may stay, its earlier versions may not. NotAllowed but for chỉ huy.
    """
    if not person_may(by, Permission.REDACT_TEXT):
        raise NotAllowed
    stands = getattr(subject, field, None)  # None too for what only the history holds, as a reason
    for change in changes_of_field(subject.__tablename__, subject.id, field):
        change.old = MARK if change.old else change.old
        if change.new and not (only_old and change.new == stands):
            change.new = MARK
    if stands and not only_old:
        setattr(subject, field, MARK)
    db.session.add(
        Redaction(
            at=clock.now(),
            actor_id=by.id,
            actor_name=ranked_name(by.rank, by.full_name),
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            field=field,
            reason=reason,
        )
    )
    db.session.flush()
    note("text.blotted_out", subject, by=by, changes={"field": [None, field], "reason": [None, reason]})
