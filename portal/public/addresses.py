"""Addresses of this site, made once: a page names the same sixty of them again and again."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request, url_for

_MOST_KEPT = 2000


def init_addresses(app: Flask) -> None:
    """Let templates' ``url_for`` remember its answers."""

    @lru_cache(_MOST_KEPT)
    def made(root: str, endpoint: str, parts: tuple[tuple[str, str | int], ...]) -> str:
        # nothing here rewrites addresses by request, so they depend on where the site is mounted and no more
        return url_for(endpoint, **dict(parts))  # type: ignore[arg-type]

    app.extensions["addresses"] = made
    app.jinja_env.globals["url_for"] = address


def address(endpoint: str, **parts: Any) -> str:
    """Return what ``url_for`` returns."""
    if endpoint.startswith(".") or not all(_plain(*part) for part in parts.items()):
        return url_for(endpoint, **parts)
    made: str = current_app.extensions["addresses"](request.script_root, endpoint, tuple(parts.items()))
    return made


def _plain(name: str, value: object) -> bool:
    return not name.startswith("_") and isinstance(value, str | int)
