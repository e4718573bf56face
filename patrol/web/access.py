"""Who may call a route. Every route says so itself; one that says nothing is refused to everybody."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, redirect, request, url_for
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
    "web.healthz",
    "web.set_theme",
    "web.static_file",
)

# All that somebody with a one-time password may do.
WITH_ONE_TIME_PASSWORD = ("accounts.change_password", "accounts.change_password_submit", "accounts.sign_out")


class PasswordChangeNeeded(NotAllowed):
    """A program of somebody with a one-time password: no page can be shown to it."""

    code = "password_change_needed"


def allow(permission: str, *, hidden: bool = False, is_logged: bool = False) -> Callable[[View], View]:
    """Mark a view as open to roles with this permission.

    `hidden`: to everybody else there is no such page. `is_logged`: reading it is written down, so a GET writes too.
    """

    def mark(view: View) -> View:
        view.required_permission = permission  # type: ignore[attr-defined]
        view.is_hidden = hidden  # type: ignore[attr-defined]
        view.is_logged = is_logged  # type: ignore[attr-defined]
        return view

    return mark


def init_app(
    app: Flask,
    *,
    may: Callable[[Any, str], bool],
    end_idle_session: Callable[[], None],
    ask_to_sign_in: Callable[[], Any],
) -> None:
    """Guard every request. The table of permissions and the sign-in page come from the accounts room."""

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
        if current_user.must_change_password and request.endpoint not in WITH_ONE_TIME_PASSWORD:
            if request.path.startswith("/api/"):
                raise PasswordChangeNeeded
            return redirect(url_for("accounts.change_password"))
        return None

    app.before_request(guard)
