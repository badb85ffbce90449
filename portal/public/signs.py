"""What long lists repeat, drawn once: small signs for each value they show, cards for each home."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from flask import Flask, current_app, request
from markupsafe import Markup

from portal.domain.fees import CareLevel
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry

_MOST_KEPT = 5000
"""Signs of some 300 bytes: the grades, states and prices of a few thousand homes."""


_MOST_CARDS = 4000
"""Cards of some 2 KB, of those homes that stand first in some choice of filters."""


def card(listed: Catalogue, entry: Entry, care: CareLevel) -> Markup:
    """Return an entry's card as ``macros/entry.html`` draws it, kept as long as its catalogue."""
    kept: dict[Hashable, Markup] = listed.derived("cards", lambda _: {})
    key = (entry.id, care, request.script_root)
    drawn = kept.get(key)
    if drawn is None or current_app.debug:
        macros = current_app.jinja_env.get_template("macros/entry.html").module
        drawn = macros.card(entry, care)  # type: ignore[attr-defined]
        if len(kept) >= _MOST_CARDS:
            kept.clear()
        kept[key] = drawn
    return drawn


def init_signs(app: Flask) -> None:
    """Give templates ``sign("grade", entry.grade)``: what ``page.grade(entry.grade)`` draws.

    For macros that show nothing but their arguments, and arguments that never change.
    """

    def sign(name: str, *shown: Hashable) -> Markup:
        macros = app.jinja_env.get_template("macros/page.html").module
        drawn: Markup = getattr(macros, name)(*shown)
        return drawn

    # while templates are being written, each page shows them as they are
    app.jinja_env.globals["sign"] = sign if app.debug else lru_cache(_MOST_KEPT)(sign)
