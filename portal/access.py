"""Every endpoint says who may call it; a test fails on one that does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

ACCESS_ATTRIBUTE = "portal_access"
ANYONE = "anyone"


def anyone(view: View) -> View:
    """Declare that anybody may call this endpoint and that it shows public facts only."""
    setattr(view, ACCESS_ATTRIBUTE, ANYONE)
    return view
