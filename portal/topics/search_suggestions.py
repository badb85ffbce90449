"""What public suggestions hand to search: only what their public pages show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from enum import StrEnum

from portal.domain.actor import Scope
from portal.reference.directory import region_directory
from portal.search.ports import Document
from portal.topics.queries.suggestion_rows import SuggestionRow
from portal.topics.queries.suggestions import suggestions_of
from portal.topics.service.steps import KIND

_ORDER = "84"
"""First characters of ``Document.order``: after topics, which came of them."""
_NEWEST = 10**9


class SuggestionDocuments:
    """The source of kind ``suggestion``: title, text, answer and what was done, as published."""

    kind = KIND

    def __init__(self, label: Callable[[StrEnum], str]) -> None:
        self._label = label

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these suggestions (None: all) that stand in public."""
        regions = region_directory()
        for row in suggestions_of(ids, scope):
            codes = (*(one.code for one in regions.ancestors(row.region_code)), row.region_code)
            order = f"{_ORDER}{_NEWEST - row.id:010d}"
            # a home whose name is typed comes before what begins with its words
            name = f"点题：{row.title}"
            yield Document(self.kind, row.id, name, (), tuple(self._details(row)), codes, order)

    def _details(self, row: SuggestionRow) -> Iterator[tuple[str, str]]:
        yield "region", row.region_path
        yield "suggestion_kind", self._label(row.kind)
        yield "suggestion_text", row.text
        if row.answer is not None:
            yield "suggestion_answer", row.answer
        if row.done is not None:
            yield "suggestion_done", row.done
