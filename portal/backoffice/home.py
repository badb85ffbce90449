"""The first page after signing in: what waits for me today."""

from __future__ import annotations

from flask import render_template

from portal import clock
from portal.access import staff
from portal.alerts.queries import alert_counts
from portal.backoffice.context import the_caller
from portal.backoffice.queues import queues_of
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability


@blueprint.get("")
@staff(Capability.SEE_RECORDS)
def home() -> str:
    """Show the queues, the most urgent first, and how many read along by mail."""
    queues = queues_of(the_caller(), clock.today())
    return render_template("backoffice/home.html", queues=queues, readers=alert_counts())
