"""Unchanged pages cost one query: an ETag follows the data, the day, the release and the display."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

from portal import clock
from portal.history.data_set import data_set_state
from portal.public.display import current_display
from portal.public.page_cache import init_page_cache, kept_answer
from portal.public.sections import blueprint

View = TypeVar("View", bound=Callable[..., Any])

_ALSO = "portal_depends_also_on"
_TAG = "portal.page_tag"
_SECRETS = {"secret_key", "vault_key", "database_url", "redis_url", "mail_url"}
"""Settings that shape no page: a tag that everybody reads must not be something to try passwords against."""

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def init_caching(app: Flask) -> None:
    """Answer 304 while nothing a page depends on has changed; browsers ask each time, none shows old."""
    app.extensions["release"] = _release(app)
    init_page_cache(app)

    @app.before_request
    def unchanged() -> Response | None:
        if not _cacheable():
            return None
        tag = page_tag()
        if request.if_none_match.contains_weak(tag):
            return _marked(Response(status=304))
        return kept_answer(page_version(), tag)

    @app.after_request
    def mark(response: Response) -> Response:
        if response.cache_control.no_store:
            return response
        if _cacheable() and response.status_code == 200:
            _marked(response)
        elif response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
            response.vary.add("Cookie")
        return response


def _cacheable() -> bool:
    return request.method in ("GET", "HEAD") and request.blueprint == blueprint.name


def page_version() -> str:
    """Return what every public answer depends on, the display choice apart: release, data and day."""
    release, state = current_app.extensions["release"], data_set_state()
    return f"{release}-{state.kind.value}-{state.version}-{clock.today():%Y%m%d}"


def depends_also_on(version: Callable[[], str]) -> Callable[[View], View]:
    """Declare what a view's answer depends on beside the data, such as the index of search."""

    def declare(view: View) -> View:
        setattr(view, _ALSO, version)
        return view

    return declare


def also_version() -> str:
    """Return what the current view declared with ``depends_also_on``, or an empty text."""
    view = current_app.view_functions.get(request.endpoint or "")
    version: Callable[[], str] | None = getattr(view, _ALSO, None)
    return "" if version is None else version()


def page_tag() -> str:
    """Return what the current answer depends on beside its address: version, display, what it declared."""
    tag: str | None = request.environ.get(_TAG)
    if tag is None:
        display, also = current_display(), also_version()
        tag = request.environ[_TAG] = f"{page_version()}{also and f'-{also}'}-{display.mode}.{display.text}"
    return tag


def _marked(response: Response) -> Response:
    response.set_etag(page_tag(), weak=True)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Cookie")
    return response


def _release(app: Flask) -> str:
    """Return a fingerprint of everything shipped that shapes a page: templates, styles, settings, code."""
    digest = hashlib.sha256(app.extensions["asset_store"].fingerprint.encode())
    digest.update(_shipped())
    digest.update(app.config["PORTAL"].model_dump_json(exclude=_SECRETS).encode())
    return digest.hexdigest()[:12]


@cache
def _shipped() -> bytes:
    digest = hashlib.sha256()
    for folder, pattern in ((TEMPLATES, "*.html"), (TEMPLATES.parent, "*.py")):
        for path in sorted(folder.rglob(pattern)):
            digest.update(path.read_bytes())
    return digest.digest()
