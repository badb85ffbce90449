"""The rule of whom to visit next (R26): open to everybody; whom it names is for the staff."""

from __future__ import annotations

from flask import render_template

from portal.access import anyone
from portal.domain.visit_points import RULES
from portal.public.page_cache import kept_in_memory
from portal.public.sections import blueprint


@blueprint.get("/accountability/points")
@kept_in_memory
@anyone
def visit_rule() -> str:
    """Show every line: what counts, how much, why, and by which paper."""
    return render_template("public/visit_rule.html", rules=RULES)
