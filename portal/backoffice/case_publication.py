"""Publishing a complaint: original and proposed text side by side, maskings marked; a reviewer decides."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from portal.access import staff
from portal.backoffice.case_forms import CaseForm, ReasonForm
from portal.backoffice.case_page import case_or_404
from portal.backoffice.context import the_caller
from portal.backoffice.forms import trimmed
from portal.backoffice.sections import blueprint
from portal.backoffice.versioned_form import words_field
from portal.complaints.kinds import DraftKind
from portal.complaints.models import Case, CasePublication
from portal.complaints.reach import Reach
from portal.complaints.service import publication
from portal.complaints.service.drafts import draft_of, save_draft
from portal.complaints.service.publication_words import TITLE_MOST, Proposal
from portal.complaints.service.rights import ReviewerNeeded
from portal.complaints.service.steps import Excluded, NotTheirs
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.unit_of_work import unit_of_work

_FIELDS = ("title", "text", "reply")


class PublicationForm(CaseForm):
    """What the public is to read."""

    title = StringField(
        "标题", [InputRequired("请写标题"), Length(max=TITLE_MOST, message=f"请不要超过{TITLE_MOST}个字")],
        filters=[trimmed],
    )  # fmt: skip
    text = words_field("公开的投诉内容", "请写公开的投诉内容")
    reply = words_field("公开的答复", "请写公开的答复")
    show_home = BooleanField("写出机构名称")


@blueprint.route("/cases/<receipt>/publication", methods=["GET", "POST"])
@staff(Capability.REVIEW_CASES)
def case_publication(receipt: str) -> str | Response | tuple[str, int]:
    """Show what was written beside what the public would read; publish what a reviewer approves."""
    case, form, reach = case_or_404(receipt), PublicationForm(), Reach.of(the_caller())
    published = _standing(case)
    if not form.is_submitted():
        _begin(form, case, published, reach)
        return _page(case, form)
    if request.form.get("do") in ("save", "propose"):
        return _keep(case, form, reach)
    if not form.validate():
        return _page(case, form), 422
    do = publication.publish if published is None else publication.change
    try:
        with unit_of_work():
            do(
                case, form.title.data, form.text.data, form.reply.data, form.show_home.data, reach, form.seen
            )  # fmt: skip
    except ReviewerNeeded:
        abort(403)
    except (NotTheirs, Excluded):
        abort(404)
    except DomainError as refused:
        return _page(case_or_404(receipt), form, str(refused)), 409
    flash("已公开" if published is None else "公开的内容已改")
    return redirect(url_for("backoffice.case", receipt=receipt), 303)


@blueprint.post("/cases/<receipt>/publication/withdraw")
@staff(Capability.REVIEW_CASES)
def unpublish_case(receipt: str) -> Response | tuple[str, int]:
    """Take out of public what was published."""
    case, form, reach = case_or_404(receipt), ReasonForm(prefix="unpublish"), Reach.of(the_caller())
    problem = None
    if form.validate_on_submit():
        try:
            with unit_of_work():
                publication.unpublish(case, form.reason.data, reach, form.seen)
        except (NotTheirs, Excluded):
            abort(404)
        except DomainError as refused:
            case, problem = case_or_404(receipt), str(refused)
        else:
            flash("已撤下，公众看不到了")
            return redirect(url_for("backoffice.case", receipt=receipt), 303)
    shown = PublicationForm(None)
    _begin(shown, case, _standing(case), reach)
    return _page(case, shown, problem, form), 409 if problem else 422


def _keep(case: Case, form: PublicationForm, reach: Reach) -> Response:
    """Save the draft; where it is to begin anew, from what a machine proposes."""
    fields = {name: form[name].data or "" for name in _FIELDS}
    fields["show_home"] = "1" if form.show_home.data else ""
    if request.form.get("do") == "propose":
        found = _proposal(case, bool(form.show_home.data))
        if found is not None:
            fields |= {"title": found.title, "text": found.text.redacted, "reply": found.reply.redacted}
    try:
        with unit_of_work():
            save_draft(case, DraftKind.PUBLICATION, fields, reach)
    except (NotTheirs, Excluded):
        abort(404)
    flash("草稿已存，公众还看不到" if request.form.get("do") == "save" else "已重新遮一遍，请再看")
    return redirect(url_for("backoffice.case_publication", receipt=case.receipt), 303)


def _begin(form: PublicationForm, case: Case, published: CasePublication | None, reach: Reach) -> None:
    """Begin with the draft, else with what stands in public, else with what a machine proposes."""
    draft = draft_of(case, DraftKind.PUBLICATION, reach)
    if draft is not None:
        values: dict[str, Any] = {name: draft.fields.get(name, "") for name in _FIELDS}
        form.show_home.data = draft.fields.get("show_home") == "1"
    elif published is not None:
        values = {"title": published.title, "text": published.text, "reply": published.reply}
        form.show_home.data = published.institution_id is not None
    else:
        found = _proposal(case, False)
        values = {}
        if found is not None:
            values = {"title": found.title, "text": found.text.redacted, "reply": found.reply.redacted}
    for name, value in values.items():
        form[name].data = value


def _proposal(case: Case, show_home: bool) -> Proposal | None:
    try:
        return publication.propose(case, show_home)
    except publication.NotForPublic:
        return None


def _standing(case: Case) -> CasePublication | None:
    found = publication.publication_of(case)
    return found if found is not None and found.withdrawn_at is None else None


def _page(
    case: Case, form: PublicationForm, problem: str | None = None, unpublish: ReasonForm | None = None
) -> str:
    form.version.data = str(case.version)
    withdrawing = unpublish or ReasonForm(None, prefix="unpublish")
    withdrawing.version.data = str(case.version)
    return render_template(
        "backoffice/case_publication.html",
        case=case,
        form=form,
        problem=problem,
        why_not=publication.why_not(case),
        proposal=_proposal(case, bool(form.show_home.data)),
        published=_standing(case),
        earlier=publication.publication_of(case),
        may_show_home=publication.may_show_home(case),
        unpublish=withdrawing,
    )
