"""Accounts: made, signed in, refused, given new passwords, moved between units. No commit here."""

import secrets
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..audit.services import note
from ..errors import DomainError, Invalid
from ..extensions import db
from ..factors.queries import factor_of
from ..factors.services import switch_off, use_code
from ..text import clean
from ..units.models import Unit
from .models import DeviceSession, OldPassword, Person, Posting, SignInTry
from .queries import failed_tries, idle, old_passwords, person_by_username, postings_of
from .rules import (
    PasswordPolicy,
    Role,
    account_name,
    is_blocked,
    password_problem,
    token_digest,
    wait_after,
)

SECOND_STEP = (
    "second step"  # stands for the address when codes are tried: guesses from everywhere count together
)

SYLLABLES = [
    first + last for first in "bcdghklmnprstv" for last in ("a", "an", "e", "en", "i", "o", "on", "u")
]

_hasher = PasswordHasher()
_no_such_account = (
    ""  # a hash nobody knows the password of, so that an unknown name takes as long as a wrong password
)


class Blocked(DomainError):
    """Too many failed tries: the next one may come at `until`."""

    status, code = 429, "blocked"

    def __init__(self, wait: timedelta):
        super().__init__("too many tries")
        self.minutes = max(1, -(-int(wait.total_seconds()) // 60))


class AccountIdle(DomainError):
    """The password was right, but nobody used the account for so long that it is off."""

    status, code = 422, "account_idle"


class CodeNeeded(DomainError):
    """The password was right; `person` is signed in when he gives a code too."""

    status, code = 200, "code_needed"

    def __init__(self, person: Person):
        super().__init__("a second factor is on")
        self.person = person


def use_time_cost(time_cost: int) -> None:
    """How much work one password hash is."""
    global _hasher
    if _hasher.time_cost != time_cost:
        _hasher = PasswordHasher(time_cost=time_cost, memory_cost=65536 if time_cost > 1 else 1024)


def one_time_password() -> str:
    """A password that can be read out and typed on a phone: four groups of two syllables and a number."""
    groups = ["".join(secrets.choice(SYLLABLES) for _ in range(2)) for _ in range(3)]
    return "-".join([*groups, str(secrets.randbelow(90) + 10)])


def create_person(
    *,
    username: str,
    full_name: str,
    role: Role,
    unit: Unit,
    password: str,
    rank: str = "",
    by: Person | None = None,
    must_change: bool = True,
) -> Person:
    """A new account. Raises Invalid when the user name is taken, empty, or something is too long."""
    username, full_name, rank = account_name(username), clean(full_name), clean(rank)
    longest = {"username": (username, 60), "full_name": (full_name, 200), "rank": (rank, 60)}
    wrong = {name: "too_long" for name, (text, most) in longest.items() if len(text) > most}
    if not username:
        wrong["username"] = "required"
    elif person_by_username(username):
        wrong["username"] = "username_taken"
    if wrong:
        raise Invalid(wrong)
    now = clock.now()
    person = Person(
        username=username,
        full_name=full_name,
        rank=rank,
        role=role,
        unit=unit,
        password_hash=_hasher.hash(password),
        must_change_password=must_change,
        created_at=now,
        opened_at=now,
        password_set_at=now,
        is_active=True,
    )
    db.session.add(person)
    db.session.flush()
    _post(person)
    note("account.created", person, by=by, changes={"role": [None, role], "unit": [None, unit.name]})
    return person


def reset_password(person: Person, password: str, *, by: Person | None) -> None:
    """Give a one-time password; whoever is signed in with the old one is signed out. Idle days begin anew."""
    _set_password(person, password)
    person.must_change_password = True
    person.opened_at = clock.now()
    for tried in db.session.query(SignInTry).filter_by(username=person.username):
        db.session.delete(tried)
    note("account.password_reset", person, by=by)


def change_password(person: Person, current: str, new: str, *, policy: PasswordPolicy) -> None:
    """Change one's own password and sign out everywhere else. Raises Invalid."""
    if not _matches(person.password_hash, current):
        raise Invalid({"_current": "wrong_password"})
    if new == current:
        raise Invalid({"_new": "password_unchanged"})
    if problem := password_problem(new, username=person.username, policy=policy):
        raise Invalid({"_new": problem})
    if policy.history and any(_matches(old, new) for old in old_passwords(person.id, policy.history)):
        raise Invalid({"_new": "password_used_before"})
    _set_password(person, new)
    person.must_change_password = False
    note("account.password_changed", person, by=person)


def _set_password(person: Person, password: str) -> None:
    now = clock.now()
    db.session.add(OldPassword(person_id=person.id, password_hash=person.password_hash, replaced_at=now))
    person.password_hash = _hasher.hash(password)
    person.password_set_at = now
    end_sessions(person)


def set_active(person: Person, is_active: bool, *, by: Person | None) -> None:
    """Switch an account off or on again; either signs it out everywhere. On begins its idle days anew."""
    person.is_active = is_active
    if is_active:
        person.opened_at = clock.now()
    end_sessions(person)
    note("account.activated" if is_active else "account.deactivated", person, by=by)


def sign_in(
    username: str, password: str, address: str, *, idle_days: int = 0, asks_codes: bool = True
) -> Person:
    """The person whose name and password these are.

    Raises Blocked while too many failures from this address are being waited out, Invalid when name or password is
    wrong, AccountIdle when it is right but unused for `idle_days`, CodeNeeded when a second factor is on. The caller
    commits in every case: the count of failures must outlive the refusal.
    """
    username, address = account_name(username)[:60], address[:60]
    tried = _open_tries(username, address)
    person = person_by_username(username)
    if (
        not _matches(person.password_hash if person else _stand_in(), password)
        or not person
        or not person.is_active
    ):
        _count_failure(tried)
        note("session.refused", person, by=None)
        raise Invalid({"_username": "wrong_credentials"})
    if idle([person], days=idle_days):
        note("session.idle", person, by=None)
        raise AccountIdle
    db.session.delete(tried)
    if _hasher.check_needs_rehash(person.password_hash):
        person.password_hash = _hasher.hash(password)
    if asks_codes and factor_of(person.id):
        raise CodeNeeded(person)
    _welcome(person)
    return person


def sign_in_with_code(person: Person, typed: str, *, key: str) -> None:
    """The second step: the password was right a moment ago. Raises Blocked or Invalid; the caller commits anyway."""
    tried = _open_tries(person.username, SECOND_STEP)
    _use_code(person, typed, tried, key=key)
    _welcome(person)


def prove(person: Person, typed: str, *, key: str) -> None:
    """Ask somebody signed in for a code before his second factor is touched. Raises like `sign_in_with_code`."""
    _use_code(person, typed, _open_tries(person.username, SECOND_STEP), key=key)


def _use_code(person: Person, typed: str, tried: SignInTry, *, key: str) -> None:
    try:
        use_code(person, typed, key=key)
    except Invalid:
        _count_failure(tried)
        note("session.code_refused", person, by=None)
        raise
    db.session.delete(tried)


def _welcome(person: Person) -> None:
    person.signed_in_at = clock.now()
    note("session.signed_in", person, by=person)


def _open_tries(username: str, address: str) -> SignInTry:
    """The failures so far. Raises Blocked."""
    tried, now = _tries(username, address), clock.now()
    if is_blocked(tried.blocked_until, now):
        raise Blocked(tried.blocked_until - now)  # type: ignore[operator]
    return tried


def open_session(person: Person, *, address: str, device: str) -> str:
    """Begin a session of a device; the token its cookie carries, which is kept nowhere else."""
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        DeviceSession(
            person_id=person.id,
            token_digest=token_digest(token),
            device=device[:300],
            address=address[:60],
            started_at=now,
            seen_at=now,
        )
    )
    db.session.flush()
    return token


def seen(token: str) -> None:
    """Remember that the device of this session is in use."""
    db.session.execute(
        update(DeviceSession)
        .where(DeviceSession.token_digest == token_digest(token), DeviceSession.ended_at.is_(None))
        .values(seen_at=clock.now())
    )


def end_sessions(person: Person, *, only: int | None = None, but: int | None = None) -> None:
    """Sign devices of somebody out: `only` one, all `but` one, or all."""
    wanted = update(DeviceSession).where(
        DeviceSession.person_id == person.id, DeviceSession.ended_at.is_(None)
    )
    if only is not None:
        wanted = wanted.where(DeviceSession.id == only)
    if but is not None:
        wanted = wanted.where(DeviceSession.id != but)
    db.session.execute(wanted.values(ended_at=clock.now()))


def sign_out_devices(person: Person, *, by: Person, only: int | None = None, but: int | None = None) -> None:
    """Like `end_sessions`, as somebody's wish and so in the audit trail."""
    end_sessions(person, only=only, but=but)
    note("session.ended", person, by=by, changes={"device": [only, None]} if only else {})


def remove_factor(person: Person, *, by: Person | None) -> None:
    """Take somebody's second factor away (a lost phone); he is signed out and sets up another one."""
    switch_off(person, by=by)
    end_sessions(person)


def transfer(person: Person, *, unit: Unit, role: Role, by: Person) -> bool:
    """Move somebody to another unit or role from today on; whether that was a change.

    His rights follow at once, so he is signed out. What he wrote stays as it was written, under the name of the unit
    of its day.
    """
    if (person.unit_id, person.role) == (unit.id, role):
        return False
    changes: dict[str, list[Any]] = {}
    if person.role != role:
        changes["role"] = [person.role, role]
    if person.unit_id != unit.id:
        changes["unit"] = [person.unit.name, unit.name]
    person.unit, person.role = unit, role
    _post(person)
    end_sessions(person)
    note("account.transferred", person, by=by, changes=changes)
    return True


def _post(person: Person) -> None:
    today = clock.today()
    for posting in postings_of(person.id):
        if posting.until_on is None:
            posting.until_on = today
    db.session.add(
        Posting(
            person_id=person.id,
            unit_id=person.unit.id,
            unit_name=person.unit.name,
            role=person.role,
            from_on=today,
        )
    )


def mark_reviewed(people: list[Person], *, by: Person) -> None:
    """Write down that somebody looked at these accounts: still needed, unit and role still right."""
    for person in people:
        person.reviewed_at, person.reviewed_by_name = clock.now(), by.full_name
        note("account.reviewed", person, by=by)


def _tries(username: str, address: str) -> SignInTry:
    """The failures of this name from this address, held until this try is decided: guesses sent at once queue up."""
    if tried := failed_tries(username, address):
        return tried
    tried = SignInTry(username=username, address=address, failures=0, last_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(tried)
    except IntegrityError:  # another first try was quicker
        return _tries(username, address)
    return tried


def _count_failure(tried: SignInTry) -> None:
    now = clock.now()
    tried.failures += 1
    tried.last_at = now
    wait = wait_after(tried.failures)
    tried.blocked_until = now + wait if wait else None


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _stand_in() -> str:
    global _no_such_account
    if not _no_such_account:
        _no_such_account = _hasher.hash(secrets.token_hex(16))
    return _no_such_account
