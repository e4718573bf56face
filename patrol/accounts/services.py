"""Accounts: made, signed in, refused, given new passwords. No commit here."""

import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..audit.services import note
from ..errors import DomainError, Invalid
from ..extensions import db
from ..text import clean
from ..units.models import Unit
from .models import Person, SignInTry
from .queries import failed_tries, person_by_username
from .rules import Role, account_name, is_blocked, password_problem, wait_after

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
    person = Person(
        username=username,
        full_name=full_name,
        rank=rank,
        role=role,
        unit=unit,
        password_hash=_hasher.hash(password),
        must_change_password=must_change,
        created_at=clock.now(),
        is_active=True,
        session_epoch=1,
    )
    db.session.add(person)
    db.session.flush()
    note("account.created", person, by=by, changes={"role": [None, role]})
    return person


def reset_password(person: Person, password: str, *, by: Person | None) -> None:
    """Give a one-time password; whoever is signed in with the old one is signed out."""
    person.password_hash = _hasher.hash(password)
    person.must_change_password = True
    person.session_epoch += 1
    for tried in db.session.query(SignInTry).filter_by(username=person.username):
        db.session.delete(tried)
    note("account.password_reset", person, by=by)


def change_password(person: Person, current: str, new: str, *, min_length: int) -> None:
    """Change one's own password and sign out everywhere else. Raises Invalid."""
    if not _matches(person.password_hash, current):
        raise Invalid({"current": "wrong_password"})
    if new == current:
        raise Invalid({"new": "password_unchanged"})
    if problem := password_problem(new, username=person.username, min_length=min_length):
        raise Invalid({"new": problem})
    person.password_hash = _hasher.hash(new)
    person.must_change_password = False
    person.session_epoch += 1
    note("account.password_changed", person, by=person)


def set_active(person: Person, is_active: bool, *, by: Person) -> None:
    """Switch an account off or on again; off also signs it out."""
    person.is_active = is_active
    person.session_epoch += 1
    note("account.activated" if is_active else "account.deactivated", person, by=by)


def sign_in(username: str, password: str, address: str) -> Person:
    """The person whose name and password these are.

    Raises Blocked while too many failures from this address are being waited out, Invalid when name or password is
    wrong. The caller commits in both cases: the count of failures must outlive the refusal.
    """
    username, address = account_name(username)[:60], address[:60]
    tried = _tries(username, address)
    now = clock.now()
    if is_blocked(tried.blocked_until, now):
        raise Blocked(tried.blocked_until - now)  # type: ignore[operator]
    person = person_by_username(username)
    if (
        not _matches(person.password_hash if person else _stand_in(), password)
        or not person
        or not person.is_active
    ):
        _count_failure(tried)
        note("session.refused", person, by=None)
        raise Invalid({"_username": "wrong_credentials"})
    db.session.delete(tried)
    if _hasher.check_needs_rehash(person.password_hash):
        person.password_hash = _hasher.hash(password)
    person.signed_in_at = now
    note("session.signed_in", person, by=person)
    return person


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
