"""The public site: one module per section, all on one blueprint."""

from __future__ import annotations

from flask import Flask

from portal.public import display, errors, formatting, home, institutions, sections
from portal.public.context import init_context

__all__ = ["display", "home", "init_public", "institutions"]


def init_public(app: Flask) -> None:
    """Register the sections of the public site, its formats and its error pages."""
    formatting.init_formatting(app)
    errors.init_errors(app)
    init_context(app)
    app.register_blueprint(sections.blueprint)
