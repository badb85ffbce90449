"""Elder mode and text size: kept in a cookie, without an account and without JavaScript."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.access import anyone
from portal.extensions import csrf
from portal.public.sections import blueprint

COOKIE = "display"
MODES = ("standard", "elder")
TEXTS = ("normal", "large", "larger")
_YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Display:
    """How a person wants pages shown."""

    mode: str = "standard"
    text: str = "normal"


def current_display() -> Display:
    """Return what the cookie asks for; anything odd in it is ignored."""
    mode, _, text = request.cookies.get(COOKIE, "").partition(".")
    return Display(mode if mode in MODES else MODES[0], text if text in TEXTS else TEXTS[0])


@blueprint.get("/display")
@anyone
def display() -> str:
    """Choose between the standard and the elder mode, and the size of the text."""
    return render_template("public/display.html", back=_safe_back(request.args.get("back")))


@blueprint.post("/display")
@csrf.exempt  # type: ignore[untyped-decorator]  # it changes nothing but the visitor's own view, and must work without a session cookie
@anyone
def set_display() -> WerkzeugResponse:
    """Keep the choice and go back to where the visitor was."""
    now = current_display()
    mode, text = request.form.get("mode", now.mode), request.form.get("text", now.text)
    chosen = Display(mode if mode in MODES else now.mode, text if text in TEXTS else now.text)
    response: Response | WerkzeugResponse = redirect(_safe_back(request.form.get("back")), 303)
    response.set_cookie(
        COOKIE,
        f"{chosen.mode}.{chosen.text}",
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _safe_back(target: str | None) -> str:
    """Return a path on this site only: never an address that someone else put into a link."""
    if not target:
        return url_for("public.home")
    try:
        parts = urlsplit(target)
    except ValueError:
        return url_for("public.home")
    own = not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith("//")
    odd = "\\" in target or any(unicodedata.category(ch) == "Cc" for ch in target)
    return target.rstrip("?") if own and not odd else url_for("public.home")
