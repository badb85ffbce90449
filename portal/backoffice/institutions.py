"""Institutions: the list of those within the scope, and everything known about one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, abort, render_template, request, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.institution_blocks import StaffBlock, staff_blocks
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, table_page
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.glossary import label
from portal.institutions.catalogue.entry import Entry
from portal.institutions.keeping import may_keep
from portal.institutions.queries.staff_detail import StaffDetail, staff_detail
from portal.institutions.queries.staff_list import (
    Missing,
    StaffList,
    StaffSort,
    staff_list,
    withdrawn_homes,
)
from portal.reference.directory import region_directory

MISSING = {
    Missing.PRICE: "没有收费",
    Missing.BEDS: "没有床位数",
    Missing.PHONE: "没有电话",
    Missing.ADDRESS: "没有地址",
    Missing.POSITION: "没有地图位置",
    Missing.KIND: "没有机构类型",
    Missing.MODE: "没写谁建谁管",
    Missing.OPERATING: "没有运营状态",
    Missing.REGISTRATION: "没有登记",
    Missing.FILING: "登记了没备案",
    Missing.GRADE: "没有等级",
    Missing.OLD: "一年没有核对",
}
SORTS = {
    StaffSort.NAME: "名称",
    StaffSort.OLDEST: "资料最旧在前",
    StaffSort.FRESH: "资料最新在前",
    StaffSort.BEDS: "床位从多到少",
}
_WITHDRAWN = "withdrawn"
_MOST_WORDS = 100
_ALL = 1_000_000


@blueprint.get("/institutions")
@staff(Capability.SEE_RECORDS)
def institutions() -> str:
    """List the institutions within the scope, as the address asks."""
    chosen = _chosen()
    regions = region_choices(the_caller())
    if chosen["show"] == _WITHDRAWN:
        return _withdrawn(chosen, regions)
    found = _listed(chosen, _page() * PER_PAGE, PER_PAGE)
    page = table_page(found.total)
    if page.number != _page() + 1:  # past the end
        found = _listed(chosen, page.offset, PER_PAGE)
    return _list_page(chosen, regions, page, found=found, missing_counts=found.missing)


@blueprint.get("/institutions.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.EXPORT)
def institutions_export(file_format: str) -> Response:
    """Hand out the list as a file."""
    chosen = _chosen()
    found = _listed(chosen, 0, _ALL)
    columns: list[Column | str] = [
        "编号", "名称", "所在地区", "地址", "电话", "机构类型", "运营状态", "登记备案", "床位总数", "空床",
        "空床日期", "最近核对", "缺少",
    ]  # fmt: skip
    words = [chosen["q"], MISSING.get(chosen["missing"], "") if chosen["missing"] else ""]
    if chosen["region"]:
        words.insert(0, region_directory().label(chosen["region"]))
    table = Table("机构名单", columns, _rows(found), "本平台登记的机构", "、".join(filter(None, words)))
    return export(table, file_format)


@blueprint.get("/institutions/<public_id>")
@staff(Capability.SEE_RECORDS)
def institution(public_id: str) -> str:
    """Show everything known about one institution."""
    detail = staff_detail(public_id, the_caller().scope) or abort(404)
    return render_template(
        "backoffice/institution.html",
        home=detail.home,
        detail=detail,
        blocks=_blocks(detail),
        region=region_directory().label(detail.home.region_code),
        may_keep_home=_edits() and may_keep(the_caller().scope, detail.home, detail.home.region_code),
        may_publish=the_caller().allows(Capability.PUBLISH),
    )


def _blocks(detail: StaffDetail) -> list[StaffBlock]:
    return staff_blocks(detail, the_caller(), region_directory())


def _edits() -> bool:
    return the_caller().allows(Capability.EDIT_RECORDS)


def _listed(chosen: dict[str, Any], offset: int, limit: int) -> StaffList:
    return staff_list(
        the_caller().scope,
        words=chosen["q"],
        region=chosen["region"],
        missing=chosen["missing"],
        sort=chosen["sort"],
        offset=offset,
        limit=limit,
    )


def _withdrawn(chosen: dict[str, Any], regions: Sequence[tuple[str, str]]) -> str:
    inside = None if chosen["region"] is None else region_directory().within(chosen["region"])
    homes, total = withdrawn_homes(
        the_caller().scope, words=chosen["q"], region_codes=inside, offset=_page() * PER_PAGE, limit=PER_PAGE
    )
    return _list_page(chosen, regions, table_page(total), withdrawn=homes, missing_counts={})


def _list_page(chosen: dict[str, Any], regions: Sequence[tuple[str, str]], page: Any, **found: Any) -> str:
    return render_template(
        "backoffice/institutions.html",
        chosen=chosen,
        regions=regions,
        page_of=page,
        missing=MISSING,
        sorts=SORTS,
        link=_link,
        region_label=region_directory().label,
        may_enter=_edits() and any(the_caller().scope.may_write("institution", code) for code, _ in regions),
        **found,
    )


def _chosen() -> dict[str, Any]:
    """Return what the address asks for; what means nothing is left out."""
    asked = request.args
    region = asked.get("region") or None
    known = region is not None and region_directory().get(region) is not None
    return {
        "q": asked.get("q", "").strip()[:_MOST_WORDS],
        "region": region if known else None,
        "missing": next((each for each in Missing if each == asked.get("missing")), None),
        "sort": next((each for each in StaffSort if each == asked.get("sort")), StaffSort.NAME),
        "show": _WITHDRAWN if asked.get("show") == _WITHDRAWN else "",
    }


def _page() -> int:
    """Return the page asked for, from 0."""
    text = request.args.get("page", "")
    return max(0, int(text) - 1) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _link(endpoint: str = "backoffice.institutions", **changes: Any) -> str:
    """Return the list's address with some of its choices changed; a new choice starts at page 1."""
    kept = {name: value for name, value in _chosen().items() if value}
    query = {name: value for name, value in (kept | changes).items() if value not in (None, "")}
    if query.get("sort") == StaffSort.NAME:
        del query["sort"]
    return url_for(endpoint, **query)


def _rows(found: StaffList) -> Iterator[Sequence[object]]:
    for entry in found.entries:
        lacks = "、".join(MISSING[each] for each in found.lacking[entry.id])
        yield (*_facts(entry), lacks)


def _facts(entry: Entry) -> tuple[object, ...]:
    return (
        entry.public_id, entry.name, entry.region_label, entry.address, entry.phone,
        entry.kind and label(entry.kind), entry.operating and label(entry.operating),
        label(entry.registration), entry.beds_total, entry.beds_free, entry.beds_free_as_of,
        entry.confirmed_on,
    )  # fmt: skip
