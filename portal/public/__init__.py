"""The public site: one module per section, all on one blueprint."""

from __future__ import annotations

from flask import Flask

from portal.public import (
    about,
    care,
    closures,
    compare,
    display,
    errors,
    fees,
    formatting,
    grades,
    home,
    institution,
    institution_history,
    institutions,
    letters,
    map_page,
    map_points,
    search,
    sections,
    unregistered,
    working_days,
)
from portal.public.caching import init_caching
from portal.public.context import init_context

__all__ = [
    "about",
    "care",
    "closures",
    "compare",
    "display",
    "fees",
    "grades",
    "home",
    "init_public",
    "institution",
    "institution_history",
    "institutions",
    "letters",
    "map_page",
    "map_points",
    "search",
    "unregistered",
    "working_days",
]


def init_public(app: Flask) -> None:
    """Register the sections of the public site, its formats and its error pages."""
    formatting.init_formatting(app)
    errors.init_errors(app)
    init_context(app)
    init_caching(app)
    app.register_blueprint(sections.blueprint)
