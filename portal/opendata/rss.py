"""A feed as plain data, and as RSS 2.0. Written by feedgenerator (Django's, on its own), which escapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from feedgenerator import Rss201rev2Feed

MEDIA_TYPE = "application/rss+xml"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed changed that never had anything in it."""

_UNKNOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML 1.0 does not know, or knows and advises against."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``id`` and ``moment`` never change, whatever else does; addresses are whole."""

    id: str
    title: str
    link: str
    summary: str
    """Plain text; an empty line parts two paragraphs."""
    categories: tuple[str, ...] = ()
    moment: datetime | None = None
    """When it happened; None where a day would tell more than the page does."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its entries, newest first. ``changed_at`` None: nothing was ever in it."""

    title: str
    link: str
    """The page that says the same to people."""
    address: str
    """The feed's own."""
    description: str
    changed_at: datetime | None
    entries: Sequence[Entry]
    id: str = ""
    """What an Atom feed is known by wherever it moves to."""
    author: str = ""
    """Who publishes it; Atom wants to know."""
    newest: str | None = None
    """Of a page of older entries: the address of the first page."""
    older: str | None = None
    """The address of the page after this one, None on the last (RFC 5005)."""


def rss(feed: Feed) -> str:
    """Return the feed as RSS 2.0, without the characters that XML does not know. The same feed gives the same
    text, byte for byte."""
    written = _Rss(
        title=plain(feed.title),
        link=feed.link,
        description=plain(feed.description),
        language="zh-CN",
        feed_url=feed.address,
        changed_at=feed.changed_at,
        pages=pages(feed),
    )
    for entry in feed.entries:
        written.add_item(
            title=plain(entry.title),
            link=entry.link,
            description=paragraphs(entry.summary),
            unique_id=entry.id,
            unique_id_is_permalink=False,
            categories=entry.categories,
            pubdate=entry.moment,
        )
    text = written.writeString("utf-8")
    assert isinstance(text, str)
    return text


def plain(text: str) -> str:
    """Return text without the characters that XML does not know."""
    return _UNKNOWN.sub("", text)


def paragraphs(text: str) -> str:
    """Return plain text as the HTML that readers of feeds expect: nothing in it is markup but its lines."""
    safe = plain(text).replace("&", "&amp;").replace("<", "&lt;")
    blocks = (block.strip().replace("\n", "<br>") for block in safe.split("\n\n"))
    return "".join(f"<p>{block}</p>" for block in blocks if block)


def pages(feed: Feed) -> list[tuple[str, str]]:
    """Return the links to the feed's other pages: relation and address (RFC 5005, section 3)."""
    known = (("first", feed.newest), ("next", feed.older))
    return [(relation, address) for relation, address in known if address is not None]


class _Rss(Rss201rev2Feed):  # type: ignore[misc]
    """When the whole changed last is said by who knows it: entries need not have days."""

    def latest_post_date(self) -> datetime:
        changed: datetime | None = self.feed["changed_at"]
        return changed or NEVER

    def add_root_elements(self, handler: object) -> None:
        super().add_root_elements(handler)
        for relation, address in self.feed["pages"]:
            handler.addQuickElement("atom:link", None, {"rel": relation, "href": address})  # type: ignore[attr-defined]
