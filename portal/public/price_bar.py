"""The price bar: where a home's monthly total lies on its county's range, as positions for an SVG."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.fees import MonthlyTotal
from portal.institutions.queries.present import PriceRange

WIDTH = 240
"""Units of the SVG's view box."""

_LEAST_WIDTH = 6
_FEWEST_HOMES = 3
"""A range over fewer homes says nothing about a county."""


@dataclass(frozen=True, slots=True)
class PriceBar:
    """``x`` and ``width`` of this home's part of a bar ``WIDTH`` wide."""

    range: PriceRange
    x: float
    width: float
    open_ended: bool


def price_bar(total: MonthlyTotal, range_: PriceRange | None) -> PriceBar | None:
    """Return the bar, or None where the county's range is too thin to compare with."""
    if range_ is None or range_.homes < _FEWEST_HOMES or range_.most_fen <= range_.least_fen:
        return None
    low = _position(total.least_fen, range_)
    high = _position(total.most_fen if total.most_fen is not None else total.least_fen, range_)
    width = max(high - low, _LEAST_WIDTH)
    return PriceBar(
        range_, round(min(low, WIDTH - width), 1), round(width, 1), open_ended=total.most_fen is None
    )


def _position(fen: int, range_: PriceRange) -> float:
    """Return where an amount lies; one outside the range (an incomplete total) stands at its end."""
    share = (fen - range_.least_fen) / (range_.most_fen - range_.least_fen)
    return WIDTH * min(max(share, 0.0), 1.0)
