"""Concentrated care (集中照护, R5): who it is for, which homes give it, how to apply in each county."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, abort, render_template, url_for

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.institutions.queries.care import (
    CareDirectory,
    care_directory,
    county_guide,
    designation_sources,
)
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute
from portal.public.list_choices import query_without, region_choice
from portal.public.paging import address_of, address_with, paginate
from portal.public.sections import blueprint

_COUNTIES_PER_PAGE = 20
_HEADER = [
    "所在地区",
    "机构名称",
    "机构编号",
    "确定单位",
    "文号",
    "确定日期",
    "名额",
    "空余名额",
    "空余名额数据日期",
    "收费说明",
    "电话",
    "来源",
    "数据日期",
    "网址",
]


@blueprint.get("/concentrated-care")
@anyone
def concentrated_care() -> str:
    """Explain whom concentrated care is for, and list the homes that give it, county by county."""
    directory = care_directory(region_choice(), PUBLIC)
    pager = paginate(len(directory.offering), _COUNTIES_PER_PAGE)
    counties = pager.of(directory.offering)
    return render_template(
        "public/concentrated_care.html",
        directory=directory,
        pager=pager,
        counties=counties,
        sources=designation_sources([home for county in counties for home in county.homes]),
        address_with=address_with,
        csv_url=address_of("public.concentrated_care_csv", query_without("page")),
    )


@blueprint.get("/concentrated-care.csv")
@anyone
@made_once
def concentrated_care_csv() -> Response:
    """Download the directory of homes designated today."""
    directory = care_directory(region_choice(), PUBLIC)
    return csv_response("集中照护机构名录", _HEADER, _rows(directory))


@blueprint.get("/concentrated-care/<region_code>")
@anyone
def care_guide(region_code: str) -> str:
    """Show one county's guide: who may apply, the steps, the papers, the office, what is paid."""
    found = county_guide(region_code, PUBLIC)
    if found is None:
        abort(404)
    return render_template(
        "public/care_guide.html",
        found=found,
        guide=found.guide,
        county=found.county,
        sources=designation_sources(found.county.homes),
    )


def _rows(directory: CareDirectory) -> Iterator[tuple[object, ...]]:
    sources = designation_sources([home for county in directory.counties for home in county.homes])
    for county in directory.counties:
        for each in county.homes:
            source = sources.get(each.id)
            yield (
                county.label, each.home.name, each.home.public_id, each.authority, each.document_number,
                each.designated_on, each.quota, each.free_places, each.free_as_of, each.fee_text,
                each.home.phone, source.title if source else None, source.as_of if source else None,
                absolute(url_for("public.institution", public_id=each.home.public_id)),
            )  # fmt: skip
