"""HTTP plumbing that knows no room: what it needs of them is handed in by create_app."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_login import current_user
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from ..db import only_reads
from ..extensions import db
from ..parsing import LARGEST_KEY
from . import access, assets, errors, filters, limits, requests, security, views

THEMES = ("auto", "day", "dark", "night")


def init_app(
    app: Flask,
    *,
    version: str,
    static_folder: Path,
    is_demo: Callable[[], bool],
    may: Callable[[Any, str], bool],
    end_idle_session: Callable[[], None],
    ask_to_sign_in: Callable[[], Any],
    first_duty: Callable[[Any], tuple[str, ...] | None],
    lead_to: Callable[[str], Any],
    menu: Callable[[Any], list[dict[str, Any]]],
    arrived_from: Callable[[str, str], None],
) -> None:
    """Set up everything around the rooms."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.config["VERSION"] = version
    app.url_map.converters["int"] = partial(IntegerConverter, max=LARGEST_KEY)  # no column holds a larger one
    if app.config["PATROL"].TRUSTED_PROXIES:
        hops = app.config["PATROL"].TRUSTED_PROXIES
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    @app.before_request
    def begin() -> None:
        view = app.view_functions.get(request.endpoint or "")
        only_reads(request.method in security.READING and not getattr(view, "is_logged", False))
        arrived_from(request.remote_addr or "", request.headers.get("User-Agent", ""))

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        only_reads(False)  # what was said of this request holds for nothing after it

    requests.init_app(app)
    filters.init_app(app)
    assets.init_app(app, static_folder)
    security.init_app(app)
    limits.init_app(app)
    access.init_app(
        app,
        may=may,
        end_idle_session=end_idle_session,
        ask_to_sign_in=ask_to_sign_in,
        first_duty=first_duty,
        lead_to=lead_to,
    )
    errors.init_app(app, roll_back=lambda: db.session.rollback())
    app.register_blueprint(views.bp)

    @app.context_processor
    def on_every_page() -> dict[str, Any]:
        person = current_user if current_user.is_authenticated else None
        if "is_demo" not in g:
            g.is_demo = is_demo()
        if person and "duty" not in g:  # a page nobody is asked for, or an error before the guard
            g.duty = first_duty(person)
        duty = g.get("duty") if person else None
        theme = request.cookies.get("giao_dien", "auto")
        return {
            "person": person,
            "is_plain": not request.is_secure and not security.is_this_machine(request.host),
            "theme": theme if theme in THEMES else "auto",
            "is_demo": g.is_demo,
            "nav": menu(person) if person and not duty else [],
            "duty": duty,
            "may": lambda permission: person is not None and may(person, permission),
        }
