"""The two-way reviews of the demo city: a year of quarters, one late, one missing, one being written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from portal import clock
from portal.accountability.queries.quarter_records import QuarterRecords
from portal.accountability.review_models import CountyReview, ReviewRemark
from portal.accountability.service import reviews
from portal.accounts.demo_desks import Desk, demo_desks
from portal.domain.actor import Actor, Scope
from portal.domain.county_review import ReviewFigures
from portal.domain.permissions import Department, Role
from portal.domain.quarters import last_over, quarter_of, quarters_between
from portal.extensions import db
from portal.institutions.demo.regions import CITY_CODE, CITY_NAME, COUNTIES, County
from portal.reference.directory import region_directory

_LATE, _FORGOT, _WRITING = 4, 6, 0
"""Counties: late with the oldest quarter; forgot the last that was due; writing the newest now."""
_JUDGES = f"{CITY_NAME}纪委监委、{CITY_NAME}民政局"
DAYS = 380
"""How far back its complaints reach."""
_CIVIL = Department.CIVIL_AFFAIRS

Said = tuple[Department | None, str, str]
"""What is remarked: on whom, the remark, the county's answer."""


def load_reviews() -> int:
    """Compile, remark on, answer and publish the reviews; once all figures are counted. Flushes."""
    now = clock.now()
    last = last_over(now.date())
    if now.date() <= last.compiled_from:
        last = last.before
    first = quarter_of(now.date() - timedelta(days=DAYS))
    for quarter in reversed(quarters_between(first, last)):
        oldest, newest = quarter == first, quarter == last
        overdue = quarter.due < now.date() and (newest or quarter.after.due >= now.date())
        with clock.moved_to(clock.at(quarter.compiled_from, 0, 20)):
            records = QuarterRecords(quarter, clock.today())
            made = [
                reviews.compile_review(county.code, quarter, records.figures(county.code))
                for county in COUNTIES
            ]
        for number, (county, review) in enumerate(zip(COUNTIES, made, strict=True)):
            if overdue and number == _FORGOT:
                continue
            writing = newest and number == _WRITING and now.date() <= quarter.due
            late = 24 if oldest and number == _LATE else 0
            _discuss(review, county, number, late, writing)
    return db.session.scalar(select(func.count()).select_from(CountyReview)) or 0


def wipe_reviews() -> None:
    """Take the reviews out again."""
    for model in (ReviewRemark, CountyReview):
        db.session.execute(delete(model))


def _discuss(review: CountyReview, county: County, number: int, late: int, writing: bool) -> None:
    desks, now = demo_desks(), clock.now()
    clerk = desks.of(CITY_CODE, _CIVIL, Role.CLERK)
    first = review.quarter.compiled_from + timedelta(days=6 + number % 3 + late)
    for place, (about, words, answer) in enumerate(_said(ReviewFigures.load(review.figures))):
        moment = clock.at(first, 15, 10 + place)
        if moment >= now:
            return
        with clock.moved_to(moment):
            remark = reviews.add_remark(
                review, _JUDGES, about, words, first, clerk.actor, clerk.scope, review.version
            )
        if not writing:
            _answer(review, remark, county, answer, clock.at(first + timedelta(days=5), 10, 5 + place))
    moment = clock.at(first + timedelta(days=9), 9, 30 + number)
    if moment < now and not writing:
        publisher = desks.of(CITY_CODE, _CIVIL, Role.REVIEWER)
        with clock.moved_to(moment):
            reviews.publish_review(review, publisher.actor, publisher.scope, review.version)


def _answer(review: CountyReview, remark: ReviewRemark, county: County, words: str, moment: datetime) -> None:
    if moment < clock.now():
        desk = _own_reviewer(county)
        with clock.moved_to(moment):
            reviews.answer_remark(remark, county.bureau, words, desk.actor, desk.scope, review.version)


def _own_reviewer(county: County) -> Desk:
    """Return the county's own reviewer, for whom the demo has no account."""
    scope = Scope(False, region_directory().within(county.code), _CIVIL)
    return Desk(Actor(f"{county.name}民政审核"), scope, Role.REVIEWER)


def _said(figures: ReviewFigures) -> Iterator[Said]:
    """Yield remarks that the figures give cause for: what was done well first, then what was not."""
    problems, complaints, work = figures.problems, figures.complaints, figures.work
    if problems.judged and not problems.overdue and not problems.late:
        yield (
            None,
            f"到期的{problems.judged}个问题都按期改好了，做得扎实。请把做法写进制度，防止反弹。",
            "按月抽查已经销号的问题，发现反弹的，当天登账。",
        )
    elif problems.overdue:
        yield (
            None,
            f"还有{problems.overdue}个问题逾期没有改好。请一个一个写明谁来改、哪天改完，不能一拖再拖。",
            "逾期的问题逐个排了期限，由局领导包保；改不了的，按规定移交执法。",
        )
    elif problems.late:
        yield (
            None,
            f"到期的都改了，但有{problems.late}个改晚了。期限要定得实在，定了就要守住。",
            "以后期限过半就去现场看一次，来不及的提前说明。",
        )
    else:
        yield (
            None,
            "这个季度没有到期的问题。检查还是要去，没有登账不等于没有问题。",
            "下个季度把没有去过的机构都走一遍。",
        )
    if problems.recurred:
        yield (
            _CIVIL,
            f"有{problems.recurred}个问题改好又反弹。不能只在检查那天改，验收以后还要回头看。",
            "反弹的机构列入重点，每月不打招呼去一次。",
        )
    if work.lists_late or work.lists_missing:
        yield (
            None,
            f"四张清单有{work.lists_late + work.lists_missing}个月没有在20日前报送，请按时。",
            "已经指定专人，每月15日前核对完。",
        )
    if complaints is not None and complaints.first_judged > complaints.first_in_time:
        slow = complaints.first_judged - complaints.first_in_time
        yield (
            None,
            f"{slow}件投诉没有按时首次答复。来信的人等的就是一句回话，先回话，再办事。",
            "每天下班前看一遍快到期的，当天答不了的先电话告知。",
        )
