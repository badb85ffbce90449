"""What the policy papers want reached, and what the records say (part E): numerator and denominator shown."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, render_template

from portal.access import anyone
from portal.accountability.queries.figures import figures_version
from portal.accountability.queries.targets import TargetsPage, targets_page
from portal.domain.actor import PUBLIC
from portal.domain.targets import MEANINGS, Verdict
from portal.public.caching import depends_also_on
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.list_choices import query_without, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_of, address_with
from portal.public.sections import blueprint

VERDICTS: dict[Verdict, tuple[str, str]] = {
    Verdict.REACHED: ("达到", "good"),
    Verdict.MISSED: ("没有达到", "bad"),
    Verdict.UNKNOWN: ("还说不准", "soon"),
    Verdict.NOT_MEASURED: ("算不出来", "plain"),
}
"""How each verdict is called, and which sign it gets."""
_HEADER = (
    "目标年份", "适用地区", "目标", "目标值", "单位", "达到的", "总数", "其中不知道的",
    "没有公布、不在总数里的", "是否达到", "怎么数", "出处",
)  # fmt: skip


@blueprint.get("/accountability/targets")
@depends_also_on(figures_version)
@kept_in_memory
@anyone
def targets() -> str:
    """Show every target that holds here, with its true population."""
    found = targets_page(region_choice(), PUBLIC)
    return render_template(
        "public/targets.html",
        found=found,
        verdicts=VERDICTS,
        meanings=MEANINGS,
        address_with=address_with,
        csv_url=address_of("public.targets_csv", query_without()),
    )


@blueprint.get("/accountability/targets.csv")
@depends_also_on(figures_version)
@anyone
@made_once
def targets_csv() -> Response:
    """Download the same."""
    return csv_response("政策目标", _HEADER, _rows(targets_page(region_choice(), PUBLIC)))


def _rows(found: TargetsPage) -> Iterator[tuple[object, ...]]:
    for one in found.targets:
        how, measured = one.meaning, one.measured
        counted = (
            (None, None, None, None)
            if measured is None
            else (measured.met, measured.total, measured.unknown, measured.outside)
        )
        yield (
            one.year, one.area_label, how.title, one.value, one.unit, *counted, VERDICTS[one.verdict][0],
            how.why or f"{how.population}里，{how.met}", one.source,
        )  # fmt: skip
