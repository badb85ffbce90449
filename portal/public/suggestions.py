"""What the public wants put right (R40): the list, one with its answer, and all of them as a file."""

from __future__ import annotations

from collections.abc import Iterator
from csv import writer
from dataclasses import replace
from io import StringIO
from urllib.parse import quote

from flask import (
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.deadline_strip import deadline_strip
from portal.domain.standing import DayCount, day_count, working_days
from portal.extensions import limiter
from portal.public.caching import depends_also_on
from portal.public.column_feeds import column_feeds, feed_of_region
from portal.public.csv_download import cell
from portal.public.formatting import absolute
from portal.public.list_choices import enum_choice, query_without, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of, address_with
from portal.public.sections import blueprint
from portal.public.suggestion_year import this_year
from portal.public.voicing import voices_here, voices_version
from portal.reference.calendar import working_calendar
from portal.search.ports import IndexUnavailable
from portal.topics.kinds import SuggestionKind, SuggestionStage
from portal.topics.queries.digests import latest_digest
from portal.topics.queries.moments import moments_passed
from portal.topics.queries.suggestion_page import public_suggestion, stands_with
from portal.topics.queries.suggestions import (
    Choice,
    Sort,
    SuggestionRow,
    every_suggestion,
    public_suggestions,
    suggestion_counts,
)
from portal.voices import marks
from portal.voices.kinds import VoiceKind

_MOST_TYPED = 60
STAGES = {
    SuggestionStage.OPEN: "等答复",
    SuggestionStage.ANSWERED: "已答复",
    SuggestionStage.DONE: "做到了",
}
SORTS = {Sort.NEWEST: "最新", Sort.SUPPORTED: "支持最多", Sort.ANSWERED: "刚答复"}
_HEADER = (
    "编号", "标题", "内容", "哪方面", "说的是哪里", "答复部门", "公开日期", "支持人数", "进行到", "最晚答复",
    "首次答复日期", "答复", "做了什么", "列入的整治项目", "网址",
)  # fmt: skip


def _version() -> str:
    """Return what lists depend on beside their data: everybody's voices, phases begun by themselves."""
    return f"v{marks.version()}.{moments_passed(clock.now())}"


@blueprint.get("/suggestions")
@kept_in_memory
@depends_also_on(_version)
@anyone
def suggestions() -> str:
    """List what people want put right: newest or most supported, and what became of it."""
    choice, unsearchable = _choice(), False
    try:
        page = public_suggestions(choice, PUBLIC, request.args.get("from"))
    except IndexUnavailable:
        choice, unsearchable = replace(choice, text=""), True
        page = public_suggestions(choice, PUBLIC, request.args.get("from"))
    bare, counts = not query_without(), suggestion_counts(choice, PUBLIC)
    region, feeds = counts.regions.chosen, column_feeds()[:1]
    if region is not None:
        feeds.insert(0, feed_of_region(region, counts.regions.chosen_label or ""))
    return render_template(
        "public/suggestions/list.html",
        choice=choice,
        unsearchable=unsearchable,
        rows=page.rows,
        days={row.id: _days(row) for row in page.rows},
        next_url=address_with(**{"from": page.next}) if page.next else None,
        previous_url=address_with(**{"from": page.previous}) if page.previous else None,
        counts=counts,
        feeds=feeds,
        year=this_year(),
        digest=latest_digest() if bare else None,
        stages=STAGES,
        sorts=SORTS,
        kinds=SuggestionKind,
        address_with=_chosen_address,
        csv_url=address_of("public.suggestions_csv", query_without("from")),
    )


@blueprint.get("/suggestions.csv")
@limiter.limit("10 per minute")
@depends_also_on(voices_version)
@anyone
def suggestions_csv() -> Response:
    """Download every suggestion that matches, written while it is read: there may be half a million."""
    choice = _choice()
    try:
        public_suggestions(choice, PUBLIC, limit=1)
    except IndexUnavailable:
        abort(503)
    name = f"群众点题-{clock.today().isoformat()}"
    answer = Response(stream_with_context(_lines(choice)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"download.csv\"; filename*=UTF-8''{quote(name, safe='')}.csv"
    )
    return answer


@blueprint.get("/suggestions/<public_id>")
@depends_also_on(voices_version)
@anyone
def suggestion(public_id: str) -> str | AnyResponse:
    """Show one suggestion: who supports it, what the office answered, what came of it."""
    found = public_suggestion(public_id[:8], PUBLIC)
    if found is None:
        into = stands_with(public_id[:8])
        if into is None:
            abort(404)
        return redirect(url_for("public.suggestion", public_id=into, merged=1), 302)
    row, calendar = found.row, working_calendar()
    answered = None if row.answered_at is None else row.answered_at.date()
    return render_template(
        "public/suggestions/page.html",
        view=found,
        row=row,
        days=_days(row),
        used=None if answered is None else working_days(calendar, row.published_on, answered),
        strip=None
        if answered is not None
        else deadline_strip(calendar, row.published_on, row.answer_due, clock.today()),
        answer_days=current_app.config["PORTAL"].suggestion_answer_days,
        here=voices_here(VoiceKind.SUGGESTION, [row.id]),
        came_from_merged=request.args.get("merged") == "1",
    )


def _days(row: SuggestionRow) -> DayCount:
    """Return how the answer stands to its last day, in working days."""
    answered = None if row.answered_at is None else row.answered_at.date()
    return day_count(working_calendar(), row.answer_due, answered, clock.today())


def _choice() -> Choice:
    return Choice(
        region=region_choice(),
        kind=enum_choice("kind", SuggestionKind),
        stage=enum_choice("state", SuggestionStage),
        topic=request.args.get("topic", "")[:8] or None,
        text=request.args.get("q", "").strip()[:_MOST_TYPED],
        sort=enum_choice("sort", Sort) or Sort.NEWEST,
    )


def _chosen_address(**changes: object) -> str:
    """Return the address of another choice: it begins at its first page."""
    return address_with(**{"from": None, **changes})


def _lines(choice: Choice) -> Iterator[str]:
    yield "\ufeff" + _line(_HEADER)
    number = 0
    for row in every_suggestion(choice, PUBLIC):
        number += 1
        yield _line(_cells(row))
    site, now = current_app.config["PORTAL"].site_name, clock.now()
    # the last line tells that the file is whole
    yield _line((f"来源：{site}“点题整治”，{now.isoformat(sep=' ', timespec='minutes')}，共{number}条",))


def _cells(row: SuggestionRow) -> tuple[object, ...]:
    answered_on = None if row.answered_at is None else row.answered_at.date()
    return (
        row.public_id, row.title, row.text, row.kind, row.region_path, row.department, row.published_on,
        row.supports, STAGES[row.stage], row.answer_due, answered_on, row.answer, row.done, row.topic_title,
        absolute(url_for("public.suggestion", public_id=row.public_id)),
    )  # fmt: skip


def _line(values: tuple[object, ...]) -> str:
    buffer = StringIO()
    writer(buffer).writerow([cell(value) for value in values])
    return buffer.getvalue()
