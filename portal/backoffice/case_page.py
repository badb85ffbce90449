"""One complaint on one page: what to do next first, then the clocks, the words, who wrote, the log.

Who may see what is decided by ``complaints.queries.case_page``; this page shows what it is given (R32).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Response as FlaskResponse
from flask import abort, make_response, render_template, request

from portal.access import staff
from portal.backoffice.case_choices import offer_choices
from portal.backoffice.case_deeds import Deed, lead_of, offered
from portal.backoffice.case_drafting import drafting, fill_in
from portal.backoffice.case_forms import CaseForm, ContactForm, ReadmitForm, ReturnForm
from portal.backoffice.case_words import final_days, log_lines, next_lines, standing_words
from portal.backoffice.context import the_caller
from portal.backoffice.forms import choices
from portal.backoffice.sections import blueprint
from portal.complaints.kinds import Finding, WhyExcluded
from portal.complaints.models import Case
from portal.complaints.queries.alike import earlier_cases, home_cases, look_alikes
from portal.complaints.queries.case_page import CaseView, case_record, case_view
from portal.complaints.queries.case_rows import CaseRow
from portal.complaints.reach import Reach
from portal.complaints.service import handling
from portal.complaints.service.steps import round_of
from portal.complaints.service.words import Person
from portal.domain.actor import PUBLIC
from portal.domain.case_status import CaseEvent, allows
from portal.domain.permissions import Capability
from portal.domain.receipts import COMPLAINT, InvalidReceipt, parse_receipt
from portal.glossary import label
from portal.institutions.catalogue.holder import catalogue
from portal.intake.attachments import MIME, open_file
from portal.intake.models import FileKind
from portal.unit_of_work import unit_of_work


@dataclass(slots=True)
class Given:
    """What a page is shown again with: the form that was sent, what went wrong, a person just opened."""

    name: str = ""
    """Of the deed."""
    forms: dict[str, CaseForm] = field(default_factory=dict)
    problem: str | None = None
    person: Person | None = None


@blueprint.get("/cases/<receipt>")
@staff(Capability.SEE_CASES)
def case(receipt: str) -> str:
    """Show one complaint as far as the caller may see it."""
    return show(receipt, Given())


@blueprint.get("/cases/<receipt>/files/<name>")
@staff(Capability.HANDLE_CASES)
def case_file(receipt: str, name: str) -> FlaskResponse:
    """Hand out a photo or PDF of a complaint: to be looked at, in a sandbox that runs nothing."""
    found = _view(receipt)
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


def case_or_404(receipt: str) -> Case:
    """Return the case to be acted on; a 404 where it is not theirs, or excludes them."""
    return case_record(_number(receipt), Reach.of(the_caller())) or abort(404)


def show(receipt: str, given: Given) -> str:
    """Return the page of a case, as it stands now, with what was typed."""
    who, view = the_caller(), _view(receipt)
    if view.person_first:
        with unit_of_work():
            handling.note_opening(case_or_404(receipt), Reach.of(who))
        view = _view(receipt)
    if view.excluded:
        return render_template("backoffice/case_excluded.html", view=view)
    record = case_or_404(receipt) if view.reads else None
    found = [] if record is None else _offered(record, view)
    lead = None if record is None else lead_of(record, found)
    writing = None if record is None else drafting(record, view, found, who)
    forms = {} if record is None else _forms(found, record, view, given)
    for name, draft in writing.drafts.items() if writing is not None else ():
        if name not in given.forms:
            fill_in(forms[name], draft)
    sent = given.forms.get(given.name)
    is_there = given.name in forms or given.name == "contact"
    typed = sent.typed if sent is not None and (given.problem or not is_there) else []
    handles = record is not None
    return render_template(
        "backoffice/case.html",
        view=view,
        reads=view.reads,
        told=view.told,
        files=view.files,
        person=view.person or given.person,
        contact_form=_contact_form(view, given) if handles else None,
        rounds=view.rounds,
        home_name=view.home or "没有登记的场所",
        entry=None if view.institution_id is None else catalogue(PUBLIC).by_id.get(view.institution_id),
        earlier=_earlier(view, record),
        alike=[] if record is None else [one.row for one in look_alikes(record, Reach.of(who))],
        can_merge=any(deed.name == "merge" for deed in found),
        lines=log_lines(view),
        lead=lead,
        others=[deed for deed in found if deed is not lead and deed.name != "close"],
        forms_of=forms,
        opened=given.name or request.args.get("open", ""),
        refused=sent if sent is not None and sent.errors and not given.problem else None,
        problem=given.problem,
        typed=typed,
        standing_words=standing_words(view),
        next_lines=next_lines(view, lead, handles),
        final_days=final_days,
        drafting=writing,
        return_form=_fresh(ReturnForm, "return", view.version, given),
        may_publish=handles and who.allows(Capability.REVIEW_CASES) and view.erased_at is None
        and allows(view.status, CaseEvent.PUBLISH),
        may_erase=handles and who.allows(Capability.REVIEW_CASES) and view.erased_at is None
        and allows(view.status, CaseEvent.ERASE),
        may_review=handles and who.allows(Capability.REVIEW_CASES),
        finding_words=_finding_words,
        own_id=who.staff_id,
    )  # fmt: skip


def _finding_words(value: str) -> str:
    """Return what a draft says was found; nothing where it says nothing yet."""
    return next((label(one) for one in Finding if one.value == value), "")


def _offered(record: Case, view: CaseView) -> list[Deed]:
    found = offered(record, round_of(record), the_caller())
    again = any(why is not WhyExcluded.EARLIER for _, _, why in view.exclusions)
    return [deed for deed in found if deed.name != "readmit" or again]


def _earlier(view: CaseView, record: Case | None) -> list[CaseRow]:
    reach = Reach.of(the_caller())
    if record is not None:
        return earlier_cases(record, reach)
    return [] if view.institution_id is None else home_cases(view.institution_id, reach, but=view.id)


def _view(receipt: str) -> CaseView:
    return case_view(_number(receipt), Reach.of(the_caller())) or abort(404)


def _number(receipt: str) -> str:
    try:
        return parse_receipt(receipt, COMPLAINT)
    except InvalidReceipt:
        abort(404)


def _forms(found: list[Deed], record: Case, view: CaseView, given: Given) -> dict[str, CaseForm]:
    forms = {}
    for deed in found:
        forms[deed.name] = form = given.forms.get(deed.name) or deed.form(None, prefix=deed.name)
        if deed.name not in given.forms:
            offer_choices(form, record)
        if isinstance(form, ReadmitForm):
            shut_out = [
                (str(one), name) for one, name, why in view.exclusions if why is not WhyExcluded.EARLIER
            ]
            form.handler.choices = choices(shut_out)
        form.version.data = str(record.version)  # what is read now is what the next step is about
    return forms


def _contact_form(view: CaseView, given: Given) -> CaseForm | None:
    if not view.has_person or view.person is not None or given.person is not None:
        return None
    return _fresh(ContactForm, "contact", view.version, given)


def _fresh(kind: type[CaseForm], name: str, version: int, given: Given) -> CaseForm:
    form = given.forms.get(name) or kind(None, prefix=name)
    form.version.data = str(version)
    return form
