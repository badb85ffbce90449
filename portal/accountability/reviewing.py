"""Compiling the two-way reviews: the quarter's records read once, each county's numbers entered."""

from __future__ import annotations

import structlog
from sqlalchemy import select

from portal import clock
from portal.accountability.queries.lists import counties
from portal.accountability.queries.quarter_records import QuarterRecords
from portal.accountability.review_models import CountyReview
from portal.accountability.service.reviews import ReviewRefused, compile_again, compile_review
from portal.audit.acting import Acting, acting_as
from portal.domain.actor import SYSTEM, Actor, Scope
from portal.domain.quarters import Quarter, last_over
from portal.unit_of_work import unit_of_work

_EVERYWHERE = Scope(public_only=False)
_WAITS = "还有刚发生的变化没有数完，请过几分钟再统计。"


def compile_county(region_code: str, quarter: Quarter, scope: Scope | None = None) -> CountyReview:
    """Compile a county's review of a quarter that is over, or return the one there is; flushes.

    Raises NotTheirs or ReviewRefused: also while something of the quarter is not counted yet.
    """
    records = QuarterRecords(quarter, clock.today())
    if region_code in records.waiting:
        raise ReviewRefused(_WAITS)
    return compile_review(region_code, quarter, records.figures(region_code), scope)


def compile_county_again(review: CountyReview, actor: Actor, scope: Scope, seen: int) -> None:
    """Take the records as they stand now; flushes. Raises as ``service.reviews.compile_again`` does."""
    records = QuarterRecords(review.quarter, clock.today())
    if review.region_code in records.waiting:
        raise ReviewRefused(_WAITS)
    compile_again(review, records.figures(review.region_code), actor, scope, seen)


def compile_last_quarter() -> int:
    """Compile the last quarter's review of each county that has none yet, once it is time; return how many.

    Each in a unit of work of its own: one county that can't be done must not keep the others.
    """
    quarter, compiled = last_over(clock.today()), 0
    if clock.today() < quarter.compiled_from:
        return 0
    with unit_of_work() as session:
        query = select(CountyReview.region_code).where(CountyReview.begins == quarter.begins)
        done = {*session.scalars(query)}
        records = QuarterRecords(quarter, clock.today())
        figures = {
            code: records.figures(code)
            for code in counties(_EVERYWHERE)
            if code not in done and code not in records.waiting
        }
    for region_code, counted in figures.items():
        try:
            with acting_as(Acting(SYSTEM, "compile_review", region_code)), unit_of_work():
                compile_review(region_code, quarter, counted)
            compiled += 1
        except Exception as error:
            kind = type(error).__name__
            log = structlog.get_logger("accountability")
            log.error("review_not_compiled", region=region_code, quarter=quarter.code, kind=kind)
    return compiled
