"""The counted months as a table, regions by months: what lies in which region, what is too small to show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from portal.complaints.office_models import CaseMonth
from portal.domain.case_figures import MonthCounts, total
from portal.domain.small_numbers import hidden_cells
from portal.reference.directory import region_directory
from portal.reference.region_groups import RegionGroups

Cell = tuple[str, date]
"""Region code, first day of the month."""


class FigureTable(RegionGroups):
    """The rows of a time, and what is owed of any time."""

    def __init__(self, rows: Iterable[CaseMonth], begins: date, ends: date) -> None:
        self._months: dict[str, dict[date, MonthCounts]] = defaultdict(dict)
        self._owed: dict[str, Counter[date]] = defaultdict(Counter)
        for row in rows:
            counts = MonthCounts.load(row.counts)
            self._owed[row.region_code].update(counts.owed)
            if begins <= row.month <= ends:
                self._months[row.region_code][row.month] = counts
        super().__init__(region_directory(), self._owed)

    def cells(self, codes: Iterable[str]) -> Iterator[tuple[Cell, MonthCounts]]:
        """Yield what was received in these rows, row by row."""
        for code in codes:
            yield from (((code, month), one) for month, one in self._months.get(code, {}).items())

    def total(self, codes: Iterable[str]) -> MonthCounts:
        """Return what was received in these rows, and whatever is owed by them now."""
        codes = tuple(codes)
        summed = total(one for _, one in self.cells(codes))
        summed.owed = Counter()
        for code in codes:
            summed.owed.update(self._owed.get(code, {}))
        return summed

    def by_month(self, codes: Iterable[str]) -> dict[date, MonthCounts]:
        """Return what was received in these rows, by month."""
        found: dict[date, MonthCounts] = defaultdict(MonthCounts)
        for (_, month), one in self.cells(codes):
            found[month].add(one)
        return found

    def hidden(self, groups: Mapping[str, Iterable[str]]) -> frozenset[Cell]:
        """Return the months of regions to leave out, looked at side by side, each year by itself."""
        years: dict[int, dict[Cell, int]] = defaultdict(dict)
        for region, codes in groups.items():
            for (_, month), one in self.cells(codes):
                cells = years[month.year]
                cells[region, month] = cells.get((region, month), 0) + one.once.received
        return frozenset(cell for cells in years.values() for cell in hidden_cells(cells))

    def hidden_rows(self) -> frozenset[Cell]:
        """Return the cells of the whole table to leave out, sisters side by side."""
        return frozenset(cell for family in self.families() for cell in self.hidden(family))
