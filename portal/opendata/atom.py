"""A feed as Atom 1.0 (RFC 4287), by the same writer as the RSS."""

from __future__ import annotations

from datetime import datetime

from feedgenerator import Atom1Feed

from portal.opendata.rss import NEVER, Feed, pages, paragraphs, plain

MEDIA_TYPE = "application/atom+xml"


def atom(feed: Feed) -> str:
    """Return the feed as Atom 1.0. Every entry needs its moment: Atom knows none without.

    The same feed gives the same text, byte for byte.
    """
    written = _Atom(
        title=plain(feed.title),
        link=feed.link,
        description=plain(feed.description),
        language="zh-CN",
        feed_url=feed.address,
        feed_guid=feed.id,
        author_name=plain(feed.author),
        changed_at=feed.changed_at,
        pages=pages(feed),
    )
    for entry in feed.entries:
        assert entry.moment is not None
        written.add_item(
            title=plain(entry.title),
            link=entry.link,
            description=None,
            content=paragraphs(entry.summary),
            unique_id=entry.id,
            categories=entry.categories,
            pubdate=entry.moment,
        )
    text = written.writeString("utf-8")
    assert isinstance(text, str)
    return text


class _Atom(Atom1Feed):  # type: ignore[misc]
    """As the RSS: the whole has a moment of its own, and pages."""

    def latest_post_date(self) -> datetime:
        changed: datetime | None = self.feed["changed_at"]
        return changed or NEVER

    def add_root_elements(self, handler: object) -> None:
        super().add_root_elements(handler)
        for relation, address in self.feed["pages"]:
            handler.addQuickElement("link", "", {"rel": relation, "href": address})  # type: ignore[attr-defined]
