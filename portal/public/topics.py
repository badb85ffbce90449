"""The year's topics (R41): what is put right, whose it is, how far it has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response, render_template, url_for

from portal import clock
from portal.access import anyone
from portal.accountability.queries.figures import figures_version
from portal.accountability.queries.topic_progress import progress_of
from portal.public.caching import depends_also_on
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute, labels
from portal.public.list_choices import number_choice, query_without, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of, page_number, paginate
from portal.public.sections import blueprint
from portal.public.supervision_words import regions_offered
from portal.public.topic_words import end_words, moment_words
from portal.topics.queries.moments import moments_passed
from portal.topics.queries.topics import (
    MOST_ROWS,
    TopicRow,
    count_topics,
    judged_now,
    list_topics,
    pools_now,
    pools_of_year,
    topic_years,
)

_PER_PAGE = 20
_HEADER = (
    "年份", "项目", "共性或个性", "地区", "牵头部门", "配合部门", "进行到", "结论", "来自几条群众点题",
    "群众评价开始", "群众评价截止", "网址",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reached:
    """How many targets a topic has, and how many of them are reached, or overdue."""

    all: int
    reached: int
    overdue: int


def moment_tag() -> str:
    """Return what a list of topics depends on beside its data: phases come and go, problems are counted."""
    return f"m{moments_passed(clock.now())}-{figures_version()}"


@blueprint.get("/topics")
@kept_in_memory
@depends_also_on(moment_tag)
@anyone
def topics() -> str:
    """List a year's topics, and what everybody can vote on or judge at this moment."""
    now, years, regions = clock.now(), topic_years(), regions_offered(region_choice())
    year = _year(years)
    total = count_topics(year, regions.chosen)
    pager = paginate(total, _PER_PAGE, page_number())
    rows = list_topics(year, regions.chosen, now, pager.offset, _PER_PAGE)
    return render_template(
        "public/topics/topics.html",
        year=year,
        years=years,
        regions=regions,
        rows=rows,
        reached=_reached(rows),
        pager=pager,
        judged=judged_now(now, regions.chosen),
        open_pools=pools_now(now, regions.chosen),
        pools=pools_of_year(year, regions.chosen),
        now=now,
        moment_words=moment_words,
        end_words=end_words,
        csv_url=address_of("public.topics_csv", query_without("page")),
    )


@blueprint.get("/topics.csv")
@depends_also_on(moment_tag)
@anyone
@made_once
def topics_csv() -> Response:
    """Download a year's topics."""
    year = _year(topic_years())
    return csv_response(f"整治项目-{year}-{clock.today().isoformat()}", _HEADER, _rows(year))


def _year(years: list[int]) -> int:
    asked = number_choice("year", 2000, 2100)
    return asked or (years[0] if years else clock.today().year)


def _reached(rows: Sequence[TopicRow]) -> dict[int, Reached]:
    """Return, by topic, how many targets it has, how many are reached and how many are overdue."""
    today, found = clock.today(), progress_of([row.record for row in rows])
    return {
        number: Reached(
            len(targets),
            sum(one.standing.reached for one in targets),
            sum(one.standing.overdue(today) for one in targets),
        )
        for number, targets in found.items()
    }


def _rows(year: int) -> Iterator[tuple[object, ...]]:
    region = regions_offered(region_choice()).chosen
    for row in list_topics(year, region, clock.now(), 0, MOST_ROWS):
        yield (
            row.year, row.title, row.scope, row.region_label, row.department, labels(row.joint), row.phase,
            row.conclusion, row.suggestions, row.judged_from, row.judged_until,
            absolute(url_for("public.topic", public_id=row.public_id)),
        )  # fmt: skip
