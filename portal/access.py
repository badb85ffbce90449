"""Every endpoint says who may call it; a test fails on one that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, redirect, request, url_for
from flask_login import current_user

from portal.domain.permissions import Capability

View = TypeVar("View", bound=Callable[..., Any])

ACCESS_ATTRIBUTE = "portal_access"
ANYONE = "anyone"
AFTER_PASSWORD = "after_password"  # noqa: S105 -- a name

_SIGN_IN = "backoffice.sign_in"
_SECOND_FACTOR = "backoffice.second_factor"


def anyone(view: View) -> View:
    """Declare that anybody may call this endpoint and that it shows public facts only."""
    setattr(view, ACCESS_ATTRIBUTE, ANYONE)
    return view


def staff(capability: Capability) -> Callable[[View], View]:
    """Declare that staff whose role has ``capability`` may call this endpoint, once wholly signed in."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return redirect(url_for(_SIGN_IN, next=_back()), 303)
            if current_user.second_factor_due:
                return redirect(url_for(_SECOND_FACTOR, next=_back()), 303)
            if not current_user.allows(capability):
                abort(403)
            return view(*args, **kwargs)

        setattr(guarded, ACCESS_ATTRIBUTE, capability)
        return guarded  # type: ignore[return-value]

    return declare


def password_only(view: View) -> View:
    """Declare that staff may call this endpoint after their password, before the second factor."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return redirect(url_for(_SIGN_IN), 303)
        return view(*args, **kwargs)

    setattr(guarded, ACCESS_ATTRIBUTE, AFTER_PASSWORD)
    return guarded  # type: ignore[return-value]


def _back() -> str | None:
    """Return where to go after signing in: the page asked for; of a form that was sent, the form itself."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    shown = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return request.path if shown else None
