"""Regions that figures were counted for, put side by side: what lies beneath which, who is whose sister."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from portal.reference.regions import RegionDirectory

Groups = dict[str, frozenset[str]]
"""Regions of one level, each with the codes of the rows in it."""


class RegionGroups:
    """The codes that rows stand under, at whatever level, and how they lie to one another."""

    def __init__(self, regions: RegionDirectory, codes: Iterable[str]) -> None:
        self.regions = regions
        self.codes = frozenset(codes)
        self._paths = {
            code: (*(one.code for one in regions.ancestors(code)), code) for code in sorted(self.codes)
        }
        self.top = self._shared()

    def beneath(self, region: str | None) -> frozenset[str]:
        """Return the rows in a region, all of them without one."""
        return self.codes if region is None else self.codes & self.regions.within(region)

    def groups(self, region: str | None) -> Groups:
        """Return the regions next beneath one; what lies in none of them stands for itself."""
        depth = len(self.regions.ancestors(region)) + 1 if region else len(self.top)
        found: dict[str, set[str]] = defaultdict(set)
        for code in self.beneath(region):
            path = self._paths[code]
            found[path[depth] if len(path) > depth else code].add(code)
        return {code: frozenset(found[code]) for code in sorted(found)}

    def sisters(self, region: str) -> Groups:
        """Return the regions beside one, with itself."""
        above = self.regions.ancestors(region)
        groups = self.groups(above[-1].code) if above else {}
        return groups or {region: self.beneath(region)}

    def families(self) -> list[Groups]:
        """Return every row by itself, sisters side by side."""
        families: dict[str, Groups] = defaultdict(dict)
        for code, path in self._paths.items():
            families[path[-2] if len(path) > 1 else ""][code] = frozenset({code})
        return list(families.values())

    def _shared(self) -> tuple[str, ...]:
        """Return the path down to the lowest region that holds every row, and has several beneath it."""
        shared: list[str] = []
        for level in zip(*self._paths.values(), strict=False):
            if len(set(level)) > 1:
                return tuple(shared)
            shared.append(level[0])
        return tuple(shared[:-1])
