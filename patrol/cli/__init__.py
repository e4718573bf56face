"""The commands of `flask --app wsgi …`, a file for each subject. Each command commits once, visibly."""

from flask import Flask

from . import accounts, audit, backup, figures, paper, phone, retention, setup, start, tracks


def init_app(app: Flask) -> None:
    for subject in (setup, start, figures, tracks, paper, accounts, audit, backup, retention, phone):
        for command in subject.COMMANDS:
            app.cli.add_command(command)
