"""Published complaints with their answers (R32): the list, and each by itself."""

from __future__ import annotations

from flask import abort, render_template

from portal.access import anyone
from portal.accountability.queries.chain import tied_records
from portal.complaints.kinds import Category
from portal.complaints.queries.published import (
    PublishedChoice,
    published_overview,
    published_page,
)
from portal.complaints.queries.published import (
    published_case as case_of,
)
from portal.domain.actor import PUBLIC
from portal.domain.response_clock import FIRST_ANSWER_DAYS, Judgement
from portal.public.list_choices import enum_choice, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_with, paginate
from portal.public.sections import blueprint

_PER_PAGE = 20


@blueprint.get("/complaints/published")
@kept_in_memory
@anyone
def published_cases() -> str:
    """List what was published, newest first."""
    choice = PublishedChoice(region_choice(), enum_choice("category", Category))
    found = published_overview(choice, PUBLIC)
    pager = paginate(found.total, _PER_PAGE)
    return render_template(
        "public/complaint_published.html",
        choice=choice,
        found=found,
        pager=pager,
        cases=published_page(choice, PUBLIC, pager.offset, pager.per_page),
        judgements=Judgement,
        address_with=address_with,
    )


@blueprint.get("/complaints/published/<public_id>")
@kept_in_memory
@anyone
def published_case(public_id: str) -> str:
    """Show one published complaint: what was written, what was answered, how long it took."""
    found = case_of(public_id[:20], PUBLIC)
    if found is None:
        abort(404)
    return render_template(
        "public/complaint_published_case.html",
        case=found,
        led_to=tied_records(PUBLIC, complaint=found.public_id),
        judgements=Judgement,
        first_days=FIRST_ANSWER_DAYS,
    )
