"""Where to go after a form: a page of this site only, whatever a link claims."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from flask import url_for


def safe_back(target: str | None, otherwise: str = "backoffice.home") -> str:
    """Return ``target`` if it is a path of the back office, else the address of an endpoint."""
    if target and target.startswith("/staff") and "\\" not in target:
        try:
            parts = urlsplit(target)
        except ValueError:
            return url_for(otherwise)
        if not parts.scheme and not parts.netloc and not any(unicodedata.category(c) == "Cc" for c in target):
            return target
    return url_for(otherwise)
