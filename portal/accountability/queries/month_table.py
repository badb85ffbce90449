"""The counted months of supervision as a table, regions by months."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from portal.accountability.models import SupervisionMonth
from portal.domain.small_numbers import hidden_cells
from portal.domain.supervision_figures import SupervisionCounts, total
from portal.reference.directory import region_directory
from portal.reference.region_groups import RegionGroups

Cell = tuple[str, date]
"""Region code, first day of the month."""


class MonthTable(RegionGroups):
    """The rows of a time, and what is still open of any time."""

    def __init__(self, rows: Iterable[SupervisionMonth], begins: date, ends: date) -> None:
        self._months: dict[str, dict[date, SupervisionCounts]] = defaultdict(dict)
        self._due: dict[str, Counter[date]] = defaultdict(Counter)
        self._undated: Counter[str] = Counter()
        for row in rows:
            counts = SupervisionCounts.load(row.counts)
            self._due[row.region_code].update(counts.due)
            self._undated[row.region_code] += counts.undated_open
            if begins <= row.month <= ends:
                self._months[row.region_code][row.month] = counts
        super().__init__(region_directory(), self._due)

    def cells(self, codes: Iterable[str]) -> Iterator[tuple[Cell, SupervisionCounts]]:
        """Yield what happened in these rows, row by row."""
        for code in codes:
            yield from (((code, month), one) for month, one in self._months.get(code, {}).items())

    def total(self, codes: Iterable[str]) -> SupervisionCounts:
        """Return what happened in these rows within the time."""
        return total(one for _, one in self.cells(codes))

    def open_now(self, codes: Iterable[str], today: date) -> tuple[int, int]:
        """Return how many problems of any time are open in these rows, and how many of them overdue."""
        count = late = 0
        for code in codes:
            due = self._due.get(code, Counter())
            count += due.total() + self._undated[code]
            late += sum(number for day, number in due.items() if day < today)
        return count, late

    def by_month(self, codes: Iterable[str]) -> dict[date, SupervisionCounts]:
        """Return what happened in these rows, by month."""
        found: dict[date, SupervisionCounts] = defaultdict(SupervisionCounts)
        for (_, month), one in self.cells(codes):
            found[month].add(one)
        return found

    def hidden(self, groups: Mapping[str, Iterable[str]]) -> frozenset[Cell]:
        """Return where the number of problems told by the public is left out, each year by itself (R32)."""
        years: dict[int, dict[Cell, int]] = defaultdict(dict)
        for region, codes in groups.items():
            for (_, month), one in self.cells(codes):
                cells = years[month.year]
                cells[region, month] = cells.get((region, month), 0) + one.told
        return frozenset(cell for cells in years.values() for cell in hidden_cells(cells))

    def hidden_rows(self) -> frozenset[Cell]:
        """Return the same for the whole table, sisters side by side."""
        return frozenset(cell for family in self.families() for cell in self.hidden(family))
