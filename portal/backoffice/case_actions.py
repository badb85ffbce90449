"""Doing something with a complaint: each line of ``case_deeds`` is an endpoint of its own, and works alike.

What was typed is never lost: a refusal stands at its field, and who came second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.backoffice.case_choices import offer_choices
from portal.backoffice.case_deeds import DEEDS, Deed
from portal.backoffice.case_forms import CaseForm, ContactForm
from portal.backoffice.case_page import Given, case_or_404, show
from portal.backoffice.context import the_caller
from portal.backoffice.sections import blueprint
from portal.complaints.queries.case_page import case_record
from portal.complaints.reach import Reach
from portal.complaints.service import handling
from portal.complaints.service.moving import CannotMove
from portal.complaints.service.rights import ReviewerNeeded
from portal.complaints.service.steps import ChangedMeanwhile, Excluded, NotTheirs, WordsMissing
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.receipts import InvalidReceipt
from portal.domain.response_clock import ClockRefused
from portal.unit_of_work import unit_of_work

Answer = Response | tuple[str, int]

_AT_FIELD: tuple[tuple[type[DomainError], tuple[str, ...]], ...] = (
    (WordsMissing, ("words", "reason")),
    (handling.CannotAssign, ("handler",)),
    (CannotMove, ("into", "region")),
    (InvalidReceipt, ("into",)),
    (ClockRefused, ("days", "received_at")),
)
"""Refusals that stand at a field, where the form has it."""


def attempt(receipt: str, form: CaseForm, given: Given, do: Callable[[], object], said: str) -> Answer:
    """Do something with a case in one unit of work; if refused, show its page with all that was typed."""
    if not form.validate_on_submit():
        return show(receipt, given), 422
    try:
        with unit_of_work():
            do()
    except ReviewerNeeded as refused:
        given.problem, status = str(refused), 403
    except (NotTheirs, Excluded):
        abort(404)
    except ChangedMeanwhile as refused:
        given.problem, status = str(refused), 409
    except DomainError as refused:
        status = 422 if _put_at_field(form, refused) else 409
        given.problem = None if status == 422 else str(refused)
    else:
        flash(said)
        return redirect(_where_next(receipt), 303)
    return show(receipt, given), status


def _put_at_field(form: CaseForm, refused: DomainError) -> bool:
    for kind, names in _AT_FIELD:
        name = next((one for one in names if one in form), None)
        if isinstance(refused, kind) and name is not None:
            form.refuse(name, refused)
            return True
    return False


def _where_next(receipt: str) -> str:
    """Return the case's page; the queue, once the case is no longer theirs to see."""
    if case_record(receipt, Reach.of(the_caller())) is None:
        return url_for("backoffice.cases")
    return url_for("backoffice.case", receipt=receipt)


def _endpoint(deed: Deed) -> Callable[[str], Answer]:
    def view(receipt: str) -> Answer:
        case = case_or_404(receipt)
        form = deed.form(prefix=deed.name)
        offer_choices(form, case)
        given = Given(deed.name, {deed.name: form})
        return attempt(receipt, form, given, lambda: deed.do(case, form, the_caller()), deed.said)

    view.__doc__ = f"Do what {deed.name} says with a case."
    return view


for _deed in DEEDS:
    blueprint.post(f"/cases/<receipt>/{_deed.name.replace('_', '-')}", endpoint=_deed.endpoint)(
        staff(_deed.may)(_endpoint(_deed))
    )


@blueprint.post("/cases/<receipt>/contact")
@staff(Capability.HANDLE_CASES)
def open_contact(receipt: str) -> Answer:
    """Open the contact of somebody who wants it kept, for whoever says why; the audit keeps who and why."""
    case = case_or_404(receipt)
    form = ContactForm(prefix="contact")
    given = Given("contact", {"contact": form})
    if not form.validate_on_submit():
        return show(receipt, given), 422
    try:
        with unit_of_work():
            given.person = handling.open_person(case, Reach.of(the_caller()), form.reason.data)
    except (NotTheirs, Excluded):
        abort(404)
    except WordsMissing as refused:
        form.refuse("reason", refused)
        return show(receipt, given), 422
    # the answer itself shows it: going back or asking again does not
    return show(receipt, given), 200
