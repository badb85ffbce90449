"""The feed of published complaints: text and answer as published, its entries the same over every edit (R32).

An entry has no day: beside county and category one would tell more than the page does (docs/decisions/0022).
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, current_app, url_for

from portal import glossary
from portal.access import anyone
from portal.complaints.queries.published import (
    Published,
    PublishedChoice,
    published_changed_at,
    published_page,
)
from portal.config import Settings
from portal.domain.actor import PUBLIC
from portal.opendata.conditional import conditional
from portal.opendata.rss import MEDIA_TYPE, Entry, Feed, rss

MOST = 30
"""Entries in a feed: whoever wants all of them finds the list."""

blueprint = Blueprint("opendata", __name__)


@blueprint.get("/feeds/complaints.xml")
@anyone
def complaints_feed() -> Response:
    """Give the newest published complaints as RSS 2.0; unchanged, only that they are unchanged."""
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)

    def written() -> str:
        changed_at = published_changed_at(PUBLIC)
        return rss(feed_of(published_page(PublishedChoice(), PUBLIC, 0, MOST), changed_at, settings))

    return conditional(MEDIA_TYPE, written)


def feed_of(cases: list[Published], changed_at: datetime | None, settings: Settings) -> Feed:
    """Return published cases, the newest first, as a feed."""
    return Feed(
        f"{settings.site_name}：投诉与答复",
        settings.base_url + url_for("public.published_cases"),
        settings.base_url + url_for("opendata.complaints_feed"),
        "经投诉人同意公开的投诉和答复，已经隐去个人信息。",
        changed_at,
        [_entry(case, settings) for case in cases],
    )


def _entry(case: Published, settings: Settings) -> Entry:
    begins = f"{case.region_label}，{case.month.year}年{case.month.month}月公开。"
    said = f"{begins}\n\n投诉：{case.text}\n\n答复：{case.reply}"
    return Entry(
        f"urn:portal:complaint:{case.public_id}",
        case.title,
        settings.base_url + url_for("public.published_case", public_id=case.public_id),
        said,
        (glossary.label(case.category),),
    )
