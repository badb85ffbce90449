"""Every feed there is, for people: what each tells of, and how to subscribe to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.holder import catalogue
from portal.public.column_feeds import column_feeds, feed_of_region
from portal.public.page_cache import kept_in_memory
from portal.public.rectification_feeds import FeedLink
from portal.public.rectification_feeds import feeds as feeds_about
from portal.public.sections import blueprint
from portal.topics.queries.digest_months import offices


@dataclass(frozen=True, slots=True)
class RegionFeed:
    """The feed of a region, beneath those it lies in. ``depth``: 0 for the topmost."""

    depth: int
    code: str
    name: str
    feed: FeedLink


@blueprint.get("/feeds")
@kept_in_memory
@anyone
def feeds() -> str:
    """List the feeds: the whole, each region with homes in it, published complaints, the column."""
    (whole,) = feeds_about()
    return render_template(
        "public/feeds.html", whole=whole, regions=_regions(catalogue(PUBLIC)), column=column_feeds(),
        offices=[feed_of_region(one.region_code, one.region_label) for one in offices()],
    )  # fmt: skip


def _regions(listed: Catalogue) -> list[RegionFeed]:
    """Return the regions that have homes, each after the one it lies in."""
    held = {entry.region_code for entry in listed.entries}
    codes = held | {row.code for code in held for row in listed.regions.ancestors(code)}
    paths = {code: (*(row.code for row in listed.regions.ancestors(code)), code) for code in codes}
    tops = min((len(path) for path in paths.values()), default=1)
    found = []
    for code in sorted(codes, key=lambda code: paths[code]):
        name = listed.regions.label(code)
        found.append(RegionFeed(len(paths[code]) - tops, code, name, feeds_about(code, name)[0]))
    return found
