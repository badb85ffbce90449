"""Clues of misconduct handed over to discipline inspection: read and received by those alone (SM 5(3))."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, here_with, table_page
from portal.complaints.queries.clues import clue_page, clue_view, clues_waiting, find_clue
from portal.complaints.reach import Reach
from portal.complaints.service import triage
from portal.complaints.service.steps import NotTheirs
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.glossary import label
from portal.unit_of_work import unit_of_work

_FIRST = 5


@blueprint.get("/clues")
@staff(Capability.SEE_CLUES)
def clues() -> str:
    """List the clues within reach, those that nobody has received first."""
    reach = Reach.of(the_caller())
    _, total = clue_page(reach, 0, 0)
    page = table_page(total)
    found, _ = clue_page(reach, page.offset, PER_PAGE)
    return render_template("backoffice/clues.html", clues=found, page_of=page, here_with=here_with)


@blueprint.get("/clues/<int:clue_id>")
@staff(Capability.SEE_CLUES)
def clue(clue_id: int) -> str:
    """Show one clue with its words."""
    found = clue_view(clue_id, Reach.of(the_caller())) or abort(404)
    return render_template("backoffice/clue.html", clue=found)


@blueprint.post("/clues/<int:clue_id>/receive")
@staff(Capability.SEE_CLUES)
def receive_clue(clue_id: int) -> Response:
    """Say that a clue has arrived; the department that handed it over sees that."""
    reach = Reach.of(the_caller())
    record = find_clue(clue_id, reach) or abort(404)
    try:
        with unit_of_work():
            triage.receive_clue(record, reach)
    except NotTheirs:
        abort(404)
    except DomainError as refused:
        flash(str(refused))
    else:
        flash("已确认收到，移交的部门看得到")
    return redirect(url_for("backoffice.clue", clue_id=clue_id), 303)


@queue(Capability.SEE_CLUES)
def _waiting(who: Identity, _today: date) -> Queue | None:
    """Bring the clues that nobody has received to the home page."""
    reach = Reach.of(who)
    count = clues_waiting(reach)
    if not count:
        return None
    found, _ = clue_page(reach, 0, min(_FIRST, count))
    return Queue(
        "移交来的线索，还没确认收到",
        url_for("backoffice.clues"),
        count,
        tuple(
            Waiting(
                f"{one.handed_over_by}移交：{label(one.category)}",
                url_for("backoffice.clue", clue_id=one.id),
                None,
                one.region,
            )
            for one in found
        ),
    )
