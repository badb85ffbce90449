"""What published two-way reviews hand to search: county and quarter, what was remarked and answered."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from portal.accountability.kinds import REVIEW
from portal.accountability.queries.public_reviews import FoundReview, reviews_of
from portal.domain.actor import Scope
from portal.reference.directory import region_directory
from portal.search.ports import Document

_ORDER = "87"
"""First characters of ``Document.order``: after the digests."""
_LATEST = 10**5


class ReviewDocuments:
    """The source of kind ``county_review``: of each county and quarter the newest published edition."""

    kind = REVIEW

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these editions (None: all) that stand for their quarter."""
        regions = region_directory()
        for one in reviews_of(ids, scope):
            codes = (*(row.code for row in regions.ancestors(one.region_code)), one.region_code)
            details = tuple(_details(one, regions.path_label(one.region_code, "")))
            order = f"{_ORDER}{_LATEST - one.quarter.year * 10 - one.quarter.number:06d}{one.region_code}"
            yield Document(self.kind, one.id, one.title, (), details, codes, order)


def _details(one: FoundReview, place: str) -> Iterator[tuple[str, str]]:
    yield "region", place
    for words in one.remarks:
        yield "review_remark", words
    for words in one.replies:
        yield "review_reply", words
