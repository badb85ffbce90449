"""The ``flask`` commands: thin, over services. One module per command group."""

from __future__ import annotations

from flask import Flask

from portal.cli import search_query  # noqa: F401
from portal.cli.accountability import accountability
from portal.cli.audit import audit
from portal.cli.calendar import calendar
from portal.cli.complaints import complaints
from portal.cli.demo import demo
from portal.cli.draw import draw
from portal.cli.import_institutions import import_institutions
from portal.cli.keys import keys
from portal.cli.load_boundaries import load_boundaries_command
from portal.cli.mail import mail
from portal.cli.redact import redact
from portal.cli.search import search
from portal.cli.staff import staff
from portal.cli.targets import targets
from portal.cli.worker import worker


def init_cli(app: Flask) -> None:
    """Register every command with the application."""
    app.cli.add_command(accountability)
    app.cli.add_command(audit)
    app.cli.add_command(calendar)
    app.cli.add_command(complaints)
    app.cli.add_command(demo)
    app.cli.add_command(draw)
    app.cli.add_command(import_institutions)
    app.cli.add_command(keys)
    app.cli.add_command(load_boundaries_command)
    app.cli.add_command(mail)
    app.cli.add_command(redact)
    app.cli.add_command(search)
    app.cli.add_command(staff)
    app.cli.add_command(targets)
    app.cli.add_command(worker)
