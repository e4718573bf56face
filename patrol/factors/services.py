"""Second factors: switched on, used, taken away. `key` is the secret of the installation."""

import secrets
from typing import Any

from sqlalchemy import delete

from .. import clock
from ..audit.services import note
from ..errors import Invalid
from ..extensions import db
from .models import RecoveryCode, SecondFactor
from .queries import factor_of, factor_to_use, unused_code
from .rules import RECOVERY_DIGITS, digest_of, matching_step, new_recovery_codes, secret_of, tidy


def new_salt() -> str:
    """What makes the secret of a new factor; harmless without the key."""
    return secrets.token_urlsafe(24)


def switch_on(person: Any, salt: str, typed: str, *, key: str) -> list[str]:
    """Begin to ask this person for codes of the secret of `salt`; his recovery codes, readable this once.

    Raises Invalid when the typed code is not of that secret, or when there is a factor already.
    """
    if factor_of(person.id):
        raise Invalid({"_code": "factor_is_on"})
    step = matching_step(secret_of(key, person.id, salt), tidy(typed), now=clock.now(), after=0)
    if step is None:
        raise Invalid({"_code": "wrong_code"})
    db.session.add(SecondFactor(person_id=person.id, salt=salt, since=clock.now(), last_step=step))
    db.session.flush()
    note("account.factor_on", person, by=person)
    return _new_codes(person.id, key)


def use_code(person: Any, typed: str, *, key: str) -> None:
    """Take a code of the authenticator or a recovery code, each of them once. Raises Invalid; the caller counts."""
    code, factor = tidy(typed), factor_to_use(person.id)
    if factor is None:
        raise Invalid({"_code": "wrong_code"})
    if len(code) == RECOVERY_DIGITS:
        if kept := unused_code(person.id, digest_of(key, person.id, code)):
            kept.used_at = clock.now()
            note("account.recovery_code_used", person, by=person)
            return
    else:
        step = matching_step(
            secret_of(key, person.id, factor.salt), code, now=clock.now(), after=factor.last_step
        )
        if step is not None:
            factor.last_step = step
            return
    raise Invalid({"_code": "wrong_code"})


def renew_codes(person: Any, *, key: str) -> list[str]:
    """New recovery codes; the old ones stop working."""
    note("account.recovery_codes_made", person, by=person)
    return _new_codes(person.id, key)


def switch_off(person: Any, *, by: Any) -> None:
    """Ask for no codes any more; nothing of the factor stays behind."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id))
    note("account.factor_off", person, by=by)


def _new_codes(person_id: int, key: str) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = new_recovery_codes()
    db.session.add_all(
        RecoveryCode(person_id=person_id, digest=digest_of(key, person_id, code)) for code in codes
    )
    return codes
