"""Entering and finding source documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal import clock
from portal.extensions import db
from portal.history.models import SourceDocument, SourceKind


def enter_source(title: str, as_of: date, kind: SourceKind, **details: Any) -> SourceDocument:
    """Enter a document that facts will rest on. ``details``: further columns of SourceDocument."""
    source = SourceDocument(title=title, as_of=as_of, kind=kind, entered_at=clock.now(), **details)
    db.session.add(source)
    db.session.flush()
    return source
