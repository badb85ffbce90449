"""A feed as plain data, and as RSS 2.0. Written by feedgenerator (Django's, on its own), which escapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from feedgenerator import Rss201rev2Feed

MEDIA_TYPE = "application/rss+xml"

_UNKNOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``id`` never changes, whatever else does; addresses are whole."""

    id: str
    title: str
    link: str
    summary: str
    categories: tuple[str, ...] = ()


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


def rss(feed: Feed) -> str:
    """Return the feed as RSS 2.0, without the characters that XML does not know. The same feed gives the same
    text, byte for byte."""
    written = _Rss(
        title=feed.title,
        link=feed.link,
        description=feed.description,
        language="zh-CN",
        feed_url=feed.address,
        changed_at=feed.changed_at,
    )
    for entry in feed.entries:
        written.add_item(
            title=_UNKNOWN.sub("", entry.title),
            link=entry.link,
            description=_UNKNOWN.sub("", entry.summary),
            unique_id=entry.id,
            unique_id_is_permalink=False,
            categories=entry.categories,
        )
    text = written.writeString("utf-8")
    assert isinstance(text, str)
    return text


class _Rss(Rss201rev2Feed):  # type: ignore[misc]
    """Entries without days: when the whole changed last is said by who knows it."""

    def latest_post_date(self) -> datetime:
        changed: datetime | None = self.feed["changed_at"]
        return changed or datetime(1970, 1, 1, tzinfo=UTC)
