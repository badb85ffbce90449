"""What published cases hand to search: only what their public pages show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from enum import StrEnum

from portal.complaints.queries.published import Published, publications_naming, published_of
from portal.complaints.service.publication import KIND
from portal.domain.actor import Scope
from portal.reference.directory import region_directory
from portal.search.ports import Document

_AFTER_NOTICES = "8"
"""First character of ``Document.order``: homes and notices come before."""


class PublishedCaseDocuments:
    """The source of kind ``complaint_publication``: title, text and reply as published."""

    kind = KIND

    def __init__(self, label: Callable[[StrEnum], str]) -> None:
        self._label = label

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these publications (None: all) that stand in public."""
        regions = region_directory()
        for case in published_of(ids, scope):
            above = tuple(row.code for row in regions.ancestors(case.region_code))
            details = tuple(self._details(case))
            order = f"{_AFTER_NOTICES}{10**9 - case.id:010d}"
            yield Document(self.kind, case.id, case.title, (), details, (*above, case.region_code), order)

    def _details(self, case: Published) -> Iterator[tuple[str, str]]:
        yield "region", case.region_path
        yield "category", self._label(case.category)
        yield "complaint_text", case.text
        yield "complaint_reply", case.reply
        if case.home is not None:
            yield "home", case.home

    def following(self, kind: str, ids: Collection[int]) -> Collection[int]:
        """Return the publications that name these homes."""
        return publications_naming(ids) if kind == "institution" else ()
