"""What a round of the call-back says in numbers (R43): answers in, publishable distributions out. Pure.

Places lie in one another: homes in counties, counties in the whole. A place with fewer than ``FEW`` answers
is not shown by itself but together with others, so that what is left when the shown ones are taken off is
never small either. Within what is shown, cells under ``FEW`` are left out with what would give them away
(``cell_hiding``). Nothing is averaged: what is published is how many gave which answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from portal.domain.cell_hiding import Cell, hidden_cells
from portal.domain.questionnaires import SKIPPED, Question, Questionnaire

FEW = 5
"""Counts below this are not shown, nor whether they are nothing."""
LEAST_FOR_A_SHARE = 10
"""Answers below which no share is given: one answer more would move it by a tenth and more."""

_WHOLE, _END = "whole", "end"
_OF_COUNTY, _OF_WHOLE = 10**6, 10**9
"""What leaving out a cell of a county, or of the whole, costs beside its value: the homes' go first."""

K = TypeVar("K", bound=Hashable)
Shown = Mapping[str, Mapping[str, int | None]]
"""Question → choice → how many; None: left out."""


class Level(StrEnum):
    """What a row of figures is about."""

    WHOLE = "whole"
    COUNTY = "county"
    OTHER_COUNTIES = "other_counties"
    """Counties that are not shown by themselves, together."""
    HOME = "home"
    OTHER_HOMES = "other_homes"
    """Homes of a county that are not shown by themselves, together."""


@dataclass(frozen=True, slots=True)
class HomeAnswers:
    """What one audience of one home answered. ``answers``: one mapping (question → choice) a person."""

    home: int
    county: str
    handed_out: int
    answers: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """Publishable figures of a place, or of several together."""

    level: Level
    county: str | None
    home: int | None
    members: tuple[int, ...]
    """Homes it is made of."""
    handed_out: int
    answered: int | None
    """None: some, but fewer than ``FEW``."""
    shown: Shown


@dataclass(slots=True)
class _Row:
    level: Level
    node: Hashable
    above: Hashable
    price: int
    county: str | None = None
    home: int | None = None
    members: tuple[int, ...] = ()
    handed_out: int = 0
    answered: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def take(self, homes: Iterable[HomeAnswers]) -> _Row:
        taken = list(homes)
        self.members = tuple(one.home for one in taken)
        self.handed_out = sum(one.handed_out for one in taken)
        self.answered = sum(len(one.answers) for one in taken)
        return self


def analysed(asked: Questionnaire, homes: Sequence[HomeAnswers], few: int = FEW) -> list[PlaceFigures]:
    """Return what may be published of one audience's answers: the whole first, counties, then homes."""
    rows = _rows(homes, few)
    by_home = {one.home: one for one in homes}
    if rows[0].answered < few:
        whole = rows[0]
        said = None if whole.answered else 0
        return [PlaceFigures(Level.WHOLE, None, None, whole.members, whole.handed_out, said, {})]
    divided = {row.above for row in rows}
    shown: list[dict[str, dict[str, int | None]]] = [{} for _ in rows]
    for question in asked.questions:
        keys = [*(choice.key for choice in question.choices), SKIPPED]
        counts = [_counted(question, (by_home[home] for home in row.members)) for row in rows]
        cells = [
            Cell(
                row.node if row.node not in divided else (row.node, key),
                _END if row.node == _WHOLE else (row.above, key),
                count[key],
                row.price,
            )
            for row, count in zip(rows, counts, strict=True)
            for key in keys
        ]
        hidden = hidden_cells(cells, few)
        for place, count in enumerate(counts):
            first = place * len(keys)
            shown[place][question.key] = {
                key: None if first + number in hidden else count[key] for number, key in enumerate(keys)
            }
    return [
        PlaceFigures(row.level, row.county, row.home, row.members, row.handed_out, row.answered, figures)
        for row, figures in zip(rows, shown, strict=True)
    ]


def pooled(counts: Mapping[K, int], few: int) -> tuple[list[K], list[K]]:
    """Return (shown, together): which of several places stand by themselves and which only as a group.

    The group holds ``few`` answers at least, of two places or more; where that can't be had nobody is shown.
    Places without any answer belong to neither: that nobody answered tells of nobody.
    """
    ordered = sorted(counts, key=lambda key: (counts[key], str(key)))
    together = [key for key in ordered if 0 < counts[key] < few]
    alone = [key for key in ordered if counts[key] >= few]
    while together and (sum(counts[key] for key in together) < few or len(together) < 2):
        if not alone:
            return [], [key for key in ordered if counts[key]]
        together.append(alone.pop(0))
    return alone, together


def share(count: int | None, answered: int | None) -> int | None:
    """Return how many in a hundred, rounded to the nearest; None where it is left out or of too few."""
    if count is None or answered is None or answered < LEAST_FOR_A_SHARE:
        return None
    return int(Fraction(100 * count, answered) + Fraction(1, 2))


def content(question: Question, counts: Mapping[str, int | None], answered: int | None) -> int | None:
    """Return how many in a hundred of all who answered gave a good answer (``good``) to this question.

    Who left the question out counts among all. None where a cell is left out, or of too few.
    """
    good = [counts.get(key) for key in question.good]
    if any(count is None for count in good):
        return None
    return share(sum(count or 0 for count in good), answered)


def _rows(homes: Sequence[HomeAnswers], few: int) -> list[_Row]:
    """Return the rows to publish; the nodes say how one lies in the other."""
    by_county: dict[str, list[HomeAnswers]] = defaultdict(list)
    for one in homes:
        by_county[one.county].append(one)
    rows = [_Row(Level.WHOLE, _WHOLE, _END, _OF_WHOLE).take(homes)]
    counties, other = pooled({county: _answers(found) for county, found in by_county.items()}, few)
    for county in sorted(counties):
        row = _Row(Level.COUNTY, ("county", county), _WHOLE, _OF_COUNTY, county)
        rows.append(row.take(by_county[county]))
    if other and counties:
        row = _Row(Level.OTHER_COUNTIES, ("county", None), _WHOLE, _OF_COUNTY)
        rows.append(row.take(one for county in sorted(other) for one in by_county[county]))
    for county in sorted(counties):
        rows += _home_rows(county, by_county[county], few)
    return rows


def _home_rows(county: str, homes: Sequence[HomeAnswers], few: int) -> list[_Row]:
    by_id = {one.home: one for one in homes}
    alone, together = pooled({one.home: len(one.answers) for one in homes}, few)
    above = ("county", county)
    rows = [
        _Row(Level.HOME, ("home", home), above, 0, county, home).take([by_id[home]]) for home in sorted(alone)
    ]
    if together and alone:
        row = _Row(Level.OTHER_HOMES, ("homes", county), above, 0, county)
        rows.append(row.take(by_id[home] for home in sorted(together)))
    return rows


def _answers(homes: Iterable[HomeAnswers]) -> int:
    return sum(len(one.answers) for one in homes)


def _counted(question: Question, homes: Iterable[HomeAnswers]) -> Counter[str]:
    known = {choice.key for choice in question.choices}
    counts: Counter[str] = Counter()
    for one in homes:
        for answer in one.answers:
            value = answer.get(question.key, SKIPPED)
            counts[value if value in known else SKIPPED] += 1
    return counts
