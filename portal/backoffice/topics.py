"""Topics (整治项目) of the own regions by year, the pools put to the vote, and what of them waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from flask import Response as FlaskResponse
from flask import render_template, url_for

from portal import clock
from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.asked import asked_number, asked_region
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.topic_deeds import keeps_pool, keeps_topic
from portal.domain.permissions import Capability, Department
from portal.domain.topic_phases import Phase
from portal.extensions import limiter
from portal.glossary import label
from portal.topics.queries.topic_desk import DeskTopic, desk_pools, desk_topics
from portal.topics.service.work import departments_of

_FIRST = 5


@blueprint.get("/topics")
@staff(Capability.SEE_COLUMN)
def topics() -> str:
    """List pools and topics within reach, the newest year first."""
    who, now = the_caller(), clock.now()
    every = desk_topics(who.scope, now, region=asked_region(who))
    year = asked_number("year")
    return render_template(
        "backoffice/topics.html",
        rows=[one for one in every if year is None or one.topic.year == year],
        pools=[one for one in desk_pools(who.scope) if year is None or one.year == year],
        years=sorted({one.topic.year for one in every}, reverse=True),
        year=year,
        region=asked_region(who),
        regions=region_choices(who),
        now=now,
        keeps=who.allows(Capability.KEEP_COLUMN),
        runs=who.allows(Capability.KEEP_COLUMN) and who.scope.department is Department.CIVIL_AFFAIRS,
    )


@blueprint.get("/topics.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_COLUMN)
def topics_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    who, year = the_caller(), asked_number("year")
    found = desk_topics(who.scope, clock.now(), year=year, region=asked_region(who))
    table = Table(
        "整治项目",
        (
            "年份", "地区", "共性还是个性", Column("整治什么", width=40), "阶段", "牵头部门",
            Column("配合部门", width=24), "公布", "开始整治", "评价开始", "评价截止", "结题", "结论",
        ),
        _exported(found),
        "点题整治项目",
        f"{year}年" if year else "全部年份",
    )  # fmt: skip
    return export(table, file_format)


@queue(Capability.REVIEW_COLUMN)
def _to_conclude(who: Identity, today: date) -> Queue | None:
    """Bring topics that the public has judged and nobody has concluded."""
    return _queue("群众评价截止了、等结题的项目", who, lambda one: one.phase is Phase.JUDGED)


@queue(Capability.REVIEW_COLUMN)
def _to_choose(who: Identity, today: date) -> Queue | None:
    """Bring candidates whose vote is over."""
    return _queue(
        "投票结束、等选定的候选项目",
        who,
        lambda one: one.phase is Phase.COUNTED and one.pool is not None and one.topic.proposed_at is not None,
    )


@queue(Capability.KEEP_COLUMN)
def _reasons(who: Identity, today: date) -> Queue | None:
    """Bring topics about which people wrote what nobody has looked through."""
    return _queue("群众评价里等审核的文字", who, lambda one: one.waiting > 0)


def _queue(title: str, who: Identity, wanted: Callable[[DeskTopic], bool]) -> Queue:
    found = [
        one
        for one in desk_topics(who.scope, clock.now())
        if one.topic.withdrawn_at is None and keeps_topic(one.topic, who) and wanted(one)
    ]
    first = tuple(
        Waiting(
            one.topic.title,
            url_for("backoffice.topic", public_id=one.topic.public_id),
            None,
            one.region_label,
        )
        for one in found[:_FIRST]
    )
    return Queue(title, url_for("backoffice.topics"), len(found), first)


@queue(Capability.REVIEW_COLUMN)
def _results(who: Identity, today: date) -> Queue | None:
    """Bring votes that are over and whose result is not public."""
    now = clock.now()
    found = [
        one
        for one in desk_pools(who.scope)
        if one.published_at is not None
        and one.vote_closes_at <= now
        and one.result_published_at is None
        and keeps_pool(one, who)
    ]
    first = tuple(
        Waiting(one.title, url_for("backoffice.pool", public_id=one.public_id), one.vote_closes_at.date(), "")
        for one in found[:_FIRST]
    )
    return Queue("投票截止、等公布结果", url_for("backoffice.topics"), len(found), first)


def _exported(found: list[DeskTopic]) -> Iterator[tuple[object, ...]]:
    for one in found:
        topic = one.topic
        joint = "、".join(label(one) for one in departments_of(topic)[1:])
        days = (
            None if moment is None else moment.date()
            for moment in (
                topic.published_at, topic.work_from, topic.judged_from, topic.judged_until, topic.closed_at,
            )
        )  # fmt: skip
        yield (
            topic.year, one.region_label, topic.scope, topic.title, one.phase, topic.department, joint, *days,
            topic.conclusion,
        )  # fmt: skip
