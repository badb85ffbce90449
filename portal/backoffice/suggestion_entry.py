"""Suggestions that came by telephone, letter or visit, typed in by staff; the receipt is read out."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import make_response, render_template, request

from portal import clock
from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.file_forms import files_of, takes_files
from portal.backoffice.forms import choices
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.suggestion_forms import EntryForm
from portal.domain.access_code import read_out
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.intake.preparing import MOST_FILES, TOTAL_LIMIT, Prepared
from portal.intake.submissions import fresh_token, read_token
from portal.topics.kinds import PRIVACY_VERSION, SuggestionChannel, SuggestionKind
from portal.topics.service.lodging import Lodged, ReceiptTimeRefused, Wish, lodge
from portal.topics.service.rights import keeps
from portal.topics.service.words import Contact
from portal.unit_of_work import unit_of_work

takes_files("new_suggestion", Capability.KEEP_COLUMN)


@blueprint.route("/suggestions/new", methods=["GET", "POST"])
@staff(Capability.KEEP_COLUMN)
def new_suggestion() -> FlaskResponse:
    """Enter a suggestion that somebody called in, and show its receipt to be read out."""
    form = EntryForm()
    form.region.choices = choices(region_choices(the_caller()))
    if request.method == "GET":
        form.submission.data, form.received_at.data = fresh_token(), clock.now().replace(tzinfo=None)
        return _page(form, 200)
    if form.validate():
        files = files_of(form, "files")
        lodged = None if files is None else _lodge(form, files)
        if lodged is not None:
            return _slip(lodged)
    return _page(form, 422)


def _lodge(form: EntryForm, files: tuple[Prepared, ...]) -> Lodged | None:
    wish = Wish(
        form.text.data,
        Contact(form.phone.data or "", form.mail.data or ""),
        form.region.data,
        SuggestionKind(form.kind.data),
        PRIVACY_VERSION,
        files,
    )
    now = clock.now()
    this_minute = form.moment == now.replace(second=0, microsecond=0)
    try:
        with unit_of_work():
            return lodge(
                wish,
                read_token(form.submission.data),
                channel=SuggestionChannel(form.channel.data),
                received_at=now if this_minute else form.moment,
                by=the_caller().actor,
            )
    except ReceiptTimeRefused as refused:
        form.refuse("received_at", refused)
    except DomainError as refused:
        form.refuse("text", refused)
    return None


def _page(form: EntryForm, status: int) -> FlaskResponse:
    page = render_template(
        "backoffice/suggestion_new.html",
        form=form,
        most_files=MOST_FILES,
        most_megabytes=TOTAL_LIMIT >> 20,
    )
    return make_response(page, status)


def _slip(lodged: Lodged) -> FlaskResponse:
    """Return the receipt as the answer to the form itself: its code is shown here and never again."""
    page = render_template(
        "backoffice/suggestion_slip.html",
        row=lodged.suggestion,
        code=lodged.code,
        fresh=lodged.fresh,
        spoken=read_out(lodged.code) if lodged.code else [],
        theirs=keeps(lodged.suggestion, the_caller().scope),
    )
    return make_response(page, 201)
