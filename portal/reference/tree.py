"""Regions in memory: who lies beneath whom, and who took over from whom. Pure: rows in, answers out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from portal.reference.gb2260 import RegionEntry, RegionLevel, Succession


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region as the directory hands it out."""

    code: str
    name: str
    level: RegionLevel
    parent_code: str | None
    until: int | None
    """Year of abolition; None while in force."""
    fictional: bool = False
    names: tuple[str, ...] = ()
    """Former names under the same code, oldest first."""
    since: int | None = None
    """Year of the first validity, where known."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """An abolished region without one plain heir: divided, or (no candidates) of unknown fate."""

    code: str
    candidates: tuple[str, ...]


class RegionTree:
    """The regions of one moment; build anew when the tables change."""

    def __init__(self, rows: Iterable[RegionRow], successions: Iterable[tuple[str, str, int]]) -> None:
        """Take the rows, and (old code, new code, year) of every succession."""
        self.rows: dict[str, RegionRow] = {row.code: row for row in rows}
        self._below: dict[str, list[str]] = defaultdict(list)
        for code, row in sorted(self.rows.items()):
            if row.parent_code is not None:
                self._below[row.parent_code].append(code)
        self._heirs: dict[str, list[str]] = defaultdict(list)
        self._ended: dict[str, int] = {}
        self._merged: dict[tuple[str, int], int] = defaultdict(int)
        for old, new, year in successions:
            self._heirs[old].append(new)
            self._ended[old] = year
            self._merged[new, year] += 1
        self._finals = {code: self._follow(code, ()) for code in self.rows}
        self._past: dict[str, list[str]] = defaultdict(list)
        for code, finals in self._finals.items():
            if len(finals) == 1 and finals[0] != code:
                self._past[finals[0]].append(code)
        self._within: dict[str, frozenset[str]] = {}

    @classmethod
    def rows_of(cls, entries: Iterable[RegionEntry]) -> list[RegionRow]:
        """Return reference entries as rows: the same answers without a database."""
        return [
            RegionRow(e.code, e.name, e.level, e.parent_code, e.until, False, e.names, e.since)
            for e in entries
        ]

    @staticmethod
    def steps_of(successions: Iterable[Succession]) -> list[tuple[str, str, int]]:
        """Return curated successions in the form the constructor takes."""
        return [(s.old_code, s.new_code, s.year) for s in successions]

    def get(self, code: str) -> RegionRow | None:
        """Return the region of this code, in force or not."""
        return self.rows.get(code)

    def current(self, code: str) -> RegionRow | Ambiguous:
        """Return the region in force that this code stands for today; KeyError if there is no such code."""
        finals = self._finals[code]
        return self.rows[finals[0]] if len(finals) == 1 else Ambiguous(code, finals)

    def currents(self, code: str) -> tuple[str, ...]:
        """Return every code in force that shares in this code's territory, in order."""
        return self._finals[code]

    def children(self, code: str) -> list[RegionRow]:
        """Return the regions in force directly beneath, in order of code."""
        return [self.rows[each] for each in self._below.get(code, ()) if self.rows[each].until is None]

    def ancestors(self, code: str) -> list[RegionRow]:
        """Return the regions above, province first."""
        found: list[RegionRow] = []
        row = self.rows.get(code)
        while row is not None and row.parent_code is not None:
            row = self.rows.get(row.parent_code)
            if row is not None:
                found.insert(0, row)
        return found

    def within(self, code: str) -> frozenset[str]:
        """Return itself, the codes in force beneath, and the abolished codes whose one heir is among them."""
        known = self._within.get(code)
        if known is None:
            found, todo = {code}, [code]
            while todo:
                for row in self.children(todo.pop()):
                    found.add(row.code)
                    todo.append(row.code)
            for each in tuple(found):
                found.update(self._past.get(each, ()))
            known = self._within[code] = frozenset(found)
        return known

    def lies_beneath(self, code: str, above: str) -> bool:
        """True if ``code`` belongs under ``above`` today, or belonged there while it was in force."""
        if any(row.code == above for row in self.ancestors(code)):
            return True
        return any(code != each and code in self.within(each) for each in self.currents(above))

    def path_label(self, code: str, sep: str = " ") -> str:
        """Return the full name from the province down (福建省 三明市 三元区); an unknown code as written."""
        row = self.rows.get(code)
        return sep.join(each.name for each in (*self.ancestors(code), row)) if row is not None else code

    def label(self, code: str) -> str:
        """Return the region's own name (三元区); an unknown code as written."""
        row = self.rows.get(code)
        return row.name if row is not None else code

    def fate(self, code: str) -> str | None:
        """Return a sentence on what became of an abolished code, None for one in force."""
        row, finals = self.rows[code], self._finals[code]
        if row.until is None:
            return None
        year = self._ended.get(code, row.until)
        if not finals:
            return f"{row.name}（{code}）已于{year}年撤销，去向不详"
        if len(finals) > 1:
            return f"{row.name}（{code}）已于{year}年撤销，原辖区现分属{self._list(finals)}"
        new = self.rows[finals[0]]
        if new.code not in self._heirs[code]:  # changed more than once: only the end matters today
            return f"{row.name}（{code}）自{year}年起不再使用，现为{new.name}（{new.code}）"
        if new.name == row.name:
            return f"{row.name}的区划代码已于{year}年由{code}变更为{new.code}"
        alone = new.since == year and self._merged[new.code, year] == 1
        return f"{row.name}（{code}）已于{year}年{'改为' if alone else '并入'}{new.name}（{new.code}）"

    def _list(self, codes: Iterable[str]) -> str:
        return "、".join(self.path_label(code, sep="") for code in codes)

    def _follow(self, code: str, seen: tuple[str, ...]) -> tuple[str, ...]:
        """Return the codes in force at the end of every chain; a chain that loops leads nowhere."""
        row = self.rows.get(code)
        if row is None or code in seen:
            return ()
        if row.until is None:
            return (code,)
        ends = (self._follow(heir, (*seen, code)) for heir in self._heirs.get(code, ()))
        return tuple(sorted({end for chain in ends for end in chain}))
