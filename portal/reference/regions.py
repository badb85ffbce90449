"""The directory of regions that importer and pages ask: built once from the tables, kept in memory."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
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
        self._reader = RegionReader(self)
        self._remembered: dict[tuple[str, str | None], Resolution] = {}

    @classmethod
    def load(cls, session: Session) -> RegionDirectory:
        """Build the directory from the tables, fictional regions included."""
        columns = (Region.code, Region.name, Region.level, Region.parent_code, Region.until)
        rows = session.execute(select(*columns, Region.fictional, Region.names, Region.since))
        steps = session.execute(
            select(RegionSuccession.old_code, RegionSuccession.new_code, RegionSuccession.year)
        )
        return cls(
            [RegionRow(*row[:-2], names=tuple(row.names), since=row.since) for row in rows],
            [(old, new, year) for old, new, year in steps],
        )

    @classmethod
    def from_reference(cls) -> RegionDirectory:
        """Build the directory straight from the reference data, without a database."""
        return cls(cls.rows_of(load_regions()[0]), cls.steps_of(load_successions()))

    def resolve(self, text: str, within: str | None = None) -> Resolution:
        """Return the region that a bureau's text names, looked for ``within`` one region; see ``reading``."""
        key = (text, within)
        known = self._remembered.get(key)
        if known is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            known = self._remembered[key] = self._reader.read(text, within)
        return known
