"""The patrol log of "Tuyến biển bình yên"."""

from flask import Flask

import config

from . import cli, web
from .accounts import views as accounts
from .accounts.queries import person_by_session
from .accounts.rules import person_may
from .accounts.services import use_time_cost
from .administration import views as administration
from .audit import views as audit
from .audit.services import arrived_from
from .coastmap import views as coastmap
from .commendations import views as commendations
from .exports import views as exports
from .extensions import db, login, migrate
from .findings import views as findings
from .guide import views as guide
from .health import views as health
from .home import views as home
from .logbook import views as logbook
from .paper import views as paper
from .phone import views as phone
from .photos import views as photos
from .printing import views as printing
from .reviews import views as reviews
from .safety import views as safety
from .schemes import views as schemes
from .sync import views as sync
from .tips import views as tips
from .totals import views as totals
from .totals.services import mark_changed_months
from .tracks import views as tracks
from .units.queries import is_demo
from .version import VERSION


def create_app(settings: config.Config | None = None) -> Flask:
    """The application, ready to serve. Only settings and static files are read here, never the database."""
    settings = settings or config.load()
    app = Flask(__name__, template_folder=str(config.ROOT / "templates"), static_folder=None)
    app.config.update(settings.flask())
    use_time_cost(settings.ARGON2_TIME_COST)
    db.init_app(app)
    mark_changed_months()
    login.init_app(app)
    login.user_loader(person_by_session)
    migrate.init_app(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    web.init_app(
        app,
        version=VERSION,
        static_folder=config.ROOT / "static",
        is_demo=is_demo,
        may=person_may,
        end_idle_session=accounts.end_idle_session,
        ask_to_sign_in=accounts.ask_to_sign_in,
        first_duty=accounts.first_duty,
        lead_to=accounts.lead_to,
        menu=home.menu_for,
        arrived_from=arrived_from,
    )
    for room in (
        accounts, administration, audit, coastmap, commendations, exports, findings, guide, health, home,
        logbook, paper, phone, photos, printing, reviews, safety, schemes, sync, tips, totals, tracks,
    ):  # fmt: skip
        app.register_blueprint(room.bp)
    cli.init_app(app)
    return app
