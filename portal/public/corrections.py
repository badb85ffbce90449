"""Corrections in public: how one report stands, for whoever holds its receipt, and the log of all decided."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirection

from portal.access import anyone
from portal.corrections.queries import (
    LogChoice,
    log_overview,
    log_page,
    log_version,
    report_by_receipt,
    steps_of,
)
from portal.domain.actor import PUBLIC
from portal.domain.correction_state import ANSWER_WITHIN, CorrectionState
from portal.domain.receipts import CORRECTION, InvalidReceipt, parse_receipt
from portal.extensions import limiter
from portal.institutions.field_labels import BLOCK_TITLES
from portal.public.caching import depends_also_on
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.list_choices import enum_choice, query_without, region_choice
from portal.public.paging import address_of, address_with, paginate
from portal.public.sections import blueprint
from portal.reference.calendar import notices_in_force

_PER_PAGE = 20
_MOST_ROWS = 20_000
_HEADER = (
    "机构名称", "机构编号", "所在地区", "哪一项", "处理结果", "答复", "反映月份", "处理日期",
)  # fmt: skip


def _version() -> str:
    notices = ".".join(str(notice.id) for notice in notices_in_force())
    return f"{log_version()}.{notices}"


@blueprint.get("/corrections")
@depends_also_on(_version)
@anyone
def corrections() -> str:
    """List what was decided, newest first; the words of who reported it are nobody else's business."""
    return _log()


@blueprint.get("/corrections.csv")
@depends_also_on(_version)
@anyone
@made_once
def corrections_csv() -> Response:
    """Download every decided report that matches."""
    return csv_response("公众纠错记录", _HEADER, _rows())


@blueprint.get("/corrections/find")
@limiter.limit("30 per minute")
@anyone
def find_correction() -> str | Redirection | tuple[str, int]:
    """Lead from a typed receipt number to its page, or say what is wrong with it."""
    typed = request.args.get("receipt", "")[:60]
    try:
        return redirect(url_for("public.correction", receipt=parse_receipt(typed, CORRECTION)), 303)
    except InvalidReceipt as refused:
        return _log(typed, str(refused) if typed.strip() else "请填回执号。"), 422


@blueprint.get("/corrections/<receipt>")
@limiter.limit("60 per minute")
@anyone
def correction(receipt: str) -> Response:
    """Show how one report stands: its state, by when it is answered, the answer and its reason."""
    try:
        number = parse_receipt(receipt[:60], CORRECTION)
    except InvalidReceipt:
        abort(404)
    found = report_by_receipt(number, PUBLIC)
    if found is None:
        abort(404)
    page = make_response(
        render_template(
            "public/correction.html", report=found, steps=steps_of([found.id])[found.id], days=ANSWER_WITHIN
        )
    )
    page.headers["Cache-Control"] = "no-store"
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def _log(typed: str = "", problem: str | None = None) -> str:
    choice = _choice()
    found = log_overview(choice, PUBLIC)
    pager = paginate(found.total, _PER_PAGE)
    reports = log_page(choice, PUBLIC, pager.offset, pager.per_page)
    return render_template(
        "public/corrections.html",
        choice=choice,
        found=found,
        pager=pager,
        reports=reports,
        steps=steps_of([report.id for report in reports]),
        titles=BLOCK_TITLES,
        days=ANSWER_WITHIN,
        typed=typed,
        problem=problem,
        address_with=address_with,
        csv_url=address_of("public.corrections_csv", query_without("page", "receipt")),
    )


def _choice() -> LogChoice:
    outcome = enum_choice("outcome", CorrectionState)
    return LogChoice(None if outcome is CorrectionState.OPEN else outcome, region_choice())


def _rows() -> Iterator[tuple[object, ...]]:
    for report in log_page(_choice(), PUBLIC, 0, _MOST_ROWS):
        yield (
            report.home_name,
            report.home_id,
            report.region_label,
            report.subject,
            report.state,
            report.reason,
            f"{report.entered_at:%Y-%m}",
            report.decided_at.date() if report.decided_at else None,
        )
