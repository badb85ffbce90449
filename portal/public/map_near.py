"""Near what: a place that a person typed, found among the regions and addresses that we hold ourselves.

No address leaves the site. What is found says how exactly: a home's own position, the middle of the homes on
a street, the middle of a county.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from portal.domain.names import name_key
from portal.institutions.catalogue.bitmaps import slots_of
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.filters import Filters
from portal.maps.mercator import Box, metres_between
from portal.public.map_positions import Positions

_MOST_CHARACTERS = 60
_TOO_WIDE = 20_000
"""Metres: homes with these words lie so far apart that their middle is nowhere."""
_HOUSE_NUMBER = re.compile(
    r"[0-9０-９一二三四五六七八九十百]+[-－—之]?[0-9０-９]*(号|弄|巷|幢|栋|单元|室|楼).*$"
)
_LAST_PART = re.compile(r"^(.{2,}?(?:街道|镇|乡|村|路|街|巷|大道|社区))")


@dataclass(frozen=True, slots=True)
class Near:
    """A place to measure distances from. ``box`` is what to show of the map around it."""

    label: str
    longitude: float
    latitude: float
    words: str
    """How exactly the place is known, as a sentence."""
    box: Box

    @property
    def point(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.longitude, self.latitude


def find_near(text: str, listed: Catalogue, places: Positions) -> Near | None:
    """Return the place that a person's words name; None where nothing we hold tells."""
    typed = text.strip()[:_MOST_CHARACTERS]
    if not typed:
        return None
    resolved = listed.regions.resolve(typed)
    for words in _from_exact_to_rough(resolved.remainder if resolved.code else typed):
        chosen: dict[str, tuple[str, ...]] = {"region": (resolved.code,)} if resolved.code else {}
        members = listed.find(Filters(chosen, words=words)).members & places.placed
        if found := _middle(typed, words, slots_of(members), listed, places):
            return found
    return _region(resolved.code, listed, places) if resolved.code else None


def _from_exact_to_rough(text: str) -> Sequence[str]:
    """Return the words as typed, then without the house number, then the road, village or town alone."""
    plain = text.strip(" ，,。")
    without = _HOUSE_NUMBER.sub("", plain)
    leading = _LAST_PART.match(without)
    steps = (plain, without, leading[1] if leading else "")
    return [step for step in dict.fromkeys(steps) if len(name_key(step)) >= 2]


def _middle(
    typed: str, words: str, slots: Sequence[int], listed: Catalogue, places: Positions
) -> Near | None:
    exact = [slot for slot in slots if listed.entries[slot].name == typed] or slots
    held = [(slot, place) for slot in exact if (place := places.by_slot[slot]) is not None]
    if not held:
        return None
    sharp = [(slot, place) for slot, place in held if place.radius <= 1_000] or held
    x, y = median(place.longitude for _, place in sharp), median(place.latitude for _, place in sharp)
    spread = max(metres_between(place.point, (x, y)) for _, place in sharp)
    if spread > _TOO_WIDE:
        return None
    reach = max(spread, *(place.radius for _, place in sharp))
    if len(sharp) == 1:
        slot, place = sharp[0]
        told = f"“{listed.entries[slot].name}”的位置" + (f"（{place.words}）" if place.words else "")
        words_ = f"按{told}量" if listed.entries[slot].name == typed else f"那里有一家机构，按{told}量"
    else:
        words_ = f"按地址里有“{words}”的{len(sharp)}家机构估计，误差大约{kilometres(max(reach, 300))}"
    return Near(typed, round(x, 6), round(y, 6), words_, _around(x, y, max(2_500, 1.5 * reach)))


def _region(code: str, listed: Catalogue, places: Positions) -> Near | None:
    label = listed.regions.label(code)
    territory = places.boundaries.by_code.get(code)
    box = places.boundaries.box_within(code)
    if territory is not None:
        x, y = territory.label
    elif box is not None:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    else:
        members = listed.find(Filters({"region": (code,)})).members & places.placed
        box = places.grid.box_of(members)
        if box is None:
            return None
        held = [place for slot in slots_of(members) if (place := places.by_slot[slot]) is not None]
        x, y = median(place.longitude for place in held), median(place.latitude for place in held)
    assert box is not None
    return Near(label, round(x, 6), round(y, 6), f"从{label}的中间量起，只能看个大概", box)


def _around(x: float, y: float, metres: float) -> Box:
    up = metres / 111_000
    across = up * 1.35  # a degree of longitude is shorter, the more so the farther north
    return x - across, y - up, x + across, y + up


def kilometres(metres: float) -> str:
    """Return 300米, 2.4公里 or 18公里: never more exact than a straight line deserves."""
    if metres < 950:
        return f"{max(50, round(metres / 50) * 50)}米"
    told = f"{metres / 1000:.1f}".removesuffix(".0") if metres < 9_950 else f"{metres / 1000:,.0f}"
    return f"{told}公里"
