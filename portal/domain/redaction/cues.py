"""What stands around a piece of text and speaks for or against a name there."""

from __future__ import annotations

import re
from collections.abc import Container

from portal.domain.redaction.lexicon import after, cues, titles
from portal.domain.redaction.name_parts import PERSONAL_TITLES
from portal.domain.redaction.organisations import PLACE_TAILS, PLACES_ONLY, organisations
from portal.domain.redaction.sheet import TAKEN

_LONGEST_CUE = 6
_FIELD = 7.0
"""What only asks for a name: 经办人, 签名."""
_OPENS = ":：（(“\"'‘「『《 \u3000"
_HAN = re.compile(r"[㐀-鿿]")
_PERSON_FOLLOWS = re.compile(
    r"[（(，,、 \u3000]{1,2}(?:[男女](?![士生性方人孩儿])|\d{1,3}岁|[一二三四五六七八九十]{2,3}岁"
    "|身份证|汉族|回族|现年|化名|系|电话|手机|联系|住)"
)
_LIST = "、和与及跟同"
_IN_AN_ORGANISATION = 10.0


class Context:
    """A text, the places in it where names may stand, and what speaks for them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._organisations = organisations(text)
        self._before: dict[int, float] = {}
        self._ends: Container[int] = frozenset()
        self._starts: Container[int] = frozenset()

    def found(self, starts: Container[int], ends: Container[int]) -> None:
        """Note where names start and end: what is listed with them is likely one too."""
        self._starts, self._ends = starts, ends
        self._before.clear()

    def org(self, at: int, stop: int = 0, cued: bool = False) -> float:
        """Return what it costs to read a name from ``at`` on: dear inside an organisation's name."""
        if not (self._organisations[at] or self._organisations[max(at, stop - 1)]):
            return 0.0
        return (2 if cued else 3) * _IN_AN_ORGANISATION

    def before(self, at: int) -> float:
        """Return how much what stands before ``at`` speaks for a name."""
        if at not in self._before:
            self._before[at] = self._speaks_before(at)
        return self._before[at]

    def _speaks_before(self, at: int) -> float:
        text = self.text
        if at == 0:
            return 1.5
        listed = 5.0 if text[at - 1] in _LIST and at - 1 in self._ends else 0.0
        back = at
        while back and text[back - 1] in _OPENS and at - back < 3:
            back -= 1
        if back < at:
            worth = max((cues().get(text[max(0, back - n) : back], 0.0) for n in range(1, 7)), default=0.0)
            if worth >= _FIELD and text[back] in ":：":
                return worth + 9.0  # 签发：方便
            if worth >= 5:
                return worth
            return max(1.5, listed)
        worth = 0.0
        for size in range(min(_LONGEST_CUE, at), 0, -1):
            worth = max(worth, cues().get(text[at - size : at], 0.0))
        if text[at - 1] == "的":
            worth = max(0.6 * cues().get(text[max(0, at - 1 - n) : at - 1], 0.0) for n in range(1, 5))
        if not _HAN.match(text[at - 1]):
            worth = max(worth, 1.5)
        return max(worth, listed)

    def after(self, at: int, stop: int) -> float:
        """Return how much what stands behind ``stop`` speaks for a name from ``at`` to there."""
        text = self.text
        alone = at == 0 or not _HAN.match(text[at - 1])
        if stop == len(text):
            return 3.5 if alone else 1.0
        if _PERSON_FOLLOWS.match(text, stop):
            return 5.0
        if text[stop] in _LIST and stop + 1 in self._starts:
            return 3.0
        if text[stop] == TAKEN:
            return 3.0
        if not _HAN.match(text[stop]):
            return 3.0 if alone else 1.0
        worth = max((after().get(text[stop : stop + n], 0.0) for n in range(1, 5)), default=0.0)
        if any(text[stop : stop + n] in titles() for n in (2, 3, 4)):
            worth = max(worth, 4.0)
        return 7.0 if any(text[stop : stop + n] in PERSONAL_TITLES for n in (2, 3)) else worth

    def place(self, at: int, stop: int, cued: bool) -> float:
        """Return what it costs if the piece looks like a part of a place's name: 王家|庄, 李村."""
        text = self.text
        worth = 0.0
        if text[stop : stop + 1] and text[stop] in PLACE_TAILS:
            worth = 5.0
        if text[at + 1] == "家" and stop - at == 3 and text[stop - 1] in PLACE_TAILS:
            worth = 8.0
        elif text[stop - 1] in PLACE_TAILS and stop - at == 2:
            worth = 5.0
        elif text[stop - 1] in PLACES_ONLY:
            worth = max(worth, 4.0)
        return worth / 2 if cued else worth
