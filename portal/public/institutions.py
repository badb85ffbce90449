"""Find a home: the filtered, sorted, paged list of institutions, as cards, as a table and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response, render_template, request, url_for

from portal import clock, glossary
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.fees import CareLevel
from portal.institutions.catalogue.catalogue import Catalogue, Found
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import Sort
from portal.institutions.catalogue.holder import catalogue
from portal.public import formatting
from portal.public.caching import depends_also_on
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.institution_filters import Chosen, active_choices, filter_groups, read_filters
from portal.public.list_choices import query_without
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of, address_with, paginate
from portal.public.rectification_feeds import feeds
from portal.public.search_filter import search_version
from portal.public.sections import blueprint
from portal.public.signs import card

PER_PAGE = 24
"""Fills whole rows of one, two, three or four cards."""
VIEWS = {"cards": "卡片", "table": "表格"}
SORTS = {
    Sort.STANDING: "证照和等级",
    Sort.PRICE: "价格从低到高",
    Sort.PRICE_DOWN: "价格从高到低",
    Sort.GRADE: "等级从高到低",
    Sort.BEDS: "床位从多到少",
    Sort.FREE: "空床从多到少",
    Sort.NAME: "名称",
    Sort.FRESH: "资料最新",
}
_MOST_OFFERS = 8


@dataclass(frozen=True, slots=True)
class Link:
    """A choice that is a link: an order, a view, a care level."""

    label: str
    url: str
    current: bool


@blueprint.get("/institutions")
@kept_in_memory
@depends_also_on(search_version)
@anyone
def institutions() -> str:
    """Show the institutions that match the filters in the address."""
    listed = catalogue(PUBLIC)
    filters, unknown = read_filters(request.args, listed)
    found = listed.find(filters)
    pager = paginate(found.total, PER_PAGE)
    view = request.args.get("view", "cards")
    groups = filter_groups(listed, filters)
    chosen = active_choices(groups)
    regions = filters.chosen.get("region", ())
    region = regions[0] if len(regions) == 1 else None
    context = {
        "found": found,
        "filters": filters,
        "pager": pager,
        "entries": found.page(pager.number, PER_PAGE),
        "card": lambda entry: card(listed, entry, filters.care),
        "groups": groups,
        "chosen": chosen,
        "unknown": unknown,
        "relaxed": _relaxed(listed, found, chosen) if found.total == 0 else [],
        "sorts": [
            _link(text, "sort", sort.value, filters.sort.value, Sort.STANDING.value)
            for sort, text in SORTS.items()
        ],
        "views": [_link(text, "view", value, view, "cards") for value, text in VIEWS.items()],
        "cares": [
            _link(glossary.label(care), "care", care.value, filters.care.value, CareLevel.SELF_CARE.value)
            for care in CareLevel
        ],
        "view": view if view in VIEWS else "cards",
        "map_url": address_of("public.map_page", query_without("page", "view", "sort", "open")),
        "csv_url": address_of("public.institutions_csv", query_without("page", "view")),
        "listed_total": len(listed.entries),
        "feeds": feeds(region, listed.regions.label(region) if region else ""),
    }
    return render_template("public/institutions.html", **context)


@blueprint.get("/institutions.csv")
@depends_also_on(search_version)
@anyone
@made_once
def institutions_csv() -> Response:
    """Download the whole filtered list."""
    listed = catalogue(PUBLIC)
    filters, _ = read_filters(request.args, listed)
    header = [
        "编号", "名称", "曾用名", "区县", "地址", "电话", "类型", "运营方式", "运营状态", "登记备案",
        "等级", "等级状态", "等级有效至", "床位总数", "空床", "空床数据日期", "集中照护",
        *(f"{glossary.label(care)}每月费用（元，{end}）" for care in CareLevel for end in ("最低", "最高")),
        "最新资料日期", "网址",
    ]  # fmt: skip
    return csv_response(f"养老机构名单-{clock.today().isoformat()}", header, _csv_rows(listed.find(filters)))


def _csv_rows(found: Found) -> Iterator[Sequence[object]]:
    base = formatting.absolute
    for entry in found:
        grade = entry.grade
        yield (
            entry.public_id, entry.name, "；".join(entry.former_names), entry.region_label, entry.address,
            entry.phone, entry.kind, entry.mode, entry.operating, entry.registration,
            _grade_text(entry), grade.state if grade else None, grade.valid_to if grade else None,
            entry.beds_total, entry.beds_free, entry.beds_free_as_of, entry.concentrated,
            *_prices(entry), entry.confirmed_on,
            base(url_for("public.institution", public_id=entry.public_id)),
        )  # fmt: skip


def _prices(entry: Entry) -> Iterator[object]:
    for care in CareLevel:
        total = entry.totals.get(care)
        yield None if total is None else total.least_fen / 100
        yield None if total is None or total.most_fen is None else total.most_fen / 100


def _grade_text(entry: Entry) -> str | None:
    if entry.grade is None:
        return None
    return entry.grade.as_written if entry.grade.level is None else formatting.level_name(entry.grade.level)


def _relaxed(listed: Catalogue, found: Found, chosen: Sequence[Chosen]) -> list[tuple[Chosen, int]]:
    """For a list that came out empty: which filter to drop, and how many homes that would show."""
    offers = ((choice, listed.find(choice.without).total) for choice in chosen[:_MOST_OFFERS])
    return sorted((offer for offer in offers if offer[1]), key=lambda offer: -offer[1])


def _link(text: str, name: str, value: str, current: str, default: str) -> Link:
    return Link(text, address_with(**{name: None if value == default else value}), value == current)
