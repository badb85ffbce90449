"""Calls, letters and visits typed in by staff (R30): they count from the moment they came in."""

from __future__ import annotations

from datetime import datetime

from flask import Response as FlaskResponse
from flask import make_response, render_template, request

from portal import clock
from portal.access import staff
from portal.backoffice.case_entry_form import OTHER, EntryForm
from portal.backoffice.context import the_caller
from portal.backoffice.file_forms import files_of, takes_files
from portal.backoffice.forms import choices
from portal.backoffice.home_choice import home_of, homes_like
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.complaints.kinds import PRIVACY_VERSION, Appearance, Category, Channel
from portal.complaints.queries.clock_view import rounds_of
from portal.complaints.queries.offices import office_of
from portal.complaints.reach import Reach
from portal.complaints.service.lodging import Lodged, Lodgement, ReceiptTimeRefused, lodge
from portal.complaints.service.words import Person, Told
from portal.domain.access_code import read_out
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.institutions.catalogue.entry import Entry
from portal.intake.preparing import MOST_FILES, TOTAL_LIMIT, Prepared
from portal.intake.submissions import fresh_token, read_token
from portal.unit_of_work import unit_of_work

takes_files("new_case", Capability.HANDLE_CASES)


@blueprint.route("/cases/new", methods=["GET", "POST"])
@staff(Capability.HANDLE_CASES)
def new_case() -> FlaskResponse:
    """Enter a complaint that came by telephone, letter or visit, and show its receipt to be read out."""
    form = EntryForm()
    form.region.choices = choices(region_choices(the_caller()))
    if request.method == "GET":
        form.submission.data, form.received_at.data = fresh_token(), clock.now().replace(tzinfo=None)
        return _page(form, 200)
    offered = homes_like(form.q.data, the_caller().scope) if form.q.data else []
    if "find" in request.form:
        form.looked = True
        return _page(form, 200, offered)
    chosen = home_of(form.home.data or "", the_caller().scope)
    if form.validate() & _says_where(form, chosen, offered):
        files = files_of(form, "files")
        lodged = None if files is None else _lodge(form, chosen, files)
        if lodged is not None:
            return _slip(lodged, chosen)
    return _page(form, 422, offered or ([chosen] if chosen else []))


def _says_where(form: EntryForm, chosen: Entry | None, offered: list[Entry]) -> bool:
    if chosen is not None:
        return True
    if form.home.data == OTHER or (not offered and form.place_name.data):
        if form.place_name.data:
            return True
        form.refuse("place_name", "请写机构或场所叫什么；没有名字就写“无名”")
        return False
    form.refuse("q", "请先查找并选中一家；名单里没有的，选“都不是”，写名称和地方")
    return False


def _lodge(form: EntryForm, chosen: Entry | None, files: tuple[Prepared, ...]) -> Lodged | None:
    who = the_caller()
    try:
        with unit_of_work():
            return lodge(
                _lodgement(form, chosen, files),
                read_token(form.submission.data),
                channel=Channel(form.channel.data),
                received_at=_moment(form),
                by=who.actor,
            )
    except ReceiptTimeRefused as refused:
        form.refuse("received_at", refused)
    except DomainError as refused:
        form.refuse("text", refused)
    return None


def _lodgement(form: EntryForm, chosen: Entry | None, files: tuple[Prepared, ...]) -> Lodgement:
    return Lodgement(
        told=Told(
            form.text.data,
            form.asked.data or "",
            form.happened_on.data,
            None if chosen else form.place_name.data,
            None if chosen else form.place.data,
        ),
        person=Person(
            form.name.data or "", form.phone.data or "", form.mail.data or "", form.address.data or ""
        ),
        institution_id=chosen.id if chosen else None,
        region_code=chosen.region_code if chosen else form.region.data,
        category=Category(form.category.data),
        appearance=Appearance(form.appearance.data),
        consent_health=form.consent_health.data,
        consent_publish=form.consent_publish.data,
        privacy_version=PRIVACY_VERSION,
        files=files,
        staff_named=form.staff_named.data,
    )


def _moment(form: EntryForm) -> datetime:
    """Return when it came in. A field of minutes that says this very minute means now."""
    typed = form.moment
    now = clock.now()
    return now if typed == now.replace(second=0, microsecond=0) else typed


def _page(form: EntryForm, status: int, offered: list[Entry] | None = None) -> FlaskResponse:
    page = render_template(
        "backoffice/case_new.html",
        form=form,
        offered=offered or [],
        other=OTHER,
        most_files=MOST_FILES,
        most_megabytes=TOTAL_LIMIT >> 20,
    )
    return make_response(page, status)


def _slip(lodged: Lodged, chosen: Entry | None) -> FlaskResponse:
    """Return the receipt as the answer to the form itself: its code is shown here and never again."""
    case, reach = lodged.case, Reach.of(the_caller())
    page = render_template(
        "backoffice/case_slip.html",
        case=case,
        code=lodged.code,
        fresh=lodged.fresh,
        spoken=read_out(lodged.code) if lodged.code else [],
        round=rounds_of(case)[0],
        home=chosen.name if chosen else None,
        office=office_of(case.region_code),
        theirs=reach.reads(case),
        set_back=case.received_on != case.entered_at.date(),
    )
    return make_response(page, 201)
