"""Pictures drawn on the server: numbers in, coordinates out; ``macros/charts.html`` writes the SVG.

Every chart has a title, a one-sentence reading and a table beside it. Lengths are in units of the SVG's own
view box; colours come from classes alone, since the content security policy allows no inline style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH = 360
"""A phone's width: there the letters keep their size, on wider screens and in elder mode they grow."""
_LABEL_WIDTH = 52
_BAR_WIDTH = 230
_BAR_ROW = 36
_RANGE_ROW = 52
_MARGIN = 10
_STACK_MARGIN = 2
_STACK_ROW = 46
_TOP = 6
_AXIS = 28


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label stands left, its number right of its end."""

    label: str
    value: int
    y: float
    width: float
    number_x: float


@dataclass(frozen=True, slots=True)
class BarChart:
    """Counts side by side."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    left: int
    thickness: int = 18


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale, at a round amount."""

    value: int
    x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class RangeRow:
    """One row of a range chart: a line from lowest to highest with a dot at the middle.

    ``points``: where single values stand, for a row of too few to have a middle.
    """

    label: str
    text: str
    y: float
    low_x: float
    high_x: float
    middle_x: float | None
    points: tuple[float, ...]
    open_end: bool


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Price ranges over one common scale."""

    rows: tuple[RangeRow, ...]
    ticks: tuple[Tick, ...]
    width: int
    height: int
    bottom: float


@dataclass(frozen=True, slots=True)
class Range:
    """What a range chart is drawn from. Amounts in fen; ``middle`` None: draw the single ``values``."""

    label: str
    text: str
    """The range in words, beside the label."""
    low: int
    high: int
    middle: int | None
    values: tuple[int, ...] = ()
    open_end: bool = False


def bar_chart(counts: Sequence[tuple[str, int]]) -> BarChart:
    """Return horizontal bars for counts with labels of one or two characters, in the order given."""
    most = max((count for _, count in counts), default=0) or 1
    bars = []
    for index, (label, count) in enumerate(counts):
        width = round(_BAR_WIDTH * count / most, 1)
        bars.append(Bar(label, count, _TOP + index * _BAR_ROW, width, _LABEL_WIDTH + width + 8))
    return BarChart(tuple(bars), _WIDTH, _TOP + len(bars) * _BAR_ROW, _LABEL_WIDTH)


def range_chart(ranges: Sequence[Range]) -> RangeChart:
    """Return ranges over one scale that starts at zero: twice as far right is twice as dear.

    Labels stand above their lines, so that a county's name may be as long as it likes.
    """
    highest = max((each.high for each in ranges), default=0)
    step = _round_step(highest)
    end = max(step, -(-highest // step) * step)

    def x(amount: int) -> float:
        return round(_MARGIN + (_WIDTH - 2 * _MARGIN) * amount / end, 1)

    rows = tuple(
        RangeRow(
            each.label,
            each.text,
            _TOP + _RANGE_ROW * index,
            x(each.low),
            x(each.high),
            None if each.middle is None else x(each.middle),
            tuple(x(value) for value in each.values) if each.middle is None else (),
            each.open_end,
        )
        for index, each in enumerate(ranges)
    )
    bottom = _TOP + _RANGE_ROW * len(rows)
    ticks = [Tick(value, x(value), "middle") for value in range(0, end + 1, step)]
    ticks[0], ticks[-1] = Tick(0, x(0), "start"), Tick(end, x(end), "end")
    return RangeChart(rows, tuple(ticks), _WIDTH, bottom + _AXIS, bottom)


@dataclass(frozen=True, slots=True)
class StackPart:
    """One stretch of a stacked bar. ``kind`` names its colour's class; what it counts is said in the row."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class StackRow:
    """One stacked bar: its label and its numbers in words stand above it."""

    label: str
    text: str
    y: float
    parts: tuple[StackPart, ...]


@dataclass(frozen=True, slots=True)
class StackChart:
    """Counts by part, row by row."""

    rows: tuple[StackRow, ...]
    width: int
    height: int
    left: int
    thickness: int = 14


@dataclass(frozen=True, slots=True)
class Stack:
    """What a stacked bar is drawn from: (kind, count) in order. ``text``: the same in words."""

    label: str
    text: str
    parts: tuple[tuple[str, int], ...]


def stack_chart(stacks: Sequence[Stack], *, shares: bool = False) -> StackChart:
    """Return stacked bars over one scale of counts, or, for ``shares``, each as long as the others."""
    whole = _WIDTH - 2 * _STACK_MARGIN
    most = max((sum(count for _, count in each.parts) for each in stacks), default=0)
    rows = []
    for index, each in enumerate(stacks):
        end = (sum(count for _, count in each.parts) if shares else most) or 1
        parts, passed = [], 0
        for kind, count in each.parts:
            if count:
                x = round(_STACK_MARGIN + whole * passed / end, 1)
                parts.append(StackPart(kind, x, round(whole * count / end, 1)))
                passed += count
        rows.append(StackRow(each.label, each.text, _TOP + _STACK_ROW * index, tuple(parts)))
    return StackChart(tuple(rows), _WIDTH, _TOP + _STACK_ROW * len(rows), _STACK_MARGIN)


def _round_step(highest: int) -> int:
    """Return a round distance between scale lines (fen) that gives at most four of them."""
    for step in (50_000, 100_000, 200_000, 250_000, 300_000, 500_000):
        if highest <= 4 * step:
            return step
    return -(-highest // 4_000_000) * 1_000_000
