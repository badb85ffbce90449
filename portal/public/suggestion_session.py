"""Which suggestion this browser has opened with number and code (see ``opening``)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.public.opening import Opening
from portal.topics.models import Suggestion
from portal.topics.queries.finding import suggestion_of

COOKIE = "wish"
_OPENING = Opening(COOKIE, "suggestion-track", "public.track_suggestion")


def open_wish(response: Response, suggestion: Suggestion) -> Response:
    """Let this browser see the suggestion for half an hour from now."""
    return _OPENING.open(response, suggestion)


def close_wish(response: Response) -> Response:
    """Forget which suggestion this browser had opened."""
    return _OPENING.close(response)


def opened_wish() -> Suggestion | None:
    """Return the suggestion that this browser has opened; None if there is none, or the half hour is over."""
    return _OPENING.opened(suggestion_of)
