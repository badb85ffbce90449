"""The feeds of rectification notices (R21): whole, of a county, of one institution; as RSS 2.0 and as Atom.

Issued, overdue, cleared and recurred are entries of their own. An entry's id and day are those of the event:
whatever is edited, extended or taken back later, they stay (docs/decisions/0028-feeds-and-alerts.md).
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.access import anyone
from portal.config import Settings
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.holder import catalogue
from portal.opendata import atom as atoms
from portal.opendata import rss as rsses
from portal.opendata.conditional import conditional
from portal.opendata.notice_words import entry_of, mark_of, read_mark
from portal.opendata.rss import Feed
from portal.reference.directory import region_directory
from portal.supervision.queries.notice_event_rows import notice_events
from portal.supervision.queries.notice_events import EventKey, NoticeScope, key_of

MOST = 50
"""Entries on a page of a feed."""

_NAME = "整改通知"
_SAYS = "整改通知书的发出、逾期、销号和问题反弹，全文已经隐去个人信息。"
_WRITERS: dict[str, tuple[str, Callable[[Feed], str]]] = {
    "xml": (rsses.MEDIA_TYPE, rsses.rss),
    "atom": (atoms.MEDIA_TYPE, atoms.atom),
}

blueprint = Blueprint("rectifications", __name__)


@blueprint.get("/feeds/rectifications.<any(xml, atom):form>")
@anyone
def whole(form: str) -> Response:
    """Give what happened to notices everywhere."""
    return _answer(form, NoticeScope(), _NAME, "urn:portal:feed:rectifications", "/notices")


@blueprint.get("/feeds/rectifications/<region>.<any(xml, atom):form>")
@anyone
def of_region(region: str, form: str) -> AnyResponse:
    """Give what happened to notices in a region with everything beneath it."""
    regions = region_directory()
    row = regions.get(region)
    if row is None:
        abort(404)
    today = regions.currents(region)
    if len(today) == 1 and today[0] != region:
        return redirect(url_for("rectifications.of_region", region=today[0], form=form), 301)
    return _answer(
        form,
        NoticeScope(region=region),
        f"{row.name}{_NAME}",
        f"urn:portal:feed:rectifications:{region}",
        f"/notices?region={region}",
    )


@blueprint.get("/feeds/institutions/<public_id>/rectifications.<any(xml, atom):form>")
@anyone
def of_institution(public_id: str, form: str) -> Response:
    """Give what happened to the notices of one institution."""
    home = catalogue(PUBLIC).by_public_id.get(public_id)
    if home is None:
        abort(404)
    page = url_for("public.institution", public_id=public_id)
    feed_id = f"urn:portal:feed:institution:{public_id}:rectifications"
    return _answer(form, NoticeScope(institution_id=home.id), f"{home.name}的{_NAME}", feed_id, page)


def _answer(form: str, whose: NoticeScope, name: str, feed_id: str, page: str) -> Response:
    before = _before()
    media_type, write = _WRITERS[form]
    return conditional(media_type, lambda: write(_feed(whose, name, feed_id, page, before)))


def _before() -> EventKey | None:
    """Return the event that the page asked for comes after; one that never was is no page."""
    written = request.args.get("before")
    if written is None:
        return None
    mark = read_mark(written)
    key = None if mark is None else key_of(*mark)
    if key is None:
        abort(404)
    return key


def _feed(whose: NoticeScope, name: str, feed_id: str, page: str, before: EventKey | None) -> Feed:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    rows = notice_events(whose, PUBLIC, clock.today(), MOST + 1, before)
    shown = rows[:MOST]
    own = settings.base_url + request.path
    regions = region_directory()
    return Feed(
        f"{settings.site_name}：{name}",
        settings.base_url + page,
        own + (f"?before={request.args['before']}" if before is not None else ""),
        _SAYS,
        shown[0].at if shown else None,
        [
            entry_of(row, regions.label(row.region_code), f"{settings.base_url}/notices/{row.public_id}")
            for row in shown
        ],
        feed_id,
        settings.publisher or settings.site_name,
        None if before is None else own,
        f"{own}?before={mark_of(shown[-1])}" if len(rows) > MOST else None,
    )
