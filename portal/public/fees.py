"""What a family would pay (收费标准, R4): ranges by county, each home's monthly total, what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response, render_template, url_for

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.fees import CareLevel, FeeItem, FeeUnit, MonthlyTotal
from portal.institutions.catalogue.entry import Entry
from portal.institutions.models import FeeStandard
from portal.institutions.queries.fee_changes import fee_changes
from portal.institutions.queries.fees import (
    FeeChoice,
    FeeOrder,
    FeePage,
    PriceSpan,
    Published,
    RegionPrices,
    every_line_in_force,
    fees_in_force,
    monthly_prices,
)
from portal.institutions.queries.list_sources import brief_sources
from portal.public.charts import Range, RangeChart, range_chart
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute, labels, yuan_range, yuan_span
from portal.public.list_choices import enum_choice, query_without, region_choice
from portal.public.paging import address_of, address_with, paginate
from portal.public.sections import blueprint

_PER_PAGE = 20
_CHANGES_SHOWN = 10
_HEADER = [
    "机构名称",
    "机构编号",
    "所在地区",
    "护理等级",
    "每月最低（元）",
    "每月最高（元）",
    "包含",
    "未公布的项目",
    "押金（元）",
    "起执行日期",
    "来源",
    "数据日期",
    "网址",
]
_LINE_HEADER = [
    "机构名称",
    "机构编号",
    "所在地区",
    "项目",
    "项目名称",
    "护理等级",
    "房型",
    "最低（元）",
    "最高（元）",
    "计价单位",
    "定价方式",
    "起执行日期",
    "执行至",
    "原文",
    "来源",
    "数据日期",
    "网址",
]
_CHANGE_HEADER = [
    "机构名称",
    "机构编号",
    "所在地区",
    "护理等级",
    "从哪天起",
    "原来每月（元）",
    "现在每月（元）",
    "网址",
]


@blueprint.get("/fees")
@anyone
def fees() -> str:
    """Show what a month costs: by care level, by county, home by home."""
    choice = _choice()
    found = monthly_prices(choice, PUBLIC)
    pager = paginate(len(found.homes), _PER_PAGE)
    homes = pager.of(found.homes)
    changes = fee_changes(choice.care, found.filter.chosen, PUBLIC)
    return render_template(
        "public/fees.html",
        choice=choice,
        found=found,
        here=found.here[choice.care],
        pager=pager,
        homes=homes,
        fees=fees_in_force(homes, PUBLIC),
        chart=_chart(found.regions),
        span_text=span_text,
        changes=changes[:_CHANGES_SHOWN],
        changes_total=len(changes),
        cares=CareLevel,
        orders=FeeOrder,
        parts=Published,
        address_with=address_with,
        csv_url=address_of("public.fees_csv", query_without("page")),
        lines_csv_url=address_of("public.fee_lines_csv", query_without("page", "sort", "published")),
        changes_csv_url=address_of("public.fee_changes_csv", query_without("page", "sort", "published")),
    )


@blueprint.get("/fees.csv")
@anyone
@made_once
def fees_csv() -> Response:
    """Download the monthly totals that match."""
    choice = _choice()
    found = monthly_prices(choice, PUBLIC)
    return csv_response("养老机构每月费用", _HEADER, _total_rows(found, choice.care))


@blueprint.get("/fees/lines.csv")
@anyone
@made_once
def fee_lines_csv() -> Response:
    """Download every fee line in force today in the chosen region."""
    choice = _choice()
    every = [
        entry
        for part in Published
        for entry in monthly_prices(FeeChoice(choice.care, choice.region, part), PUBLIC).homes
    ]
    return csv_response("养老机构现行收费标准", _LINE_HEADER, _line_rows(every))


@blueprint.get("/fees/changes.csv")
@anyone
@made_once
def fee_changes_csv() -> Response:
    """Download the changes of the past year at the chosen care level."""
    choice = _choice()
    rows = (
        (
            each.home.name, each.home.public_id, each.home.region_label, each.care, each.on,
            yuan_range(each.before), yuan_range(each.after),
            absolute(url_for("public.institution", public_id=each.home.public_id)),
        )
        for each in fee_changes(choice.care, choice.region, PUBLIC)
    )  # fmt: skip
    return csv_response("养老机构收费变动", _CHANGE_HEADER, rows)


def span_text(span: PriceSpan) -> str:
    """Return a span in words: ¥1,800–4,200, or the single figures where there are too few to span."""
    if span.middle_fen is None:
        return "、".join(yuan_range(total) for total in span.totals)
    return yuan_span(span.least_fen, span.most_fen) + ("起" if span.open_end else "")


def _choice() -> FeeChoice:
    return FeeChoice(
        enum_choice("care", CareLevel) or CareLevel.SELF_CARE,
        region_choice(),
        enum_choice("published", Published),
        enum_choice("sort", FeeOrder) or FeeOrder.PRICE,
    )


def _chart(regions: Sequence[RegionPrices]) -> RangeChart:
    return range_chart(
        [
            Range(
                each.label,
                span_text(each.span),
                each.span.least_fen,
                each.span.most_fen,
                each.span.middle_fen,
                tuple(amount for total in each.span.totals for amount in _ends(total)),
                each.span.open_end,
            )
            for each in regions
            if each.span is not None
        ]
    )


def _ends(total: MonthlyTotal) -> tuple[int, ...]:
    if total.most_fen is None or total.most_fen == total.least_fen:
        return (total.least_fen,)
    return (total.least_fen, total.most_fen)


def _total_rows(found: FeePage, care: CareLevel) -> Iterator[tuple[object, ...]]:
    lines = every_line_in_force(found.homes, PUBLIC)
    sources = brief_sources("fee_standard")
    own: dict[int, list[FeeStandard]] = {}
    for entry, line in lines:
        own.setdefault(entry.id, []).append(line)
    for entry in found.homes:
        total, mine = entry.totals.get(care), own.get(entry.id, [])
        deposits = [line.amount_min_fen / 100 for line in mine if line.item is FeeItem.DEPOSIT]
        begun = [line.in_force_from for line in mine if line.in_force_from and line.unit is not FeeUnit.ONCE]
        told = [sources[line.id] for line in mine if line.id in sources]
        source = max(told, key=lambda brief: brief.as_of, default=None)
        yield (
            entry.name, entry.public_id, entry.region_label, care,
            total.least_fen / 100 if total else None,
            total.most_fen / 100 if total and total.most_fen is not None else None,
            labels(total.contains) if total else "未公布", labels(total.lacks) if total else None,
            "、".join(f"{amount:g}" for amount in deposits), max(begun, default=None),
            source.title if source else None, source.as_of if source else None, _page_of(entry),
        )  # fmt: skip


def _line_rows(entries: Sequence[Entry]) -> Iterator[tuple[object, ...]]:
    sources = brief_sources("fee_standard")
    for entry, line in every_line_in_force(entries, PUBLIC):
        source = sources.get(line.id)
        yield (
            entry.name, entry.public_id, entry.region_label, line.item, line.item_name,
            line.care_level or "不分等级", line.room or "不分房型", line.amount_min_fen / 100,
            None if line.amount_max_fen is None else line.amount_max_fen / 100, f"元/{_unit(line)}",
            line.basis, line.in_force_from, line.in_force_to, line.as_written,
            source.title if source else None, source.as_of if source else None, _page_of(entry),
        )  # fmt: skip


def _unit(line: FeeStandard) -> str:
    return labels([line.unit])


def _page_of(entry: Entry) -> str:
    return absolute(url_for("public.institution", public_id=entry.public_id))
