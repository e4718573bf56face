"""The arrows between the rooms hold, and the checker that says so sees every wrong one."""

from pathlib import Path

import pytest

from tests.house.architecture import LONGEST, problems


def test_every_import_goes_down_and_every_file_keeps_to_its_task(root: Path):
    sources = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in (root / "patrol").rglob("*.py")
    }
    assert len(sources) > 20
    assert problems(sources) == []


WRONG = [
    # between rooms
    ("patrol/audit/services.py", "from ..accounts.models import Person", "audit doesn't import accounts"),
    ("patrol/units/queries.py", "from patrol.patrols import queries", "units doesn't import patrols"),
    ("patrol/accounts/services.py", "import patrol.patrols.models", "accounts doesn't import patrols"),
    ("patrol/patrols/services.py", "from ..reviews.models import Review", "patrols doesn't import reviews"),
    (
        "patrol/patrols/services.py",
        "def late():\n    from ..findings import services",
        "patrols doesn't import findings",
    ),
    ("patrol/tips/queries.py", "from ..tracks.models import Track", "tips doesn't import tracks"),
    ("patrol/totals/queries.py", "from ..home import views", "totals doesn't import home"),
    ("patrol/home/views.py", "from ..demo.making import people", "home doesn't import demo"),
    ("patrol/home/views.py", "from ..logbook.views import bp", "views of logbook are nobody else's business"),
    ("patrol/patrols/services.py", "from ..cli import cli", "a room doesn't import the wiring"),
    ("patrol/patrols/services.py", "from .. import create_app", "a room doesn't import the wiring"),
    ("patrol/patrols/services.py", "import config", "a room doesn't import config"),
    (
        "patrol/patrols/services.py",
        "import importlib\nimportlib.import_module('patrol.home')",
        "hide the arrows",
    ),
    # platform
    ("patrol/clock.py", "from .patrols import rules", "the platform doesn't import a room"),
    ("patrol/web/access.py", "from ..accounts.rules import Role", "the platform doesn't import a room"),
    ("patrol/web/errors.py", "from .. import cli", "the platform doesn't import the wiring"),
    # the six names
    ("patrol/patrols/rules.py", "import sqlalchemy", "rules.py imports only the standard library"),
    ("patrol/patrols/rules.py", "from flask import request", "rules.py imports only the standard library"),
    ("patrol/patrols/rules.py", "from .. import wording", "rules.py doesn't import wording"),
    ("patrol/patrols/rules.py", "from .models import Patrol", "rules.py doesn't import its own models"),
    (
        "patrol/patrols/rules.py",
        "from ..units.models import Unit",
        "rules.py doesn't import the models of units",
    ),
    ("patrol/patrols/rules.py", "from .. import units", "rules.py imports only rules of units"),
    ("patrol/patrols/forms.py", "from flask import request", "forms.py doesn't import flask"),
    ("patrol/patrols/forms.py", "from .queries import known", "forms.py doesn't import its own queries"),
    ("patrol/patrols/forms.py", "from ..extensions import db", "forms.py doesn't import extensions"),
    ("patrol/tracks/rules.py", "from .gpx import read_gpx", "rules.py doesn't import its own gpx"),
    ("patrol/patrols/models.py", "from .queries import known", "models.py doesn't import its own queries"),
    ("patrol/patrols/models.py", "select(Patrol)", "models.py doesn't query"),
    (
        "patrol/patrols/queries.py",
        "from .services import record",
        "queries.py doesn't import its own services",
    ),
    (
        "patrol/patrols/queries.py",
        "from flask_login import current_user",
        "queries.py doesn't import flask_login",
    ),
    ("patrol/patrols/queries.py", "db.session.add(one)", "queries.py doesn't write"),
    ("patrol/patrols/queries.py", "db.session.execute(update(Patrol))", "queries.py doesn't write"),
    ("patrol/patrols/services.py", "from flask import flash", "services.py doesn't import flask"),
    ("patrol/patrols/services.py", "db.session.commit()", "commits"),
    ("patrol/patrols/services.py", "from .forms import parse", "services.py doesn't import its own forms"),
    ("patrol/patrols/services.py", "from .views import bp", "nothing inside a room imports its views"),
    ("patrol/patrols/services.py", "from ..web import assets", "services.py doesn't import web"),
    ("patrol/patrols/views.py", "from sqlalchemy import select", "views.py doesn't import sqlalchemy"),
    ("patrol/patrols/views.py", "db.session.scalars(wanted)", "views.py holds no SQL"),
    ("patrol/patrols/views.py", "db.session.add(one)", "views.py holds no SQL"),
    # names and sizes
    ("patrol/patrols/utils.py", "", "utils says nothing"),
    ("patrol/patrols/exports.py", "", "exports is not one of the names of a room"),
    ("patrol/patrols/more/rules.py", "", "a room has no rooms inside"),
    ("patrol/helpers.py", "", "helpers says nothing"),
    ("patrol/things.py", "", "things is neither a room nor part of the platform"),
    ("patrol/patrols/rules.py", "x = 1\n" * (LONGEST + 1), "it has two subjects"),
    # edges and habits
    ("patrol/logbook/views.py", "import gpxpy", "gpxpy is imported only in patrol/tracks/gpx.py"),
    (
        "patrol/coastmap/views.py",
        "from folium import Map",
        "folium is imported only in patrol/coastmap/drawing.py",
    ),
    ("patrol/totals/services.py", "import openpyxl", "openpyxl is imported only in patrol/sheets/reading.py"),
    (
        "patrol/reviews/tables.py",
        "import xlsxwriter",
        "xlsxwriter is imported only in patrol/sheets/blanks.py, patrol/sheets/xlsx.py",
    ),
    ("patrol/sheets/xlsx.py", "from ..totals import queries", "the platform doesn't import a room"),
    ("patrol/extensions.py", "db.session.commit()", "commits"),
    ("patrol/patrols/services.py", "datetime.now(UTC)", "goes round patrol.clock"),
    ("patrol/patrols/rules.py", "datetime.date.today()", "goes round patrol.clock"),
    ("patrol/patrols/services.py", "try:\n    x()\nexcept Exception:\n    pass", "catches everything"),
    ("patrol/patrols/services.py", "try:\n    x()\nexcept:\n    pass", "catches everything"),
    (
        "patrol/patrols/services.py",
        "try:\n    x()\nexcept (ValueError, Exception):\n    pass",
        "catches everything",
    ),
]


@pytest.mark.parametrize(("path", "source", "expected"), WRONG)
def test_the_checker_sees_what_is_wrong(path: str, source: str, expected: str):
    assert [found for found in problems({path: source}) if expected in found], problems({path: source})


RIGHT = [
    (
        "patrol/patrols/rules.py",
        "from datetime import date\nfrom .. import clock\nfrom ..units.rules import Kind",
    ),
    (
        "patrol/patrols/forms.py",
        "from pydantic import BaseModel\nfrom ..errors import Invalid\nfrom .rules import Means",
    ),
    (
        "patrol/patrols/models.py",
        "from sqlalchemy import String\nfrom ..db import Key\nfrom .rules import Status",
    ),
    (
        "patrol/patrols/queries.py",
        "from sqlalchemy import select\nfrom ..units import queries as units\nselect(1)",
    ),
    (
        "patrol/patrols/services.py",
        "from .. import audit\nfrom ..audit.services import note\ndb.session.flush()",
    ),
    (
        "patrol/logbook/views.py",
        "from flask import request\nfrom ..patrols.services import record\ndb.session.commit()",
    ),
    ("patrol/__init__.py", "from .home import views\nfrom .cli import cli"),
    ("patrol/cli/figures.py", "from ..totals.queries import figures\ndb.session.commit()"),
    ("patrol/clock.py", "datetime.now(UTC)"),
    ("patrol/tracks/services.py", "from .gpx import read_gpx"),
    ("patrol/tracks/gpx.py", "import gpxpy\ntry:\n    x()\nexcept Exception:\n    pass"),
]


@pytest.mark.parametrize(("path", "source"), RIGHT)
def test_the_checker_lets_pass_what_is_right(path: str, source: str):
    assert problems({path: source}) == []
