"""One suggestion on one page: what to do next, what was written, how it stands in public, its log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, make_response, render_template, request, url_for

from portal import clock
from portal.access import staff
from portal.accountability.queries.origin import may_become_a_problem, problem_of
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Deed, Given, attempt, forms_for, offered
from portal.backoffice.forms import choices
from portal.backoffice.sections import blueprint
from portal.backoffice.suggestion_deeds import (
    OF_THE_ANSWERING,
    SUGGESTION_DEEDS,
    keeps_suggestion,
    lead_of,
)
from portal.backoffice.suggestion_forms import PublicationForm
from portal.backoffice.versioned_form import VersionedForm
from portal.complaints.queries.people import staff_names
from portal.domain.permissions import Capability, Department
from portal.domain.suggestion_status import PUBLIC, SuggestionEvent, SuggestionStatus, allows
from portal.glossary import label
from portal.intake.attachments import MIME, open_file
from portal.intake.models import FileKind
from portal.topics.models import Suggestion
from portal.topics.queries.alike import AlikeRow, alike
from portal.topics.queries.suggestion_page import office_view, suggestion_record
from portal.topics.queries.topic_desk import adoptable_topics, topic_record
from portal.topics.service import moderating
from portal.topics.service.rights import keeps, names_them

_LIKE_MOST = 5


@blueprint.get("/suggestions/<receipt>")
@staff(Capability.SEE_COLUMN)
def suggestion(receipt: str) -> str:
    """Show one suggestion."""
    return show(receipt, Given())


@blueprint.get("/suggestions/<receipt>/files/<name>")
@staff(Capability.KEEP_COLUMN)
def suggestion_file(receipt: str, name: str) -> FlaskResponse:
    """Hand out a photo or PDF of a suggestion: to be looked at, in a sandbox that runs nothing."""
    who = the_caller()
    found = office_view(_own_or_404(receipt), who.actor, who.scope)
    file = next((one for one in found.files if one.name == name), None) or abort(404)
    data = open_file(file)
    if data is None:
        abort(404)
    answer = make_response(data)
    answer.content_type = MIME[file.kind]
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    number = [one.name for one in found.files].index(name) + 1
    ending, how = ("jpg", "inline") if file.kind is FileKind.PHOTO else ("pdf", "attachment")
    answer.headers["Content-Disposition"] = f'{how}; filename="{found.receipt}-{number}.{ending}"'
    return answer


@blueprint.route("/suggestions/<receipt>/publication", methods=["GET", "POST"])
@staff(Capability.KEEP_COLUMN)
def suggestion_publication(receipt: str) -> str | Answer:
    """Show what was written beside what the public would read; publish it, or put it right."""
    record, form, who = _own_or_404(receipt), PublicationForm(), the_caller()
    public = record.status in PUBLIC
    if not (public or allows(record.status, SuggestionEvent.PUBLISH)):
        abort(404)
    if not form.is_submitted():
        proposal = moderating.proposal_for(record)
        if record.title is not None and record.text is not None:
            form.title.data, form.text.data = record.title, record.text
        elif proposal is not None:
            form.title.data, form.text.data = proposal.title, proposal.text.redacted
        return _publication(receipt, Given("", form))
    do = moderating.amend if public else moderating.publish
    return attempt(
        Given("", form),
        lambda: do(record, form.title.data, form.text.data, who.actor, who.scope, form.seen),
        "公开的文字已改" if public else "已公开",
        lambda given: _publication(receipt, given),
        lambda: url_for("backoffice.suggestion", receipt=receipt),
        ((moderating.StillPersonal, ("text",)),),
    )


def _publication(receipt: str, given: Given) -> str:
    record, who = _own_or_404(receipt), the_caller()
    assert given.form is not None
    given.form.version.data = str(record.version)
    proposal = moderating.proposal_for(record)
    return render_template(
        "backoffice/suggestion_publication.html",
        record=record,
        form=given.form,
        problem=given.problem,
        original=None if proposal is None else proposal.text,
        public=record.status in PUBLIC,
        likes=_likes(record, who),
    )


def _endpoint(deed: Deed[Suggestion]) -> Callable[[str], Answer]:
    def view(receipt: str) -> Answer:
        record = _own_or_404(receipt)
        form = _filled(deed.form(prefix=deed.name), deed.name, record)
        return attempt(
            Given(deed.name, form),
            lambda: deed.do(record, form, the_caller()),
            deed.said,
            lambda shown: show(receipt, shown),
            lambda: url_for("backoffice.suggestion", receipt=receipt),
        )

    view.__doc__ = f"Do what {deed.name} says with a suggestion."
    return view


for _deed in SUGGESTION_DEEDS:
    blueprint.post(f"/suggestions/<receipt>/{_deed.path}", endpoint=f"suggestion_{_deed.name}")(
        staff(_deed.may)(_endpoint(_deed))
    )


def show(receipt: str, given: Given) -> str:
    """Return the page of a suggestion, as it stands now, with what was typed."""
    who, record = the_caller(), _record_or_404(receipt)
    view = office_view(record, who.actor, who.scope)
    answers = who.scope.department is record.department
    found = [
        deed
        for deed in offered(SUGGESTION_DEEDS, record, who, keeps_suggestion)
        if answers or deed.name not in OF_THE_ANSWERING
    ]
    lead = lead_of(record, found)
    deed_forms = forms_for(found, record, given)
    for name, form in deed_forms.items():
        _filled(form, name, record)
    entered = problem_of(record, who.scope) if view.reads else None
    keeps = view.reads and who.allows(Capability.KEEP_COLUMN)
    return render_template(
        "backoffice/suggestion.html",
        record=record,
        view=view,
        lead=lead,
        deeds_left=[deed for deed in found if deed is not lead],
        forms_of=deed_forms,
        opened=given.name or request.args.get("open", ""),
        given=given,
        typed=given.typed if given.problem else [],
        keeps=keeps,
        may_publish=keeps and SuggestionEvent.PUBLISH in view.may and record.erased_at is None,
        may_amend=keeps and SuggestionEvent.AMEND in view.may,
        public=record.status in PUBLIC,
        entered_problem=entered,
        may_enter_problem=entered is None
        and who.allows(Capability.KEEP_SUPERVISION)
        and who.allows(Capability.KEEP_COLUMN)
        and may_become_a_problem(record, who.actor, who.scope),
        topic_here=view.topic is not None and topic_record(view.topic[0], who.scope) is not None,
        likes=_likes(record, who) if keeps and record.status is SuggestionStatus.RECEIVED else [],
        departments={one.value: label(one) for one in Department},
        names=staff_names([line.staff_id for line in view.lines]) if view.reads else {},
    )


def _likes(record: Suggestion, who: Identity) -> list[AlikeRow]:
    """Return public ones that say something like it, for merging."""
    view = office_view(record, who.actor, who.scope)
    if view.words is None:
        return []
    return alike(view.words, record.region_code, None, _LIKE_MOST, record.id)


def _filled(form: VersionedForm, name: str, record: Suggestion) -> Any:
    """Return the form of a deed with the choices that depend on the suggestion."""
    if name == "adopt":
        possible = adoptable_topics(record.region_code, clock.now())
        form["topic"].choices = choices(
            (one.topic.id, f"{one.topic.year}年{one.region_label}：{one.topic.title}") for one in possible
        )
    return form


def _record_or_404(receipt: str) -> Suggestion:
    """Return a suggestion of the caller's regions; not one to keep that names them and the public can't read.

    Who only watches reads no word of any, and a page that is missing would tell them.
    """
    who = the_caller()
    record = suggestion_record(receipt, who.scope) or abort(404)
    if record.status not in PUBLIC and keeps(record, who.scope) and names_them(record, who.actor):
        abort(404)
    return record


def _own_or_404(receipt: str) -> Suggestion:
    record = _record_or_404(receipt)
    return record if keeps_suggestion(record, the_caller()) else abort(404)
