"""Homes known to be unregistered, and institutions registered but not yet filed (R1, R2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response, abort, render_template, url_for

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.entry import Entry
from portal.institutions.queries.unregistered import (
    UnregisteredView,
    not_filed,
    unregistered_home,
    unregistered_homes,
    unregistered_sources,
)
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute
from portal.public.list_choices import query_without, region_choice
from portal.public.paging import address_of, address_with, paginate
from portal.public.sections import blueprint

_PER_PAGE = 20
_HEADER = [
    "编号",
    "名称",
    "所在地区",
    "乡镇街道",
    "地址",
    "属私人住宅",
    "发现日期",
    "发现途径",
    "核实日期",
    "告知经营者日期",
    "异议期满日期",
    "现场检查日期",
    "入住老人数",
    "处置",
    "处置日期",
    "说明",
    "来源",
    "数据日期",
    "网址",
]
_NOT_FILED_HEADER = ["机构编号", "名称", "所在地区", "类型", "运营状态", "登记备案", "最近核对", "网址"]


@blueprint.get("/institutions/unregistered")
@anyone
def unregistered() -> str:
    """Explain what unregistered means, list the homes made public, and those registered but not filed."""
    region = region_choice()
    found = unregistered_homes(region, PUBLIC)
    unfiled = not_filed(region, PUBLIC)
    pager = paginate(len(found.homes), _PER_PAGE)
    homes = pager.of(found.homes)
    return render_template(
        "public/unregistered.html",
        found=found,
        unfiled=unfiled,
        pager=pager,
        homes=homes,
        sources=unregistered_sources(homes),
        address_with=address_with,
        csv_url=address_of("public.unregistered_csv", query_without("page")),
        unfiled_csv_url=address_of("public.not_filed_csv", query_without("page")),
        unfiled_shown=unfiled.entries[:_PER_PAGE],
    )


@blueprint.get("/institutions/unregistered.csv")
@anyone
@made_once
def unregistered_csv() -> Response:
    """Download the homes made public."""
    found = unregistered_homes(region_choice(), PUBLIC)
    return csv_response("未登记养老服务场所", _HEADER, _rows(found.homes))


@blueprint.get("/institutions/not-filed.csv")
@anyone
@made_once
def not_filed_csv() -> Response:
    """Download the institutions that are registered but not yet filed."""
    found = not_filed(region_choice(), PUBLIC)
    return csv_response("已登记未备案养老机构", _NOT_FILED_HEADER, _unfiled_rows(found.entries))


@blueprint.get("/institutions/unregistered/<public_id>", endpoint="unregistered_home")
@anyone
def unregistered_home_page(public_id: str) -> str:
    """Show one home made public: each step with its date, and what was decided."""
    home = unregistered_home(public_id, PUBLIC)
    if home is None:
        abort(404)
    source = unregistered_sources([home]).get(home.id)
    return render_template("public/unregistered_home.html", home=home, source=source)


def _rows(homes: Sequence[UnregisteredView]) -> Iterator[tuple[object, ...]]:
    sources = unregistered_sources(homes)
    for home in homes:
        source = sources.get(home.id)
        yield (
            home.public_id, home.name, home.region_label, home.township, home.address, home.private_dwelling,
            home.found_on, home.found_how, home.verified_on, home.operator_told_on, home.objection_ended_on,
            home.inspected_on, home.residents, home.disposition, home.disposition_on, home.note,
            source.title if source else None, source.as_of if source else None,
            absolute(url_for("public.unregistered_home", public_id=home.public_id)),
        )  # fmt: skip


def _unfiled_rows(entries: Sequence[Entry]) -> Iterator[tuple[object, ...]]:
    for entry in entries:
        yield (
            entry.public_id, entry.name, entry.region_label, entry.kind, entry.operating, entry.registration,
            entry.confirmed_on, absolute(url_for("public.institution", public_id=entry.public_id)),
        )  # fmt: skip
