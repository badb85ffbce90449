"""The small signs of ``macros/page.html`` that long lists repeat, each drawn once for each value it shows."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

_MOST_KEPT = 5000
"""Signs of some 300 bytes: the grades, states and prices of a few thousand homes."""


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
