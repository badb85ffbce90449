"""Publishing a visit: what was written and what the public would read, side by side; a reviewer decides."""

from __future__ import annotations

from flask import abort, render_template, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.inspection_forms import PublicationForm
from portal.backoffice.inspection_page import own_or_404
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability
from portal.domain.proposed import Proposed
from portal.domain.refusals import WordsMissing
from portal.supervision.models import Inspection
from portal.supervision.queries.inspection_page import inspection_view
from portal.supervision.service import inspections as service
from portal.supervision.service.redacting import StillPersonal, about, proposed


@blueprint.route("/inspections/<public_id>/publication", methods=["GET", "POST"])
@staff(Capability.REVIEW_SUPERVISION)
def inspection_publication(public_id: str) -> str | Answer:
    """Show what was written beside what the public would read; publish what a reviewer approves."""
    record, form, who = own_or_404(public_id), PublicationForm(), the_caller()
    if record.visited_on is None:
        abort(404)
    standing = record.published_at is not None and record.withdrawn_at is None
    if not form.is_submitted():
        form.text.data = record.public_summary or _proposal(record).redacted
        return _page(record, Given("", form))
    return attempt(
        Given("", form),
        lambda: service.publish_inspection(record, form.text.data, who.actor, who.scope, form.seen),
        "公开的内容已改" if standing else "已公开",
        lambda given: _page(own_or_404(public_id), given),
        lambda: url_for("backoffice.inspection", public_id=public_id),
        ((StillPersonal, ("text",)), (WordsMissing, ("text",))),
    )


def _proposal(record: Inspection) -> Proposed:
    return proposed(record.summary or "", about(record.institution_id, record.unregistered_home_id))


def _page(record: Inspection, given: Given) -> str:
    view = inspection_view(record.public_id, the_caller().scope)
    assert view is not None, "what is within reach can be read"
    assert given.form is not None, "a publication has a form"
    given.form.version.data = str(record.version)
    return render_template(
        "backoffice/inspection_publication.html",
        record=record,
        view=view,
        row=view.row,
        form=given.form,
        problem=given.problem,
        summary=_proposal(record),
        standing=record.published_at is not None and record.withdrawn_at is None,
    )
