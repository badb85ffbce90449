"""The public site: one module per section."""

from __future__ import annotations

from flask import Flask


def init_public(app: Flask) -> None:
    """Register the sections of the public site."""
