"""Roles, the one table role × permission, scope, sign-in policy and names."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ..text import clean, folded


class Role(StrEnum):
    PATROL_LEADER = "patrol_leader"  # tổ trưởng
    DUTY_OFFICER = "duty_officer"  # trực ban
    COMMANDER = "commander"  # chỉ huy
    STAFF_CLERK = "staff_clerk"  # cán bộ tổng hợp
    ADMIN = "admin"  # quản trị: accounts, units, settings; no patrol
    AUDITOR = "auditor"  # kiểm tra: the audit trail only


class Permission(StrEnum):
    OWN_ACCOUNT = "own_account"  # first page, own password, sign-out
    SEE_PATROLS = "see_patrols"  # the list and the figures
    LOG_PATROL = "log_patrol"  # write a patrol one led
    LOG_FOR_OTHERS = "log_for_others"  # nhập hộ: write a patrol somebody else led
    CONFIRM_PATROL = "confirm_patrol"  # say for one's force that a patrol is right
    RETURN_PATROL = "return_patrol"  # send it back to its leader with a remark
    CANCEL_PATROL = "cancel_patrol"
    SEE_TRACKS = "see_tracks"  # the recorded way of any patrol one may open; its leader needs no permission
    SEE_GUARDED_PHOTOS = "see_guarded_photos"  # photos nobody said to be without people, papers, weapons
    FOLLOW_UP_FINDINGS = "follow_up_findings"  # what came of a finding later, and what it turned out to be
    REDACT_TEXT = "redact_text"  # blot out a text that must not stay
    MANAGE_REVIEWS = "manage_reviews"  # conferences, and figures declared from paper
    EXPORT_FIGURES = "export_figures"  # take figures and the lines behind them out as a file
    SEE_TIPS = "see_tips"  # tips one's unit, or a unit under it, sent or received; nobody else learns of them
    KEEP_TIPS = "keep_tips"  # write, acknowledge, judge, verify
    SEE_REGISTERS = "see_registers"  # models (mô hình) and commendations
    KEEP_REGISTERS = "keep_registers"  # write them
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_REGISTER = (
        "manage_register"  # units, areas, stretches, categories, programmes, calendars, rules of counting
    )
    SEE_AUDIT = "see_audit"
    SEE_HEALTH = "see_health"  # how the system is: backup, disk, certificate; nothing of patrols


_P = Permission
_EVERYONE = frozenset({_P.OWN_ACCOUNT})
_TIPS = frozenset({_P.SEE_TIPS, _P.KEEP_TIPS})
_REGISTERS = frozenset({_P.SEE_REGISTERS, _P.KEEP_REGISTERS})

# The one table. A person may do what stands here, on what his scope reaches, and nothing else.
MAY: dict[Role, frozenset[Permission]] = {
    Role.PATROL_LEADER: _EVERYONE | {_P.SEE_PATROLS, _P.LOG_PATROL, _P.CONFIRM_PATROL, _P.CANCEL_PATROL,
                                     _P.SEE_REGISTERS},
    Role.DUTY_OFFICER: _EVERYONE
    | {_P.SEE_PATROLS, _P.LOG_PATROL, _P.LOG_FOR_OTHERS, _P.CONFIRM_PATROL, _P.RETURN_PATROL, _P.CANCEL_PATROL}
    | {_P.SEE_TRACKS, _P.FOLLOW_UP_FINDINGS, _P.EXPORT_FIGURES, _P.SEE_REGISTERS} | _TIPS,
    Role.COMMANDER: _EVERYONE
    | {_P.SEE_PATROLS, _P.LOG_PATROL, _P.CONFIRM_PATROL, _P.RETURN_PATROL, _P.CANCEL_PATROL, _P.SEE_TRACKS}
    | {_P.SEE_GUARDED_PHOTOS, _P.REDACT_TEXT, _P.FOLLOW_UP_FINDINGS, _P.MANAGE_REVIEWS, _P.EXPORT_FIGURES}
    | _TIPS | _REGISTERS,
    Role.STAFF_CLERK: _EVERYONE
    | {_P.SEE_PATROLS, _P.LOG_PATROL, _P.LOG_FOR_OTHERS, _P.FOLLOW_UP_FINDINGS, _P.MANAGE_REVIEWS, _P.EXPORT_FIGURES}
    | _TIPS | _REGISTERS,
    Role.ADMIN: _EVERYONE | {_P.SEE_HEALTH, _P.MANAGE_ACCOUNTS, _P.MANAGE_REGISTER},
    Role.AUDITOR: _EVERYONE | {_P.SEE_AUDIT, _P.SEE_HEALTH},
}  # fmt: skip


def may(role: str, permission: str) -> bool:
    """Whether the table gives this role this permission."""
    return permission in MAY[Role(role)]


# What only people of a force do: a People's Committee looks, it doesn't patrol, and no tip is sent to it.
OF_A_FORCE = (
    frozenset(
        {
            _P.LOG_PATROL,
            _P.LOG_FOR_OTHERS,
            _P.CONFIRM_PATROL,
            _P.RETURN_PATROL,
            _P.CANCEL_PATROL,
            _P.FOLLOW_UP_FINDINGS,
        }
    )
    | _TIPS
)


def person_may(person: Any, permission: str) -> bool:
    """Whether somebody may, by his role and by whether his unit is of a force at all."""
    return may(person.role, permission) and (
        permission not in OF_A_FORCE or person.unit.force_code is not None
    )


@dataclass(frozen=True)
class Scope:
    """What a viewer's queries may reach.

    `unit_ids`: patrols these units lead or take part in are open to him, whole.
    `stretch_ids`: patrols on these stretches he sees as lines of a list and in the figures, no more.
    `area_ids`: models in these areas he sees too. `reads_tips`: whether tips of these units exist for him at all.
    `is_whole_system`: the command line and the system itself. `name` is what the figures say beside them.
    """

    name: str
    unit_ids: frozenset[int] = frozenset()
    stretch_ids: frozenset[int] = frozenset()
    area_ids: frozenset[int] = frozenset()
    reads_tips: bool = False
    is_whole_system: bool = False


WHOLE_SYSTEM = Scope(name="toàn hệ thống", reads_tips=True, is_whole_system=True)
NOTHING = Scope(name="không có phạm vi")


# Sign-in

FREE_TRIES = 5
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
LONGEST_WAIT = timedelta(hours=1)


def wait_after(failures: int) -> timedelta | None:
    """How long the next try must wait after so many failures in a row: nothing for the first ones, never for ever."""
    if failures < FREE_TRIES:
        return None
    step = failures - FREE_TRIES
    return WAITS[step] if step < len(WAITS) else LONGEST_WAIT


def is_blocked(blocked_until: datetime | None, now: datetime) -> bool:
    return blocked_until is not None and now < blocked_until


def account_name(typed: str) -> str:
    """What a user name is kept and found by: no accents, no capitals, no spaces, however it was typed."""
    return folded(clean(typed)).replace(" ", "")


@dataclass(frozen=True)
class PasswordPolicy:
    """What a password must be. `history`: so many of one's last passwords may not be taken again."""

    min_length: int
    kinds: int = 1  # of lower case, capitals, digits and everything else
    history: int = 0


def password_kinds(password: str) -> int:
    """How many of the four kinds of characters stand in it."""
    return len({
        "a" if each.islower() else "A" if each.isupper() else "0" if each.isdigit() else "-"
        for each in password
    })  # fmt: skip


def password_problem(password: str, *, username: str, policy: PasswordPolicy) -> str | None:
    """Why this can't be somebody's password, as a wording code, or None when it can."""
    if len(password) < policy.min_length:
        return "password_too_short"
    if username and username.lower() in password.lower():
        return "password_holds_name"
    if len(set(password)) < 5:
        return "password_too_simple"
    if password_kinds(password) < policy.kinds:
        return "password_few_kinds"
    return None


# Whom the second factor is for when the settings require it; everybody else may have one.
NEEDS_SECOND_FACTOR = frozenset({Role.COMMANDER, Role.STAFF_CLERK, Role.ADMIN})
HALF_SIGNED_IN = timedelta(minutes=5)  # between the password and the code


def is_idle(signed_in_at: datetime | None, opened_at: datetime, *, now: datetime, days: int) -> bool:
    """Whether an account wasn't used for so many days that it is off; 0 days: never."""
    return days > 0 and now - max(opened_at, signed_in_at or opened_at) >= timedelta(days=days)


REVIEW_EVERY = timedelta(days=182)  # half a year


def wants_review(reviewed_at: datetime | None, created_at: datetime, *, now: datetime) -> bool:
    """Whether somebody should look again if an account is still needed and has the right role."""
    return now - (reviewed_at or created_at) >= REVIEW_EVERY


def token_digest(token: str) -> str:
    """What is kept of the token in a cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


SYSTEMS = (("iphone", "iPhone"), ("ipad", "iPad"), ("android", "Android"), ("windows", "Windows"),
           ("mac os", "Mac"), ("linux", "Linux"))  # fmt: skip
BROWSERS = (("coc_coc", "Cốc Cốc"), ("edg", "Edge"), ("opr", "Opera"), ("samsungbrowser", "Samsung Internet"),
            ("firefox", "Firefox"), ("fxios", "Firefox"), ("crios", "Chrome"), ("chrome", "Chrome"),
            ("safari", "Safari"))  # fmt: skip


def device_words(user_agent: str) -> str:
    """'Android, Chrome': what a browser says of itself, short enough for a list; empty when it says nothing known."""
    low = user_agent.lower()
    found = (next((name for mark, name in marks if mark in low), "") for marks in (SYSTEMS, BROWSERS))
    return ", ".join(name for name in found if name)


def ranked_name(rank: str, full_name: str) -> str:
    """'Đại uý Nguyễn Văn Hùng', or the bare name."""
    return f"{rank} {full_name}".strip()


def given_name_key(full_name: str) -> tuple[str, ...]:
    """Sort key for Vietnamese names: by the last word (tên), then the rest."""
    words = full_name.split()
    return (words[-1], *words[:-1]) if words else ("",)
