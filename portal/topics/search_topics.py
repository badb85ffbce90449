"""What public topics hand to search: title, why, what is demanded, whose it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from enum import StrEnum

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.domain.permissions import Department
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.reference.regions import RegionDirectory
from portal.search.ports import Document
from portal.topics.queries.topics import public_topics
from portal.topics.service.topic_rights import joint_of
from portal.topics.service.topic_steps import KIND
from portal.topics.topic_models import Topic

_ORDER = "83"
"""First characters of ``Document.order``: after published complaints."""
_NEWEST = 10**9
_MOST_NAMED = 500
"""Ids in one condition."""


class TopicDocuments:
    """The source of kind ``topic``: what is public and was not taken down. Staff have lists of their own."""

    kind = KIND

    def __init__(self, label: Callable[[StrEnum], str]) -> None:
        self._label = label

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these topics (None: all)."""
        query = select(Topic).where(*public_topics(), Topic.withdrawn_at.is_(None)).order_by(Topic.id)
        if scope.regions is not None:
            query = query.where(Topic.region_code.in_(scope.regions))
        regions = region_directory()
        if ids is None:
            for topic in db.session.scalars(query.execution_options(yield_per=500)):
                yield self._document(topic, regions)
            return
        for lot in _lots(ids):
            for topic in db.session.scalars(query.where(Topic.id.in_(lot))):
                yield self._document(topic, regions)

    def _document(self, topic: Topic, regions: RegionDirectory) -> Document:
        codes = (*(row.code for row in regions.ancestors(topic.region_code)), topic.region_code)
        order = f"{_ORDER}{_NEWEST - topic.id:010d}"
        # a home whose name is typed comes before what begins with its words
        name = f"整治项目：{topic.title}"
        return Document(self.kind, topic.id, name, (), tuple(self._details(topic, regions)), codes, order)

    def _details(self, topic: Topic, regions: RegionDirectory) -> Iterator[tuple[str, str]]:
        yield "region", regions.path_label(topic.region_code, "")
        yield "topic_year", f"{topic.year}年{self._label(topic.scope)}"
        who: tuple[Department, ...] = (topic.department, *joint_of(topic))
        yield "department", "、".join(self._label(one) for one in who)
        yield "topic_why", topic.why
        yield "topic_demands", topic.demands


def _lots(ids: Collection[int]) -> Iterator[Sequence[int]]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), _MOST_NAMED):
        yield wanted[start : start + _MOST_NAMED]
