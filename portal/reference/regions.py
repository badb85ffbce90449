"""The directory of regions that importer and pages ask: built once from the tables, kept in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property, lru_cache

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from portal.reference.gb2260 import load_regions, load_successions
from portal.reference.models import Region, RegionSuccession
from portal.reference.reading import RegionReader, Resolution
from portal.reference.tree import Ambiguous, RegionRow, RegionTree

__all__ = ["Ambiguous", "RegionDirectory", "RegionRow", "Resolution"]

_REMEMBERED = 20_000
"""Texts: a national list names some 3 000 regions; full addresses would otherwise pile up without end."""


class RegionDirectory(RegionTree):
    """Regions with their relations (see ``RegionTree``) and the reading of what bureaus write."""

    def __init__(self, rows: Iterable[RegionRow], successions: Iterable[tuple[str, str, int]]) -> None:
        """Take the rows, and (old code, new code, year) of every succession."""
        super().__init__(rows, successions)
        self._remembered: dict[tuple[str, str | None], Resolution] = {}

    @classmethod
    def load(cls, session: Session) -> RegionDirectory:
        """Return the directory of what the tables say now, fictional regions included. Who asks for the same
        regions again gets the same directory."""
        kept = Region.__table__.c
        columns = (kept.code, kept.name, kept.level, kept.parent_code, kept.until, kept.fictional)
        # nearly all have the empty list: only the others' are worth reading as JSON
        rows = session.connection().execute(select(*columns, cast(kept.names, Text), kept.since))
        steps = session.execute(
            select(RegionSuccession.old_code, RegionSuccession.new_code, RegionSuccession.year)
        )
        return _directory(
            tuple(
                RegionRow(code, name, level, above, until, fictional, _read_names(names), since)
                for code, name, level, above, until, fictional, names, since in rows
            ),
            tuple((old, new, year) for old, new, year in steps),
        )

    @classmethod
    def from_reference(cls) -> RegionDirectory:
        """Build the directory straight from the reference data, without a database."""
        return cls(cls.rows_of(load_regions()[0]), cls.steps_of(load_successions()))

    @cached_property
    def _reader(self) -> RegionReader:
        """Most processes only ask for labels and never learn the spellings."""
        return RegionReader(self)

    def resolve(self, text: str, within: str | None = None) -> Resolution:
        """Return the region that a bureau's text names, looked for ``within`` one region; see ``reading``."""
        key = (text, within)
        known = self._remembered.get(key)
        if known is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            known = self._remembered[key] = self._reader.read(text, within)
        return known


def _read_names(written: str) -> tuple[str, ...]:
    return () if written == "[]" else tuple(json.loads(written))


@lru_cache(maxsize=2)
def _directory(rows: tuple[RegionRow, ...], steps: tuple[tuple[str, str, int], ...]) -> RegionDirectory:
    return RegionDirectory(rows, steps)
