"""The monthly digests (每月汇总): which months have one, which lack it; each as page, paper, file (R40)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Response, abort, make_response, render_template, request, url_for

from portal.access import anyone
from portal.domain.day_words import cn_day
from portal.domain.digest_words import digest_title, no_words, summary, waiting_words
from portal.domain.monthly_lists import ListStanding, read_month
from portal.extensions import limiter
from portal.paper.digest import digest_pdf
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.digest_charts import Row, charts_of, most_words
from portal.public.digest_sheet import sheet_of
from portal.public.formatting import absolute
from portal.public.list_choices import number_choice, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_with, paginate
from portal.public.sections import blueprint
from portal.topics.queries.digest_months import digest_months, offices
from portal.topics.queries.digests import PublicDigest, public_digest

_PER_PAGE = 36
_HEADER = ("分类", "项目", "本月（条）", "上个月（条）", "去年同月（条）")

STANDINGS: dict[ListStanding, tuple[str, str]] = {
    ListStanding.AHEAD: ("还没到期", "running"),
    ListStanding.SOON: ("快到期", "soon"),
    ListStanding.LATE: ("缺", "bad"),
    ListStanding.IN_TIME: ("按时发布", "good"),
    ListStanding.SUBMITTED_LATE: ("迟发", "bad"),
}
"""How each standing is called, and which sign it gets."""


@blueprint.get("/suggestions/digests")
@kept_in_memory
@anyone
def digests() -> str:
    """List every month that is owed, those without a digest among them, the newest first."""
    region = region_choice()
    months = digest_months(region=region)
    pager = paginate(len(months), _PER_PAGE)
    missing = [one for one in months if one.standing is ListStanding.LATE]
    return render_template(
        "public/digests.html",
        months=pager.of(months),
        missing=missing,
        pager=pager,
        offices=offices(),
        region=region,
        standings=STANDINGS,
        address_with=address_with,
    )


@blueprint.get("/suggestions/digests/<region>/<month>")
@kept_in_memory
@anyone
def digest(region: str, month: str) -> str:
    """Show a region's digest of a month (``2026-10``); ``?edition=``: one that was corrected since."""
    found = _found(region, month)
    return render_template(
        "public/digest.html",
        found=found,
        figures=found.figures,
        charts=charts_of(found.figures, found.region_code),
        title=digest_title(found.region_label, found.month),
        summary=summary(found.figures),
        waiting=waiting_words(found.figures),
        no_words=no_words(found.figures),
        most_words=most_words,
        suggestion_url=suggestion_url,
        **{name: url_for(f"public.{name}", **_parts(found)) for name in ("digest_file", "digest_csv")},
    )


@blueprint.get("/suggestions/digests/<region>/<month>.pdf")
@limiter.limit("30 per minute")  # a page takes a processor for a second
@anyone
def digest_file(region: str, month: str) -> Response:
    """Give a digest as PDF."""
    found = _found(region, month)
    page = absolute(url_for("public.digest", region=found.region_code, month=f"{found.month:%Y-%m}"))
    answer = make_response(digest_pdf(sheet_of(found), found.published_at.date(), page))
    answer.headers["Content-Type"] = "application/pdf"
    name = quote(f"{digest_title(found.region_label, found.month)}.pdf", safe="")
    answer.headers["Content-Disposition"] = f"inline; filename=\"digest.pdf\"; filename*=UTF-8''{name}"
    return answer


@blueprint.get("/suggestions/digests/<region>/<month>.csv")
@anyone
@made_once
def digest_csv(region: str, month: str) -> Response:
    """Download a digest's figures."""
    found = _found(region, month)
    return csv_response(digest_title(found.region_label, found.month), _HEADER, _rows(found))


def suggestion_url(public_id: str) -> str:
    """Return where everybody reads a suggestion."""
    return url_for("public.suggestion", public_id=public_id)


def _rows(found: PublicDigest) -> Iterator[tuple[object, ...]]:
    figures, charts = found.figures, charts_of(found.figures, found.region_code)
    yield _line("收到", Row("合计", figures.received))
    yield from (_line("收到：按类别", row) for row in charts.kinds)
    yield from (_line("收到：按地方", row) for row in charts.places)
    fates, looked = figures.fates, figures.looked
    for group, name, count in (
        ("收到的现在怎样", "已公开", fates.public),
        ("收到的现在怎样", "等审核", fates.waiting),
        ("收到的现在怎样", "并入另一条", fates.merged),
        ("收到的现在怎样", "不公开", fates.not_public),
        ("收到的现在怎样", "改走别的渠道或自己撤回", fates.let_go),
        ("审核", "按时审核", looked.in_time),
        ("审核", "超期才审核", looked.late),
        ("审核", "还没到期", looked.waiting),
        ("审核", "超期没审核", looked.overdue),
        ("当月", "新公开", figures.published),
        ("当月", "按时答复", figures.answered_in_time),
        ("当月", "超期答复", figures.answered_late),
        ("当月", "列入整治项目", figures.adopted),
        ("当月", "公布做成", figures.done),
        ("汇总时", "公开了没有答复", figures.unanswered),
        ("汇总时", "其中到月底已超期", figures.overdue),
    ):
        yield group, name, count, "", ""
    for word in figures.shown_words:
        yield "说得特别多的词", word.word, word.now, "", f"以前11个月合计{word.before}"
    yield (
        "说明",
        f"按本平台登记的点题统计，{cn_day(found.compiled_at.date())}汇总，第{found.edition}版",
        "",
        "",
        "",
    )


def _line(group: str, row: Row) -> tuple[object, ...]:
    one = row.movement
    return group, row.label, one.now, one.before, one.year_ago


def _parts(found: PublicDigest) -> dict[str, Any]:
    """Return what the address of a digest is made of: of an old edition, its number."""
    month = f"{found.month:%Y-%m}"
    old = {} if found.newest else {"edition": found.edition}
    return {"region": found.region_code, "month": month, **old}


def _found(region: str, month: str) -> PublicDigest:
    day = read_month(month)
    if day is None or not (len(region) == 6 and region.isascii() and region.isdigit()):
        abort(404)
    edition = number_choice("edition", least=1, most=999)
    if edition is None and "edition" in request.args:
        abort(404)
    return public_digest(region, day, edition) or abort(404)
