"""Which case this browser has opened with number and code: a signed cookie, for half an hour of quiet.

It goes to the tracking pages alone, never along with a link from elsewhere, and no script reads it. It says
which case, nothing of it, and opens nothing in another browser than by being stolen whole.
"""

from __future__ import annotations

from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from portal.complaints.models import Case
from portal.complaints.service.finding import case_of

COOKIE = "case"
IDLE_SECONDS = 30 * 60
_PURPOSE = "complaint-track"
_OF_HASH = 16
"""Characters of the code's keyed hash that the cookie repeats: they tell nothing without the portal's key."""


def open_case(response: Response, case: Case) -> Response:
    """Let this browser see the case for half an hour from now."""
    response.set_cookie(
        COOKIE,
        _signer().dumps([case.id, case.access_hash[:_OF_HASH]]),
        max_age=IDLE_SECONDS,
        path=url_for("public.track"),
        httponly=True,
        samesite="Strict",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def close_case(response: Response) -> Response:
    """Forget which case this browser had opened."""
    response.delete_cookie(
        COOKIE,
        path=url_for("public.track"),
        httponly=True,
        samesite="Strict",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def opened_case() -> Case | None:
    """Return the case that this browser has opened; None if there is none, or the half hour is over."""
    signed = request.cookies.get(COOKIE)
    if not signed:
        return None
    try:
        opened = _signer().loads(signed, max_age=IDLE_SECONDS)
    except BadSignature:  # SignatureExpired is one
        return None
    case_id, of_hash = opened if isinstance(opened, list) and len(opened) == 2 else (0, "")
    case = case_of(case_id)
    # after a restored backup the id may be somebody else's
    return case if case is not None and case.access_hash[:_OF_HASH] == of_hash else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=_PURPOSE)
