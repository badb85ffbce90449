"""The settings in force."""

from __future__ import annotations

from flask import current_app

from portal.config import Settings


def settings() -> Settings:
    """Return the portal's settings."""
    found = current_app.config["PORTAL"]
    assert isinstance(found, Settings)
    return found
