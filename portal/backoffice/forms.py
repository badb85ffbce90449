"""What all forms of the back office share: Chinese messages, trimmed text, tokens against forgery."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectChoice


def trimmed(value: Any) -> Any:
    """Return text without outer spaces and without NUL, which PostgreSQL refuses; anything else as it is."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


def choices(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Return (value, label) pairs as a select field wants them."""
    return [SelectChoice(value, words) for value, words in pairs]


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form whose own messages are Chinese."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)

    def refuse(self, field: str, problem: object) -> None:
        """Put a problem found by a service at the field that caused it."""
        self[field].errors = [*self[field].errors, str(problem)]
