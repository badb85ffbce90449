"""Two counts a month, side by side: numbers in, coordinates out; ``macros/trend.html`` writes the SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_WIDTH = 360
"""A phone's width, as for every chart (``public.charts``)."""
_LEFT, _RIGHT = 30, 6
_TOP, _HEIGHT = 12, 150
_LABELS = 40
_MOST_LABELS = 3
"""Months named beneath: more would run into one another in elder mode."""
_HALF_LABEL = 46
"""Half the room that a month's name needs in elder mode."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its two columns, and its name where it is one of those named."""

    first: Column
    second: Column
    label: str
    label_x: float


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """A line of the scale, at a round number."""

    value: int
    y: float


@dataclass(frozen=True, slots=True)
class TrendChart:
    """Months from left to right, the oldest first."""

    months: tuple[Month, ...]
    lines: tuple[ScaleLine, ...]
    width: int
    height: int
    left: int
    right: int
    bottom: int


def trend_chart(counts: Sequence[tuple[date, int, int]]) -> TrendChart:
    """Return columns for (month, first, second), the oldest first."""
    most = max((max(first, second) for _, first, second in counts), default=0)
    step = _step(most)
    end = max(step, -(-most // step) * step)
    room = (_WIDTH - _LEFT - _RIGHT) / max(1, len(counts))
    wide = round(min(14.0, room * 0.38), 1)
    every = -(-len(counts) // _MOST_LABELS) or 1
    bottom = _TOP + _HEIGHT

    def column(x: float, count: int) -> Column:
        height = round(_HEIGHT * count / end, 1)
        return Column(round(x, 1), round(bottom - height, 1), wide, height)

    months = []
    for index, (month, first, second) in enumerate(counts):
        middle = _LEFT + room * (index + 0.5)
        named = (len(counts) - 1 - index) % every == 0
        label = f"{month.year % 100}年{month.month}月" if named else ""
        label_x = round(min(max(middle, _HALF_LABEL), _WIDTH - _HALF_LABEL), 1)
        months.append(Month(column(middle - wide - 0.5, first), column(middle + 0.5, second), label, label_x))
    lines = tuple(
        ScaleLine(value, round(bottom - _HEIGHT * value / end, 1)) for value in range(0, end + 1, step)
    )
    return TrendChart(tuple(months), lines, _WIDTH, bottom + _LABELS, _LEFT, _WIDTH - _RIGHT, bottom)


def _step(most: int) -> int:
    """Return a round distance between scale lines that gives at most four of them."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most <= 4 * step:
                return step
        size *= 10
