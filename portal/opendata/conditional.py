"""Feeds are asked for again and again: while nothing changed, they are answered that nothing did."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, current_app, request

from portal import clock
from portal.history.data_set import data_set_state


def conditional(media_type: str, make: Callable[[], str], also: str = "") -> Response:
    """Return what ``make`` writes, or 304 to whoever has it: by the data's version, the day and the release.

    ``also``: what else the answer depends on, such as the moments that have passed today.

    By number, not by date: what was taken back within the same second must not be answered "unchanged".
    """
    response = Response(content_type=f"{media_type}; charset=utf-8")
    version = f"{current_app.extensions['release']}-{data_set_state().version}-{clock.today():%Y%m%d}"
    version += also and f"-{also}"
    response.set_etag(version)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    if response.status_code == 200:
        response.set_data(make())
    return response
