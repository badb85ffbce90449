"""The feeds of the column 点题整治: suggestions, topics, monthly digests; as RSS 2.0 and as Atom (R40–R42).

What happened is an entry of its own; its id and day stay, whatever is put right later. Votes open and close
to the second, so the answer "unchanged" looks at the clock as well as at the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.access import anyone
from portal.clock import SHANGHAI
from portal.config import Settings
from portal.opendata import atom as atoms
from portal.opendata import rss as rsses
from portal.opendata.column_words import digest_entry, suggestion_entry, topic_entry
from portal.opendata.conditional import conditional
from portal.opendata.rss import Entry, Feed
from portal.reference.directory import region_directory
from portal.topics.queries.column_events import EventKey
from portal.topics.queries.digests import published_editions
from portal.topics.queries.moments import moments_passed
from portal.topics.queries.suggestion_events import suggestion_events
from portal.topics.queries.topic_events import topic_events

MOST = 50
"""Entries on a page of a feed."""

_WRITERS: dict[str, tuple[str, Callable[[Feed], str]]] = {
    "xml": (rsses.MEDIA_TYPE, rsses.rss),
    "atom": (atoms.MEDIA_TYPE, atoms.atom),
}
_MARK = re.compile(r"(\d{14,17})\.(\d{1,2})\.([0-9A-Za-z]{1,10})")
_SUGGESTIONS = "群众点题"
_SAYS_SUGGESTIONS = "公开的群众点题、部门的答复、做成了什么，已经隐去个人信息。"

blueprint = Blueprint("column", __name__)


class _Event(Protocol):
    @property
    def key(self) -> EventKey: ...


E = TypeVar("E", bound=_Event)


@blueprint.get("/feeds/suggestions.<any(xml, atom):form>")
@anyone
def suggestions(form: str) -> Response:
    """Give what became of suggestions everywhere."""
    return _suggestions(form, None, _SUGGESTIONS, "urn:portal:feed:suggestions", "/suggestions")


@blueprint.get("/feeds/suggestions/<region>.<any(xml, atom):form>")
@anyone
def suggestions_of_region(region: str, form: str) -> AnyResponse:
    """Give what became of suggestions about a region with everything beneath it."""
    regions = region_directory()
    row = regions.get(region)
    if row is None:
        abort(404)
    today = regions.currents(region)
    if len(today) == 1 and today[0] != region:
        return redirect(url_for("column.suggestions_of_region", region=today[0], form=form), 301)
    feed_id = f"urn:portal:feed:suggestions:{region}"
    return _suggestions(form, region, f"{row.name}{_SUGGESTIONS}", feed_id, f"/suggestions?region={region}")


@blueprint.get("/feeds/topics.<any(xml, atom):form>")
@anyone
def topics(form: str) -> Response:
    """Give what happened to topics, to the vote and to the public's verdict."""
    before, now = _before(), clock.now()
    media_type, write = _WRITERS[form]

    def written() -> str:
        events = topic_events(now, MOST + 1, before)
        return write(
            _feed(
                "整治项目", "urn:portal:feed:topics", "/topics",
                "整治项目的候选、投票、公布、进展、群众评价和结题。", before, events, topic_entry,
            )
        )  # fmt: skip

    return conditional(media_type, written, f"{moments_passed(now)}")


@blueprint.get("/feeds/digests.<any(xml, atom):form>")
@anyone
def digests(form: str) -> Response:
    """Give the monthly digests, each edition an entry of its own."""
    before = _before()
    if before is not None and not before.tie.isdigit():
        abort(404)
    media_type, write = _WRITERS[form]

    def written() -> str:
        editions = published_editions(MOST + 1, None if before is None else (before.at, int(before.tie)))
        return write(
            _feed(
                "点题每月汇总", "urn:portal:feed:digests", "/suggestions/digests",
                "每个月点了什么题、答复了什么、做成了什么，部门怎么看。", before, editions, digest_entry,
            )
        )  # fmt: skip

    return conditional(media_type, written)


def _suggestions(form: str, region: str | None, name: str, feed_id: str, page: str) -> Response:
    before, now = _before(), clock.now()
    media_type, write = _WRITERS[form]

    def written() -> str:
        events = suggestion_events(now, MOST + 1, before, region)
        return write(_feed(name, feed_id, page, _SAYS_SUGGESTIONS, before, events, suggestion_entry))

    return conditional(media_type, written)


def _feed(
    name: str,
    feed_id: str,
    page: str,
    says: str,
    before: EventKey | None,
    events: Sequence[E],
    entry: Callable[[E, str], Entry],
) -> Feed:
    """Return a page of a feed. ``events``: one more than fits, where there are older ones."""
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    shown, own = events[:MOST], settings.base_url + request.path
    return Feed(
        f"{settings.site_name}：{name}",
        settings.base_url + page,
        own + (f"?before={request.args['before']}" if before is not None else ""),
        says,
        shown[0].key.at if shown else None,
        [entry(event, settings.base_url) for event in shown],
        feed_id,
        settings.publisher or settings.site_name,
        None if before is None else own,
        f"{own}?before={mark_of(shown[-1].key)}" if len(events) > MOST else None,
    )


def mark_of(key: EventKey) -> str:
    """Return a place in the order of time as the address of the page after it names it."""
    micros = (key.at - _BEGINS) // timedelta(microseconds=1)
    return f"{micros}.{key.rank}.{key.tie}"


def read_mark(written: str) -> EventKey | None:
    """Return the place that an address names; None for what is no mark."""
    match = _MARK.fullmatch(written)
    if match is None:
        return None
    return EventKey(
        (_BEGINS + timedelta(microseconds=int(match[1]))).astimezone(SHANGHAI), int(match[2]), match[3]
    )


_BEGINS = datetime(1970, 1, 1, tzinfo=UTC)


def _before() -> EventKey | None:
    """Return the event that the page asked for comes after; what is no mark is no page."""
    written = request.args.get("before")
    if written is None:
        return None
    return read_mark(written) or abort(404)
