"""Who answers complaints in time (R31): by county and by month, as table, as picture, as file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Response, render_template

from portal import clock
from portal.access import anyone
from portal.complaints.kinds import Rating
from portal.complaints.queries.figures import (
    Figures,
    FiguresChoice,
    Handlings,
    MonthFigures,
    PlaceFigures,
    every_month,
    figures_of,
    figures_version,
)
from portal.domain.actor import PUBLIC
from portal.domain.case_figures import LEAST_FOR_A_SHARE, Part, Tally
from portal.domain.clock_strip import first_answer_strip
from portal.domain.response_clock import FIRST_ANSWER_DAYS, PAUSE_MOST
from portal.domain.small_numbers import FEW
from portal.public.caching import depends_also_on
from portal.public.charts import Stack, StackChart, stack_chart
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.list_choices import number_choice, query_without, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of, address_with
from portal.public.sections import blueprint
from portal.reference.calendar import working_calendar

_PARTS = (Part.IN_TIME, Part.LATE, Part.OVERDUE, Part.RUNNING, Part.WITHDRAWN)
_HEADER = (
    "收到月份", "地区", "收到",
    "首次答复：按时", "首次答复：超期", "首次答复：过期未答", "首次答复：还没到期", "首次答复：答复前撤回",
    "首次答复：用时中位数（工作日）",
    "办理答复：按时", "办理答复：超期", "办理答复：过期未答", "办理答复：还没到期", "办理答复：答复前撤回",
    "办理答复：用时中位数（工作日）",
    "再次办理", "再次办理申请（按申请月份）", "满意", "基本满意", "不满意",
)  # fmt: skip


@blueprint.get("/complaints")
@depends_also_on(figures_version)
@kept_in_memory
@anyone
def complaint_figures() -> str:
    """Show who answers in time: in all, by county, by month; and how the clock counts."""
    choice = _choice()
    found = figures_of(choice, PUBLIC)
    now = clock.now()
    received = [month for month in found.months if month.figures.once.received]
    return render_template(
        "public/complaint_figures.html",
        choice=choice,
        found=found,
        months=received,
        places_chart=_places_chart(found.places),
        months_chart=_months_chart(received),
        strip=first_answer_strip(working_calendar(), now, now.date()),
        parts=Part,
        ratings=Rating,
        least=LEAST_FOR_A_SHARE,
        few=FEW,
        first_days=FIRST_ANSWER_DAYS,
        pause_days=PAUSE_MOST,
        address_with=address_with,
        csv_url=address_of("public.complaint_figures_csv", query_without()),
    )


@blueprint.get("/complaints.csv")
@depends_also_on(figures_version)
@anyone
@made_once
def complaint_figures_csv() -> Response:
    """Download the figures of every region and month of the chosen time."""
    return csv_response("投诉答复按月统计", _HEADER, _rows(every_month(_choice(), PUBLIC)))


def _choice() -> FiguresChoice:
    return FiguresChoice(region_choice(), number_choice("year", least=2000, most=2999))


def _places_chart(places: Iterable[PlaceFigures]) -> StackChart:
    """The share answered in time of those that can be ranked; how many there are stands in the words."""
    return stack_chart(
        [
            Stack(place.label, f"按时{first.percent}%，共{first.judged}件", _stacked(first, running=False))
            for place in places
            if (first := place.figures.once.first).percent is not None
        ],
        shares=True,
    )


def _months_chart(months: Iterable[MonthFigures]) -> StackChart:
    return stack_chart(
        [
            Stack(
                f"{month.month.year}年{month.month.month}月",
                _words(month.figures),
                () if month.figures.small else _stacked(month.figures.once.first, running=True),
            )
            for month in reversed(list(months))
        ]
    )


def _words(figures: Figures) -> str:
    if figures.small:
        return f"少于{FEW}件" if figures.few else "不单列"
    first = figures.once.first
    late = first.parts[Part.LATE] + first.parts[Part.OVERDUE]
    told = [f"收到{first.received}件", f"按时{first.parts[Part.IN_TIME]}"]
    if late:
        told.append(f"超期{late}")
    return "，".join(told)


def _stacked(tally: Tally, running: bool) -> tuple[tuple[str, int], ...]:
    kinds = {
        "in-time": tally.parts[Part.IN_TIME],
        "late": tally.parts[Part.LATE] + tally.parts[Part.OVERDUE],
        "withdrawn": tally.parts[Part.WITHDRAWN],
    }
    if running:
        kinds["running"] = tally.parts[Part.RUNNING]
    return tuple(kinds.items())


def _rows(months: Iterable[MonthFigures]) -> Iterator[tuple[object, ...]]:
    for one in months:
        figures = one.figures
        begins = (f"{one.month:%Y-%m}", one.region_label)
        if figures.small:
            yield (*begins, f"少于{FEW}" if figures.few else "不单列", *("",) * (len(_HEADER) - 3))
            continue
        ratings = [figures.ratings.get(rating.value, 0) for rating in Rating]
        shown = sum(ratings) >= LEAST_FOR_A_SHARE
        yield (
            *begins,
            figures.once.received,
            *_clocks(figures.once),
            figures.reopened,
            figures.again.received,
            *(ratings if shown else [""] * len(ratings)),
        )


def _clocks(handlings: Handlings) -> Iterator[object]:
    for tally in (handlings.first, handlings.final):
        yield from (tally.parts[part] for part in _PARTS)
        yield tally.median_days
