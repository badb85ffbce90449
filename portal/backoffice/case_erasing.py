"""Erasing a complaint's words for good, before their term is over: a page of its own, its number typed."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.backoffice.case_forms import EraseForm
from portal.backoffice.case_page import case_or_404
from portal.backoffice.context import the_caller
from portal.backoffice.sections import blueprint
from portal.complaints.models import Case
from portal.complaints.reach import Reach
from portal.complaints.service import retention
from portal.complaints.service.steps import Excluded, NotTheirs
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.receipts import COMPLAINT, InvalidReceipt, parse_receipt
from portal.unit_of_work import unit_of_work


@blueprint.route("/cases/<receipt>/erase", methods=["GET", "POST"])
@staff(Capability.REVIEW_CASES)
def erase_case(receipt: str) -> str | Response | tuple[str, int]:
    """Say what erasing means, and erase once the number was typed."""
    case, form, problem = case_or_404(receipt), EraseForm(), None
    if not form.is_submitted():
        form.version.data = str(case.version)
    elif form.validate() and _is_typed(case, form):
        try:
            with unit_of_work():
                retention.erase(case, Reach.of(the_caller()), form.seen)
        except (NotTheirs, Excluded):
            abort(404)
        except DomainError as refused:
            case, problem = case_or_404(receipt), str(refused)
            form.version.data = str(case.version)
        else:
            flash("内容已删除，打不开了；登记编号、经过和统计数字还在")
            return redirect(url_for("backoffice.case", receipt=receipt), 303)
    page = render_template("backoffice/case_erase.html", case=case, form=form, problem=problem)
    return page, 409 if problem else 422 if form.is_submitted() else 200


def _is_typed(case: Case, form: EraseForm) -> bool:
    try:
        same = parse_receipt(form.receipt.data, COMPLAINT) == case.receipt
    except InvalidReceipt as refused:
        form.refuse("receipt", refused)
        return False
    if not same:
        form.refuse("receipt", "和这一件的登记编号不一样，请再看一遍")
    return same
