"""Compare up to four homes side by side, and the checklist to take along on a visit."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request, url_for

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import Filters
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.queries.detail import institution_details
from portal.public.compare_rows import comparison
from portal.public.sections import blueprint

MOST = 4
"""Homes side by side: what fits a landscape page and a head."""

_SUGGESTED = 8
_LONGEST_ID = 16


@blueprint.get("/institutions/compare")
@anyone
def compare() -> str:
    """Show the homes of ``?id=…&id=…`` side by side; ``q`` looks for one more to add."""
    asked = _asked()
    kept = asked[:MOST]
    details = institution_details(kept, PUBLIC)
    shown = [detail.home.public_id for detail in details]
    words = request.args.get("q", "").strip()[:100]
    return render_template(
        "public/compare.html",
        details=details,
        groups=comparison(details) if details else [],
        unknown=[public_id for public_id in kept if public_id not in shown],
        left_out=len(asked) - len(kept),
        most=MOST,
        words=words,
        found=_named(words, shown) if words else [],
        only_different=request.args.get("only") == "different",
        with_home=lambda public_id: _address([*shown, public_id]),
        without_home=lambda public_id: _address([each for each in shown if each != public_id]),
        all_rows=_address(shown),
        different_rows=_address(shown, only="different"),
        shown=shown,
    )


@blueprint.get("/visit-checklist")
@anyone
def checklist() -> str:
    """Show what to look at and ask on a visit, for one home (``?id=``) or for any."""
    public_id = request.args.get("id", "")
    entry = catalogue(PUBLIC).by_public_id.get(public_id)
    return render_template("public/checklist.html", entry=entry, unknown=bool(public_id) and entry is None)


def _asked() -> list[str]:
    """Return the ids asked for, each once; ``?id=a,b`` is read as well."""
    texts = [text.strip() for value in request.args.getlist("id") for text in value.split(",")]
    return [text[:_LONGEST_ID] for text in dict.fromkeys(texts) if text][:50]


def _named(words: str, shown: Sequence[str]) -> list[Entry]:
    found = catalogue(PUBLIC).find(Filters(words=words)).page(1, _SUGGESTED + len(shown))
    return [entry for entry in found if entry.public_id not in shown][:_SUGGESTED]


def _address(public_ids: Sequence[str], only: str | None = None) -> str:
    return url_for("public.compare", id=list(public_ids), only=only)
