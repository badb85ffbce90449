"""Publishing a problem: what was written and what the public would read, side by side; a reviewer decides."""

from __future__ import annotations

from flask import abort, render_template, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt, keeps
from portal.backoffice.problem_forms import PublicationForm, ReasonForm
from portal.backoffice.problem_page import problem_or_404
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability
from portal.domain.rectification import ProblemEvent, allows
from portal.supervision.problem_models import Problem
from portal.supervision.service import publication
from portal.supervision.service.redacting import about, proposed


@blueprint.route("/problems/<public_id>/publication", methods=["GET", "POST"])
@staff(Capability.REVIEW_SUPERVISION)
def problem_publication(public_id: str) -> str | Answer:
    """Show what was written beside what the public would read; publish what a reviewer approves."""
    record, form, who = _own_or_404(public_id), PublicationForm(), the_caller()
    if not form.is_submitted():
        proposal = publication.propose_problem(record)
        form.title.data, form.text.data = proposal.title.redacted, proposal.text.redacted
        return _page(record, Given("", form))
    before = record.published_at
    return attempt(
        Given("", form),
        lambda: publication.publish_problem(
            record, form.text.data, form.title.data, who.actor, who.scope, form.seen
        ),
        "已公开" if before is None else "公开的内容已改",
        lambda given: _page(_own_or_404(public_id), given),
        lambda: url_for("backoffice.problem", public_id=public_id),
    )


@blueprint.post("/problems/<public_id>/publication/withdraw")
@staff(Capability.REVIEW_SUPERVISION)
def unpublish_problem(public_id: str) -> Answer:
    """Take out of public what was published."""
    record, form, who = _own_or_404(public_id), ReasonForm(prefix="unpublish"), the_caller()

    def again(given: Given) -> str:
        now = _own_or_404(public_id)
        shown = PublicationForm(None)
        shown.title.data, shown.text.data = now.title, now.public_text or ""
        return _page(now, Given("", shown, given.problem), form)

    return attempt(
        Given("unpublish", form),
        lambda: publication.unpublish_problem(record, form.reason.data, who.actor, who.scope, form.seen),
        "已撤下，公众看不到了",
        again,
        lambda: url_for("backoffice.problem", public_id=public_id),
    )


def _page(record: Problem, given: Given, unpublish: ReasonForm | None = None) -> str:
    home = about(record.institution_id, record.unregistered_home_id, record.place)
    withdrawing = unpublish or ReasonForm(None, prefix="unpublish")
    assert given.form is not None
    given.form.version.data = withdrawing.version.data = str(record.version)
    return render_template(
        "backoffice/problem_publication.html",
        record=record,
        form=given.form,
        problem=given.problem,
        title=proposed(record.title, home),
        text=proposed(record.description, home),
        may=allows(record.status, ProblemEvent.PUBLISH),
        unpublish=withdrawing,
    )


def _own_or_404(public_id: str) -> Problem:
    record = problem_or_404(public_id)
    return record if keeps(record, the_caller()) else abort(404)
