"""Found, and put right? (part E): by county and by month, as table, as picture, as file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask import Response, render_template

from portal import clock
from portal.access import anyone
from portal.accountability.queries.figures import (
    FiguresChoice,
    MonthFigures,
    PlaceFigures,
    every_month,
    figures_of,
    figures_version,
)
from portal.accountability.workbook import Sheet
from portal.domain.actor import PUBLIC
from portal.domain.day_words import cn_day
from portal.domain.small_numbers import FEW
from portal.domain.supervision_figures import LEAST_FOR_A_SHARE, Part, SupervisionTally
from portal.public.caching import depends_also_on
from portal.public.charts import Stack, StackChart, stack_chart
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.list_choices import number_choice, query_without, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of, address_with
from portal.public.sections import blueprint
from portal.public.trend_chart import TrendChart, trend_chart
from portal.public.xlsx_download import xlsx_response

_TITLE = "整改按月统计"
_HEADER = (
    "月份", "地区",
    "登账问题", "按期销号", "逾期才销号", "逾期还没销号", "还在期限里", "没有定期限",
    "其中重大隐患", "重大隐患已销号", "其中反弹", "其中群众反映",
    "当月销号", "销号用时中位数（工作日）", "发出整改通知书", "检查", "其中被拒绝",
)  # fmt: skip
_NOTES = (
    ("问题", "按登账的月份数；撤销登账的不算。五种情形加起来等于登账问题。"),
    ("当月销号", "按销号的月份数，不管哪个月登账。"),
    ("群众反映", f"少于{FEW}个的不单列，免得看出是谁反映的。"),
)


@blueprint.get("/accountability")
@depends_also_on(figures_version)
@kept_in_memory
@anyone
def accountability() -> str:
    """Show what was found and whether it was put right: in all, by county, by month."""
    choice = _choice()
    found = figures_of(choice, PUBLIC)
    return render_template(
        "public/accountability.html",
        choice=choice,
        found=found,
        months=[one for one in found.months if not one.figures.counts.nothing],
        places_chart=_places_chart(found.places),
        trend=_trend(found.months),
        parts=Part,
        least=LEAST_FOR_A_SHARE,
        few=FEW,
        address_with=address_with,
        csv_url=address_of("public.accountability_csv", query_without()),
        xlsx_url=address_of("public.accountability_xlsx", query_without()),
    )


@blueprint.get("/accountability.csv")
@depends_also_on(figures_version)
@anyone
@made_once
def accountability_csv() -> Response:
    """Download the figures of every region and month of the chosen time."""
    return csv_response(_TITLE, _HEADER, _rows(every_month(_choice(), PUBLIC)))


@blueprint.get("/accountability.xlsx")
@depends_also_on(figures_version)
@anyone
@made_once
def accountability_xlsx() -> Response:
    """Download the same as a workbook."""
    rows = _rows(every_month(_choice(), PUBLIC))
    made = ("统计日期", cn_day(clock.today()))
    return xlsx_response(_TITLE, [Sheet("数据", _HEADER, rows)], [("名称", _TITLE), made, *_NOTES])


def _choice() -> FiguresChoice:
    return FiguresChoice(region_choice(), number_choice("year", least=2000, most=2999))


def _places_chart(places: Iterable[PlaceFigures]) -> StackChart:
    """The share cleared in time, of those that can be ranked; how many there are stands in the words."""
    return stack_chart(
        [
            Stack(place.label, f"按期改好{tally.percent}%，到期{tally.judged}个", _stacked(tally))
            for place in places
            if (tally := place.figures.tally).percent is not None
        ],
        shares=True,
    )


def _stacked(tally: SupervisionTally) -> tuple[tuple[str, int], ...]:
    late = tally.parts[Part.LATE] + tally.parts[Part.OVERDUE]
    return ("in-time", tally.parts[Part.IN_TIME]), ("late", late)


def _trend(months: Sequence[MonthFigures]) -> TrendChart:
    oldest_first = list(reversed(months))
    while oldest_first and oldest_first[0].figures.counts.nothing:
        oldest_first.pop(0)
    return trend_chart(
        [(one.month, one.figures.counts.found, one.figures.counts.cleared) for one in oldest_first]
    )


def _rows(months: Iterable[MonthFigures]) -> Iterator[tuple[object, ...]]:
    for one in months:
        counts, tally = one.figures.counts, one.figures.tally
        told = f"少于{FEW}或不单列" if one.figures.told is None else one.figures.told
        yield (
            f"{one.month:%Y-%m}", one.region_label, counts.found, *(tally.parts[part] for part in Part),
            counts.major, counts.major_cleared, counts.recurred, told,
            counts.cleared, tally.median_days, counts.notices, counts.visits, counts.refused,
        )  # fmt: skip
