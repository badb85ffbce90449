"""What published monthly digests hand to search: each month's newest edition, as its page shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from portal.domain.actor import Scope
from portal.domain.digest_words import digest_title, summary
from portal.reference.directory import region_directory
from portal.search.ports import Document
from portal.topics.queries.digests import PublishedEdition, digests_of
from portal.topics.service.digests import DIGEST

_ORDER = "86"
"""First characters of ``Document.order``: after topics and suggestions."""
_NEWEST = 10**9


class DigestDocuments:
    """The source of kind ``suggestion_digest``: named by region and month."""

    kind = DIGEST

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these editions (None: all) that stand for their month."""
        regions = region_directory()
        for one in digests_of(ids, scope):
            codes = (*(row.code for row in regions.ancestors(one.region_code)), one.region_code)
            order = f"{_ORDER}{_NEWEST - one.id:010d}"
            name = digest_title(one.region_label, one.month)
            yield Document(self.kind, one.id, name, (), tuple(self._details(one)), codes, order)

    def _details(self, one: PublishedEdition) -> Iterator[tuple[str, str]]:
        yield "region", region_directory().path_label(one.region_code, "")
        yield "digest_summary", summary(one.figures)
        yield "digest_judgement", one.judgement
        if one.figures.shown_words:
            yield "digest_words", "、".join(word.word for word in one.figures.shown_words)
