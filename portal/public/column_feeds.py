"""Where the feeds of the column 点题整治 lie, and which feeds fit the page that is shown."""

from __future__ import annotations

from flask import request

from portal.public.rectification_feeds import FeedLink, feed_link
from portal.public.rectification_feeds import feeds as feeds_about

_COLUMN = ("/suggestions", "/topics", "/surveys", "/reviews")
"""Where the column's pages lie."""


def column_feeds() -> list[FeedLink]:
    """Return the feeds of the column, and of what is published by the quarter and the half-year."""
    return [
        feed_link("群众点题：公开、答复、做成", "column.suggestions"),
        feed_link("整治项目：候选、投票、公布、进展、群众评价、结题", "column.topics"),
        feed_link("点题每月汇总", "column.digests"),
        feed_link("双点评和满意度回访", "reports.reviews"),
    ]


def feed_of_region(region: str, name: str) -> FeedLink:
    """Return the feed of the suggestions about a region."""
    return feed_link(f"{name}的群众点题", "column.suggestions_of_region", region=region)


def feeds_here() -> list[FeedLink]:
    """Return the feeds that a page tells machines of: its own first."""
    here = request.path.startswith(_COLUMN)
    return [*(column_feeds() if here else ()), *feeds_about()]
