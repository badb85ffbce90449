"""A digest's figures as rows and bars: the same for everybody and for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.digest_figures import DigestFigures, Movement
from portal.domain.digest_words import moved, word_words
from portal.glossary import label
from portal.public.charts import Stack, StackChart, stack_chart
from portal.public.trend_chart import TrendChart, trend_chart
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionKind

_MOST_LEADING = 3
"""Names in a sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of movements."""

    label: str
    movement: Movement


@dataclass(frozen=True, slots=True)
class DigestCharts:
    """What a digest's page draws."""

    kinds: tuple[Row, ...]
    kinds_chart: StackChart
    places: tuple[Row, ...]
    places_chart: StackChart
    words_chart: StackChart
    trend: TrendChart


def charts_of(figures: DigestFigures, region_code: str) -> DigestCharts:
    """Return the rows, those with most first, and the pictures of them."""
    labels = region_directory()
    kinds = _rows({label(SuggestionKind(key)): one for key, one in figures.kinds.items()}, empty=False)
    named = {
        "不分县区的" if key == region_code else labels.label(key): one for key, one in figures.places.items()
    }
    places = _rows(named, empty=True) if len(figures.places) > 1 else ()
    return DigestCharts(
        kinds,
        _bars(kinds),
        places,
        _bars(places),
        stack_chart([Stack(one.word, word_words(one), (("now", one.now),)) for one in figures.shown_words]),
        trend_chart([(one.month, one.received, one.answered) for one in figures.months]),
    )


def _rows(named: Mapping[str, Movement], *, empty: bool) -> tuple[Row, ...]:
    """Return the movements; those with nothing now nor a month before only if ``empty``."""
    rows = (Row(name, one) for name, one in named.items())
    kept = [row for row in rows if empty or any((row.movement.now, row.movement.before))]
    return tuple(sorted(kept, key=lambda row: -row.movement.now))


def most_words(rows: Sequence[Row]) -> str:
    """Return which has most in one sentence: one, a few alike, or none in particular."""
    most = max((row.movement.now for row in rows), default=0)
    leading = [row.label for row in rows if row.movement.now == most]
    if not most:
        return "这个月没有收到。"
    if len(leading) == 1:
        return f"{leading[0]}最多，{most}条。"
    if len(leading) <= _MOST_LEADING:
        return f"{'、'.join(leading)}最多，各{most}条。"
    return "没有哪一个特别多。"


def _bars(rows: Sequence[Row]) -> StackChart:
    """Return a bar for each that something came of; the others stand in the table."""
    return stack_chart(
        [
            Stack(
                row.label,
                "，".join(filter(None, (f"{row.movement.now}条", moved(row.movement.change, "上个月")))),
                (("now", row.movement.now),),
            )
            for row in rows
            if row.movement.now
        ]
    )
