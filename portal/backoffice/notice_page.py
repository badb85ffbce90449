"""One rectification notice on one page: what to do next first, its text as it goes out, days, problems."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Response as FlaskResponse
from flask import abort, make_response, render_template, request, url_for

from portal import clock
from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Deed, Given, attempt, forms_for, keeps, offered
from portal.backoffice.export import EXPORTS_A_MINUTE
from portal.backoffice.notice_deeds import NOTICE_DEEDS, STANDS, UNFINISHED, lead_of
from portal.backoffice.sections import blueprint
from portal.domain.day_strip import DayStrip
from portal.domain.deadline_strip import deadline_strip
from portal.domain.permissions import Capability
from portal.domain.working_days import OutsideCalendar
from portal.extensions import limiter
from portal.paper.notice import notice_pdf, sheet_of
from portal.reference.calendar import working_calendar
from portal.reference.directory import region_directory
from portal.supervision.kinds import NoticeState
from portal.supervision.problem_models import RectificationNotice
from portal.supervision.queries.notice_page import NoticeView, notice_record, notice_view
from portal.supervision.service.notices import NoticeRefused

_DRAFT = ("这是稿子，还没有发出，不能送达。",)


@blueprint.get("/notices/<public_id>")
@staff(Capability.SEE_SUPERVISION)
def notice(public_id: str) -> str:
    """Show one notice."""
    return show(public_id, Given())


@blueprint.get("/notices/<public_id>.pdf")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def notice_paper(public_id: str) -> FlaskResponse:
    """Give a notice as PDF, to be printed and served: as it was issued, nothing masked."""
    view = _view(public_id)
    notes = _DRAFT if view.row.state is not NoticeState.ISSUED else ()
    answer = make_response(notice_pdf(view.text, view.row.issued_on or clock.today(), notes))
    answer.headers["Content-Type"] = "application/pdf"
    name = quote(f"整改通知书 {view.row.number or '稿子'}.pdf", safe="")
    answer.headers["Content-Disposition"] = f"inline; filename=\"notice.pdf\"; filename*=UTF-8''{name}"
    return answer


def notice_or_404(public_id: str) -> RectificationNotice:
    """Return the notice, a 404 where it is not within reach."""
    return notice_record(public_id, the_caller().scope) or abort(404)


def own_notice_or_404(public_id: str) -> RectificationNotice:
    """Return the notice to be acted on, a 404 where it is not the caller's office's."""
    record = notice_or_404(public_id)
    return record if keeps(record, the_caller()) else abort(404)


def show(public_id: str, given: Given) -> str:
    """Return the page of a notice, as it stands now, with what was typed."""
    who, record, view = the_caller(), notice_or_404(public_id), _view(public_id)
    found = offered(NOTICE_DEEDS, record, who)
    lead = lead_of(found)
    forms = forms_for(found, record, given)
    mine, reviews = keeps(record, who), who.allows(Capability.REVIEW_SUPERVISION)
    return render_template(
        "backoffice/notice.html",
        record=record,
        view=view,
        row=view.row,
        sheet=sheet_of(view.text),
        strip=_strip(view),
        lead=lead,
        deeds_left=[deed for deed in found if deed is not lead],
        forms_of=forms,
        opened=given.name or request.args.get("open", ""),
        given=given,
        typed=given.typed if given.problem else [],
        standing_words=STANDS[record.state],
        mine=mine,
        region=region_directory().label(record.region_code),
        may_edit=mine and who.allows(Capability.KEEP_SUPERVISION) and record.state in UNFINISHED,
        may_publish=mine and reviews and record.state is NoticeState.ISSUED,
    )


def _endpoint(deed: Deed[RectificationNotice]) -> Callable[[str], Answer]:
    def view(public_id: str) -> Answer:
        record, form = own_notice_or_404(public_id), deed.form(prefix=deed.name)
        return attempt(
            Given(deed.name, form),
            lambda: deed.do(record, form, the_caller()),
            deed.said,
            lambda given: show(public_id, given),
            lambda: url_for("backoffice.notice", public_id=public_id),
            _AT_FIELD,
        )

    view.__doc__ = f"Do what {deed.name} says with a notice."
    return view


for _deed in NOTICE_DEEDS:
    blueprint.post(f"/notices/<public_id>/{_deed.path}", endpoint=f"notice_{_deed.name}")(
        staff(_deed.may)(_endpoint(_deed))
    )

_AT_FIELD = ((NoticeRefused, ("deadline", "on")), (OutsideCalendar, ("on",)))
"""What a notice refuses of a day stands at the day, where the form has one."""


def _view(public_id: str) -> NoticeView:
    return notice_view(public_id, the_caller().scope, clock.today()) or abort(404)


def _strip(view: NoticeView) -> DayStrip | None:
    row = view.row
    if row.served_on is None or row.deadline is None or not view.working_days:
        return None
    return deadline_strip(
        working_calendar(),
        row.served_on,
        row.deadline,
        clock.today(),
        provisional=view.provisional,
        cleared=row.cleared_on,
    )
