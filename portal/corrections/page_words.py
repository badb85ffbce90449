"""What an institution's page says, in words: asked of the public site, which alone knows how it says it.

The records can't know a surface. The site hands in one function when the application is wired; lodging keeps
its answer as the report's snapshot, the staff's page shows it as what the page says now.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from portal.institutions.field_forms import Block

Line = tuple[str, str]
"""A label and what is published under it."""

PageWords = Callable[[str, Block | None], list[Line] | None]
"""Public id, block (None: the whole page) → its lines, or None if there is no such page."""

_KEPT = "page_words"


def register_page_words(app: Flask, words: PageWords) -> None:
    """Say how the public page is put into words."""
    app.extensions[_KEPT] = words


def page_words(public_id: str, about: Block | None) -> list[Line] | None:
    """Return what the page says now of a block, or None if there is no such page."""
    words: PageWords = current_app.extensions[_KEPT]
    return words(public_id, about)


def as_snapshot(lines: list[Line]) -> str:
    """Return the lines as a report keeps them."""
    return "\n".join(f"{label}：{text}" if label else text for label, text in lines)
