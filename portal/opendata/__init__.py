"""Open data: feeds for programs to read. What is in them is public already, said in another form."""

from __future__ import annotations

from flask import Flask

from portal.opendata import column, feeds, rectifications, reports

__all__ = ["column", "feeds", "init_opendata", "rectifications", "reports"]


def init_opendata(app: Flask) -> None:
    """Register the feeds."""
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(rectifications.blueprint)
    app.register_blueprint(column.blueprint)
    app.register_blueprint(reports.blueprint)
