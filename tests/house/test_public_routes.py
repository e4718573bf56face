"""Who may look at what without signing in: one tuple, and a change of it has to be meant."""

from flask import Flask

from patrol.web.access import PUBLIC

PINNED = (
    "accounts.sign_in",
    "accounts.sign_in_submit",
    "health.certificate",
    "health.certificate_file",
    "health.metrics",  # 404 for whoever doesn't hold the token
    "phone.index",
    "phone.manifest",
    "phone.worker",
    "web.healthz",
    "web.set_theme",
    "web.static_file",
)


def test_the_public_routes_are_these():
    assert sorted(PUBLIC) == sorted(PINNED)


def test_every_public_route_exists(app: Flask):
    assert set(PUBLIC) <= set(app.view_functions)


def test_every_other_route_says_who_may_call_it(app: Flask):
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in PUBLIC and getattr(view, "required_permission", None) is None
    ]
    assert silent == []
