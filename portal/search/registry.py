"""The index and who provides for it: put together once at wiring, asked for by name of the application."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from flask import Flask, current_app

from portal.search.ports import Backend, Source


@runtime_checkable
class Follower(Protocol):
    """A source whose documents also say something of records of another kind."""

    def following(self, kind: str, ids: Collection[int]) -> Collection[int]:
        """Return the ids of its own records whose documents may change when these records of ``kind`` do.

        Its own kind needs no answer. Those not visible count too: they may have been so before.
        """
        ...


class Search:
    """One index and the sources of every kind of record in it."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._sources: dict[str, Source] = {}

    @property
    def sources(self) -> Mapping[str, Source]:
        """The registered sources by kind."""
        return MappingProxyType(self._sources)

    def register(self, source: Source) -> None:
        """Let ``source`` answer for its kind. Raises ValueError if another one does."""
        if source.kind in self._sources:
            raise ValueError(f"two sources for {source.kind}")
        self._sources[source.kind] = source


def init_search(app: Flask, backend: Backend) -> Search:
    """Give the application its search, without any source yet."""
    search = Search(backend)
    app.extensions["search"] = search
    return search


def search_of(app: Flask) -> Search:
    """Return the application's search."""
    found = app.extensions["search"]
    assert isinstance(found, Search)
    return found


def current_search() -> Search:
    """Return the search of the application at work."""
    return search_of(current_app)
