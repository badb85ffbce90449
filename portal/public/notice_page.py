"""One rectification notice in public: what it says, where it stands, the same as a PDF (R21)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, abort, make_response, render_template, url_for

from portal import clock
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.day_strip import DayStrip
from portal.domain.deadline_strip import deadline_strip
from portal.extensions import limiter
from portal.paper.notice import notice_pdf, sheet_of
from portal.public.formatting import absolute
from portal.public.page_cache import kept_in_memory
from portal.public.problem_filter import hazard_beside_grade
from portal.public.rectification_feeds import feeds, feeds_of_home
from portal.public.sections import blueprint
from portal.reference.calendar import working_calendar
from portal.supervision.queries.notice_page import NoticeView, notice_view

_NOTES = (
    "这是公开的版本：能看出个人是谁的内容已经隐去。",
    "改好没有、期限有没有延长，以网页上的为准：",
)


@blueprint.get("/notices/<public_id>")
@kept_in_memory
@anyone
def notice(public_id: str) -> str:
    """Show one notice: where it stands today, its days, the whole text, each of its problems."""
    view = _found(public_id)
    home = view.row.home
    return render_template(
        "public/notice.html",
        view=view,
        row=view.row,
        sheet=sheet_of(view.text),
        strip=_strip(view),
        beside=hazard_beside_grade(home.institution),
        pdf_url=url_for("public.notice_pdf_file", public_id=view.row.public_id),
        feeds=[*(feeds_of_home(home.institution, home.name) if home.institution else ()), *feeds()],
    )


@blueprint.get("/notices/<public_id>.pdf")
@limiter.limit("30 per minute")  # the longest take a processor for seconds
@anyone
def notice_pdf_file(public_id: str) -> Response:
    """Give one notice as PDF, as the public reads it."""
    view = _found(public_id)
    address = absolute(url_for("public.notice", public_id=view.row.public_id))
    made = notice_pdf(view.text, view.row.issued_on or clock.today(), _NOTES, address)
    answer = make_response(made)
    answer.headers["Content-Type"] = "application/pdf"
    name = quote(f"整改通知书 {view.row.number}.pdf", safe="")
    answer.headers["Content-Disposition"] = f"inline; filename=\"notice.pdf\"; filename*=UTF-8''{name}"
    return answer


def _found(public_id: str) -> NoticeView:
    view = notice_view(public_id[:20], PUBLIC, clock.today())
    if view is None:
        abort(404)
    return view


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
