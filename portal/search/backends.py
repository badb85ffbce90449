"""Which index a portal keeps: PostgreSQL's own where that is the database, else Whoosh in the data folder."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy

from portal.config import SearchBackend, Settings
from portal.search.ports import Backend
from portal.search.postgres_backend import PostgresBackend
from portal.search.whoosh_backend import WhooshBackend


def make_backend(settings: Settings, db: SQLAlchemy) -> Backend:
    """Return the backend that the settings ask for; ``auto`` follows the database."""
    return named_backend(settings.effective_search_backend, settings, db)


def named_backend(kind: SearchBackend, settings: Settings, db: SQLAlchemy) -> Backend:
    """Return one backend by its name."""
    if kind is SearchBackend.POSTGRES:
        return PostgresBackend(lambda: db.engine)
    return WhooshBackend(settings.data / "search_index")
