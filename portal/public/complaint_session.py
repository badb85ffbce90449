"""Which case this browser has opened with number and code (see ``opening``)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.complaints.models import Case
from portal.complaints.service.finding import case_of
from portal.public.opening import Opening

__all__ = ["COOKIE", "close_case", "open_case", "opened_case"]

COOKIE = "case"
_OPENING = Opening(COOKIE, "complaint-track", "public.track")


def open_case(response: Response, case: Case) -> Response:
    """Let this browser see the case for half an hour from now."""
    return _OPENING.open(response, case)


def close_case(response: Response) -> Response:
    """Forget which case this browser had opened."""
    return _OPENING.close(response)


def opened_case() -> Case | None:
    """Return the case that this browser has opened; None if there is none, or the half hour is over."""
    return _OPENING.opened(case_of)
