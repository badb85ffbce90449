"""``flask complaints``: the public figures counted anew."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.complaints.figures import AT_ONCE, recount, refresh_stale
from portal.unit_of_work import unit_of_work

complaints = AppGroup("complaints", help="Complaints.")


@complaints.command("count")
def count() -> None:
    """Throw the public figures away and count every month anew, from the cases themselves."""
    with unit_of_work():
        months = recount()
    while refresh_stale() == AT_ONCE:
        pass
    click.echo(f"counted {months} months of regions")
