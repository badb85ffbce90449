"""The first page: what this is, a search box, doors, key numbers, what changed lately."""

from __future__ import annotations

from flask import render_template

from portal.access import anyone
from portal.public.sections import blueprint


@blueprint.get("/")
@anyone
def home() -> str:
    """Show the first page."""
    return render_template("public/home.html")
