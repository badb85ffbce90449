"""Where the feeds of rectification notices lie: for machines in a page's head, for people below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal.public.list_choices import query_without
from portal.public.paging import address_of


@dataclass(frozen=True, slots=True)
class FeedLink:
    """One feed: what it tells of, and its two addresses."""

    title: str
    rss: str
    atom: str


def alert_address(about: str, **parts: str) -> str:
    """Return where to subscribe by mail to what a page shows: its choice, or what ``parts`` name."""
    chosen: Mapping[str, Any] = parts or query_without("about", "page")
    return address_of("public.new_alert", {"about": about, **chosen})


def feeds(region: str | None = None, region_label: str = "") -> list[FeedLink]:
    """Return the feeds that fit a page about a region (None: everywhere), the closest first."""
    found = [feed_link("整改通知：发出、逾期、销号、又出现", "rectifications.whole")]
    if region is not None:
        found.insert(0, feed_link(f"{region_label}整改通知", "rectifications.of_region", region=region))
    return found


def feeds_of_home(public_id: str, name: str) -> list[FeedLink]:
    """Return the feed of one institution."""
    return [feed_link(f"{name}的整改通知", "rectifications.of_institution", public_id=public_id)]


def feed_link(title: str, endpoint: str, **parts: Any) -> FeedLink:
    """Return a feed by its endpoint, which takes ``form``."""
    rss, atom = (url_for(endpoint, form=form, **parts) for form in ("xml", "atom"))
    return FeedLink(title, rss, atom)
