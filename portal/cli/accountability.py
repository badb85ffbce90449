"""``flask accountability``: the public figures and the points of every home, counted anew."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.accountability.figures import AT_ONCE, recount, refresh_stale
from portal.accountability.ranking import rank_all
from portal.unit_of_work import unit_of_work

accountability = AppGroup("accountability", help="Figures of supervision.")


@accountability.command("count")
def count() -> None:
    """Throw the public figures away, count every month anew, and rank every home."""
    with unit_of_work():
        months = recount()
    while refresh_stale() == AT_ONCE:
        pass
    homes = rank_all()
    click.echo(f"counted {months} months of regions, ranked {homes} homes")
