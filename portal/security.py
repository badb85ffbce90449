"""Headers every answer carries. The policy starts from nothing and opens only what a page uses."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, abort, request

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def content_security_policy(pictures_from: Iterable[str] = ()) -> str:
    """Return the policy; ``pictures_from``: further origins that one page takes pictures from."""
    opened = _POLICY | {"img-src": " ".join((_POLICY["img-src"], *pictures_from))}
    return "; ".join(f"{name} {sources}" for name, sources in opened.items())


def permissions_policy(*, geolocation: bool = False) -> str:
    """Return which of the device's senses a page may ask for: none, or where it is."""
    return f"camera=(), microphone=(), geolocation=({'self' if geolocation else ''}), payment=(), usb=()"


_HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": permissions_policy(),
}


def init_security(app: Flask) -> None:
    """Put the headers on every answer, errors included."""

    @app.before_request
    def refuse_nul() -> None:
        """PostgreSQL refuses text with NUL in it: no address of ours has one."""
        values = (value for values in request.args.listvalues() for value in values)
        if "\x00" in request.path or any("\x00" in value for value in values):
            abort(404)

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response
