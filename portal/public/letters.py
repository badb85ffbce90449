"""Filing commitment letters (备案信用承诺, R10): the list, its file, and each letter."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, abort, render_template, url_for

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.queries.letters import commitment_letter as find_letter
from portal.institutions.queries.letters import letter_count, letters
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute
from portal.public.paging import paginate
from portal.public.sections import blueprint


@blueprint.get("/letters")
@anyone
def commitment_letters() -> str:
    """List the letters, newest first."""
    pager = paginate(letter_count(PUBLIC))
    rows = letters(PUBLIC, pager.offset, pager.per_page)
    regions = catalogue(PUBLIC).regions
    return render_template("public/letters.html", rows=rows, pager=pager, place=regions.label)


@blueprint.get("/letters.csv")
@anyone
@made_once
def commitment_letters_csv() -> Response:
    """Download the list."""
    header = ("编号", "标题", "签署日期", "机构名称", "机构编号", "所在地区", "网址")
    return csv_response("备案承诺书", header, _csv_rows())


@blueprint.get("/letters/<public_id>")
@anyone
def commitment_letter(public_id: str) -> str:
    """Show one letter."""
    found = find_letter(public_id, PUBLIC)
    if found is None:
        abort(404)
    place = catalogue(PUBLIC).regions.path_label(found.region_code, sep="")
    return render_template("public/commitment_letter.html", found=found, letter=found.letter, place=place)


def _csv_rows() -> Iterator[tuple[object, ...]]:
    regions = catalogue(PUBLIC).regions
    for row in letters(PUBLIC):
        address = absolute(url_for("public.commitment_letter", public_id=row.public_id))
        place = regions.path_label(row.region_code, sep="")
        yield (row.public_id, row.title, row.signed_on, row.home.name, row.home.public_id, place, address)
