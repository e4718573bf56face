"""Bare instances; nobody imports from patrol/__init__."""

from flask_login import LoginManager
from flask_migrate import Migrate

from .db import database

db = database()
login = LoginManager()
migrate = Migrate()
