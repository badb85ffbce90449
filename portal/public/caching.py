"""Unchanged pages cost one query: an ETag follows the data, the day, the release and the display."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request

from portal import clock
from portal.history.data_set import data_set_state
from portal.public.display import current_display
from portal.public.sections import blueprint

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def init_caching(app: Flask) -> None:
    """Answer 304 while nothing a page depends on has changed; browsers ask each time, none shows old."""
    app.extensions["release"] = _release(app)

    @app.before_request
    def unchanged() -> Response | None:
        if _cacheable() and request.if_none_match.contains_weak(_tag()):
            return _marked(Response(status=304))
        return None

    @app.after_request
    def mark(response: Response) -> Response:
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


def _tag() -> str:
    display = current_display()
    return f"{page_version()}-{display.mode}.{display.text}"


def _marked(response: Response) -> Response:
    response.set_etag(_tag(), weak=True)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Cookie")
    return response


def _release(app: Flask) -> str:
    """Return a fingerprint of everything shipped that shapes a page: templates, styles, settings, code."""
    digest = hashlib.sha256(app.extensions["asset_store"].fingerprint.encode())
    for folder, pattern in ((TEMPLATES, "*.html"), (TEMPLATES.parent, "*.py")):
        for path in sorted(folder.rglob(pattern)):
            digest.update(path.read_bytes())
    digest.update(app.config["PORTAL"].model_dump_json(exclude={"secret_key", "database_url"}).encode())
    return digest.hexdigest()[:12]
