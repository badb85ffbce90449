"""Which record this browser has opened with number and code: a signed cookie, for half an hour of quiet.

It goes to the tracking pages alone, never along with a link from elsewhere, and no script reads it. It says
which record, nothing of it, and opens nothing in another browser than by being stolen whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

IDLE_SECONDS = 30 * 60
_OF_HASH = 16
"""Characters of the code's keyed hash that the cookie repeats: they tell nothing without the portal's key."""


class _Coded(Protocol):
    """What is opened with number and code."""

    @property
    def id(self) -> int: ...

    @property
    def access_hash(self) -> str: ...


R = TypeVar("R", bound=_Coded)


@dataclass(frozen=True, slots=True)
class Opening:
    """One kind of record that its writer opens. ``endpoint``: of its page; the cookie is sent beneath it."""

    cookie: str
    purpose: str
    """Part of the signature: the cookie of one kind opens none of another."""
    endpoint: str

    def open(self, response: Response, record: _Coded) -> Response:
        """Let this browser see the record for half an hour from now."""
        response.set_cookie(
            self.cookie,
            self._signer().dumps([record.id, record.access_hash[:_OF_HASH]]),
            max_age=IDLE_SECONDS,
            path=url_for(self.endpoint),
            httponly=True,
            samesite="Strict",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
        return response

    def close(self, response: Response) -> Response:
        """Forget which record this browser had opened."""
        response.delete_cookie(
            self.cookie,
            path=url_for(self.endpoint),
            httponly=True,
            samesite="Strict",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
        return response

    def opened(self, record_of: Callable[[int], R | None]) -> R | None:
        """Return what this browser has opened; None if there is nothing, or the half hour is over."""
        signed = request.cookies.get(self.cookie)
        if not signed:
            return None
        try:
            opened = self._signer().loads(signed, max_age=IDLE_SECONDS)
        except BadSignature:  # SignatureExpired is one
            return None
        record_id, of_hash = opened if isinstance(opened, list) and len(opened) == 2 else (0, "")
        record = record_of(record_id)
        # after a restored backup the id may be somebody else's
        return record if record is not None and record.access_hash[:_OF_HASH] == of_hash else None

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(current_app.secret_key or "", salt=self.purpose)
