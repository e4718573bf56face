"""Who may call a route. Every route says so itself; one that says nothing is refused to everybody."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, g, request
from flask_login import current_user

from ..errors import NotAllowed, NotFound

View = TypeVar("View", bound=Callable[..., Any])

# The routes anybody may call, signed in or not. Pinned by a test; nothing here may show a record.
PUBLIC = (
    "accounts.sign_in",
    "accounts.sign_in_submit",
    "health.certificate",
    "health.certificate_file",
    "health.metrics",
    "phone.index",
    "phone.manifest",
    "phone.worker",
    "web.healthz",
    "web.set_theme",
    "web.static_file",
)


class PasswordChangeNeeded(NotAllowed):
    """A program of somebody with a one-time password: no page can be shown to it."""

    code = "password_change_needed"


class SecondFactorNeeded(NotAllowed):
    """A program of somebody who has to set up a second factor on its page first."""

    code = "second_factor_needed"


def allow(
    permission: str, *, hidden: bool = False, is_logged: bool = False, holds_password: bool = False
) -> Callable[[View], View]:
    """Mark a view as open to roles with this permission.

    `hidden`: to everybody else there is no such page. `is_logged`: reading it is written down, so a GET writes too.
    `holds_password`: what is posted to it is never kept through a sign-in in between.
    """

    def mark(view: View) -> View:
        view.required_permission = permission  # type: ignore[attr-defined]
        view.is_hidden = hidden  # type: ignore[attr-defined]
        view.is_logged = is_logged  # type: ignore[attr-defined]
        view.holds_password = holds_password  # type: ignore[attr-defined]
        return view

    return mark


def init_app(
    app: Flask,
    *,
    may: Callable[[Any, str], bool],
    end_idle_session: Callable[[], None],
    ask_to_sign_in: Callable[[], Any],
    first_duty: Callable[[Any], tuple[str, ...] | None],
    lead_to: Callable[[str], Any],
) -> None:
    """Guard every request. Permissions, the sign-in page and what somebody has to do first come from the rooms."""

    def guard() -> Any:
        if request.endpoint == "web.static_file":  # kept by everybody's cache: no session may show in it
            return None
        end_idle_session()
        if request.endpoint is None or request.endpoint in PUBLIC:
            return None
        if not current_user.is_authenticated:
            return ask_to_sign_in()
        view = app.view_functions[request.endpoint]
        required = getattr(view, "required_permission", None)
        if required is None or not may(current_user, required):
            raise NotFound if getattr(view, "is_hidden", False) else NotAllowed
        duty = g.duty = first_duty(current_user)
        if duty and request.endpoint not in duty:
            if request.path.startswith("/api/"):
                raise PasswordChangeNeeded if duty[0] == "accounts.change_password" else SecondFactorNeeded
            return lead_to(duty[0])
        return None

    app.before_request(guard)
