"""Penalties, commendations, exposures and the credit list (R8): in force today, and gone the day after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Response, render_template, url_for

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute
from portal.public.list_choices import enum_choice, query_without, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of, address_with, paginate
from portal.public.sections import blueprint
from portal.public.supervision_words import CREDIT_WORDS, home_choice, regions_offered, text_choice
from portal.supervision.kinds import CreditKind
from portal.supervision.queries.credit import MOST, CreditChoice, CreditRow, credit_counts, credit_page

_PER_PAGE = 20
_HEADER = (
    "编号", "种类", "机构名称", "机构编号", "所在地区", "标题", "事由", "决定内容", "罚款（元）", "法律依据",
    "决定机关", "文号", "决定日期", "公开到", "网址",
)  # fmt: skip


@blueprint.get("/credit")
@kept_in_memory
@anyone
def credit() -> str:
    """List the entries in force, the latest decision first, by kind."""
    choice = _choice()
    asked = paginate(MOST, _PER_PAGE)
    rows, total = credit_page(choice, PUBLIC, asked.offset, asked.per_page)
    pager = paginate(min(total, MOST), _PER_PAGE)
    if pager.number != asked.number:
        rows, _ = credit_page(choice, PUBLIC, pager.offset, pager.per_page)
    counts = credit_counts(choice, PUBLIC)
    return render_template(
        "public/credit.html",
        choice=choice,
        home=home_choice(),
        rows=rows,
        pager=pager,
        more=total > MOST,
        counts=counts,
        together=sum(counts.values()),
        regions=regions_offered(choice.region),
        words=CREDIT_WORDS,
        address_with=address_with,
        csv_url=address_of("public.credit_csv", query_without("page")),
    )


@blueprint.get("/credit.csv")
@anyone
@made_once
def credit_csv() -> Response:
    """Download every entry in force that matches."""
    rows, _ = credit_page(_choice(), PUBLIC, limit=None)
    return csv_response("养老机构信用记录", _HEADER, _rows(rows))


def _choice() -> CreditChoice:
    home = home_choice()
    return CreditChoice(
        kind=enum_choice("kind", CreditKind),
        region=region_choice(),
        text=text_choice(),
        institution_id=None if home is None else home.id,
    )


def _rows(rows: Iterable[CreditRow]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        yield (
            row.public_id, row.kind, row.home, row.home_id, row.region, row.title, row.reason, row.content,
            None if row.amount_fen is None else row.amount_fen / 100, row.legal_basis, row.authority,
            row.document_number, row.decided_on, row.until,
            absolute(url_for("public.credit", home=row.home_id)),
        )  # fmt: skip
