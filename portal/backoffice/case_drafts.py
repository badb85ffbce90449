"""Drafts of what is said to a citizen: saved while one writes, begun with a template, read by a reviewer."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.backoffice.case_actions import Answer, attempt
from portal.backoffice.case_deeds import BY_NAME
from portal.backoffice.case_drafting import FIELDS, KINDS
from portal.backoffice.case_forms import CaseForm, ReturnForm
from portal.backoffice.case_page import Given, case_or_404, show
from portal.backoffice.context import the_caller
from portal.backoffice.sections import blueprint
from portal.complaints.models import Case
from portal.complaints.reach import Reach
from portal.complaints.service import review
from portal.complaints.service.drafts import drop_draft, save_draft
from portal.complaints.service.office import fill_template, find_template
from portal.complaints.service.steps import ChangedMeanwhile, Excluded, NotTheirs
from portal.domain.case_status import CaseRefused, allows
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.unit_of_work import unit_of_work

_SAID = {
    "save": "草稿已存，只有您看得到",
    "template": "模板已填进来，请改好再发",
    "submit": "已交审核，审核人员看过就发出",
    "take_back": "已撤回，可以接着改",
    "drop": "草稿已扔掉",
}


@blueprint.post("/cases/<receipt>/drafts/<name>")
@staff(Capability.HANDLE_CASES)
def save_case_draft(receipt: str, name: str) -> Response | tuple[Response, int] | tuple[str, int]:
    """Keep what is being written; begin it with a template; hand it to a reviewer or take it back."""
    if name not in KINDS:
        abort(404)
    case, wanted = case_or_404(receipt), request.form.get("do", "save")
    form = BY_NAME[name].form(prefix=name)
    try:
        with unit_of_work():
            _do(wanted, case, name, form)
    except (NotTheirs, Excluded):
        abort(404)
    except DomainError as refused:
        if _by_script():
            return jsonify(said=f"没有存上：{refused}"), 409
        page = show(receipt, Given(name, {name: form}, str(refused)))
        return page, 409 if isinstance(refused, ChangedMeanwhile) else 422
    if _by_script():
        return jsonify(said=_SAID["save"])
    flash(_SAID.get(wanted, _SAID["save"]))
    return redirect(url_for("backoffice.case", receipt=receipt, open=name, _anchor=f"deed-{name}"), 303)


@blueprint.post("/cases/<receipt>/drafts/<int:draft_id>/approve")
@staff(Capability.REVIEW_CASES)
def approve_case_draft(receipt: str, draft_id: int) -> Answer:
    """Send out what somebody else wrote, as it was read."""
    case, form = case_or_404(receipt), CaseForm()
    try:
        saved_at = datetime.fromisoformat(request.form.get("saved", ""))
    except ValueError:
        abort(400)
    return attempt(
        receipt,
        form,
        Given("approve", {"approve": form}),
        lambda: review.approve(case, draft_id, Reach.of(the_caller()), form.seen, saved_at),
        "已同意，发出去了",
    )


@blueprint.post("/cases/<receipt>/drafts/<int:draft_id>/return")
@staff(Capability.REVIEW_CASES)
def return_case_draft(receipt: str, draft_id: int) -> Answer:
    """Give a draft back to its writer."""
    case, form = case_or_404(receipt), ReturnForm(prefix="return")
    return attempt(
        receipt,
        form,
        Given("return", {"return": form}),
        lambda: review.return_reply(case, draft_id, form.words.data, Reach.of(the_caller()), form.seen),
        "已退回，写的人看得到您的意见",
    )


def _do(wanted: str, case: Case, name: str, form: CaseForm) -> None:
    kind, reach = KINDS[name], Reach.of(the_caller())
    if wanted == "drop":
        drop_draft(case, kind, reach)
        return
    if wanted == "take_back":
        review.take_back(case, kind, reach, form.seen)
        return
    if not allows(case.status, BY_NAME[name].event):
        raise CaseRefused("这件投诉现在不用再写这个了。")  # what was sent must not leave a draft behind
    fields = {one: form[one].data or "" for one in FIELDS if one in form}
    if wanted == "template":
        fields["words"] = _with_template(fields["words"], case, reach)
    save_draft(case, kind, fields, reach)
    if wanted == "submit":
        review.submit_reply(case, kind, reach, form.seen)


def _with_template(words: str, case: Case, reach: Reach) -> str:
    number = request.form.get("template", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    chosen = find_template(int(number), reach) if is_number else None
    if chosen is None:
        raise CaseRefused("请先选一个模板。")
    filled = fill_template(chosen, case).text
    return f"{words.rstrip()}\n\n{filled}" if words.strip() else filled


def _by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"
