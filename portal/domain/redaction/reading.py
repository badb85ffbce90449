"""The cheapest reading of a run of Chinese characters as words and names.

Every way of cutting the run into words, single characters and names has a price; names are cheaper where a
cue stands beside them. The cheapest way through is found from left to right, in time linear in the length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from portal.domain.redaction.cues import Context
from portal.domain.redaction.lexicon import LONGEST_WORD, UNKNOWN, given, surnames, titles, words
from portal.domain.redaction.name_parts import SHORT_TITLES, SOUNDS

_NAME = 4.6
"""What any name costs beside its characters: about one word in a hundred of a complaint is one."""
_ONE_GIVEN, _TWO_GIVEN = 2.1, 0.2
_SURE = 3.0
"""A name that was found elsewhere in the text."""
_ALSO_A_WORD = 4.5
_STRONG = 5.0
"""From here on a cue alone makes a name of what could be one."""
_FIELD = 7.0
"""What only asks for a name: 我叫, 经办人."""
_TITLE = 8.0


_ADVERBS = "很太不真最更已将会要再未曾"


class NameForm(StrEnum):
    """How much of a name is there."""

    FULL = "full"
    SURNAME = "surname"
    """Before a title, behind 老, 小 or 姓."""
    GIVEN = "given"
    """Without the surname: 秀英, 小芳, 阿强."""


@dataclass(frozen=True, slots=True)
class Name:
    """``start`` to ``end`` is a name; ``surname_size``: how many of its characters are the surname."""

    start: int
    end: int
    form: NameForm
    surname_size: int


@dataclass(frozen=True, slots=True)
class _Edge:
    end: int
    cost: float
    name: Name | None


@dataclass
class Known:
    """Names that a text has shown already."""

    full: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    surnames: set[str] = field(default_factory=set)


def read_run(context: Context, start: int, end: int, known: Known) -> list[Name]:
    """Return the names in ``start`` to ``end``, a run of Chinese characters."""
    best = [0.0] + [float("inf")] * (end - start)
    came: list[_Edge | None] = [None] * (end - start + 1)
    from_: list[int] = [0] * (end - start + 1)
    for at in range(start, end):
        for edge in (*_words(context.text, at, end), *_names(context, at, end, known)):
            cost = best[at - start] + edge.cost
            if cost < best[edge.end - start]:
                best[edge.end - start], came[edge.end - start], from_[edge.end - start] = cost, edge, at
    names, at = [], end
    while at > start:
        edge_taken = came[at - start]
        if edge_taken and edge_taken.name:
            names.append(edge_taken.name)
        at = from_[at - start]
    return names[::-1]


def _words(text: str, at: int, end: int) -> Iterator[_Edge]:
    costs = words()
    yield _Edge(at + 1, costs.get(text[at], UNKNOWN), None)
    for size in range(2, min(LONGEST_WORD, end - at) + 1):
        cost = costs.get(text[at : at + size])
        if cost is not None:
            yield _Edge(at + size, cost, None)


def _names(context: Context, at: int, end: int, known: Known) -> Iterator[_Edge]:
    text = context.text
    yield from _known(context, at, end, known)
    yield from _foreign(context, at, end)
    yield from _nicknames(context, at, end)
    prefixed = text[at] in "老小姓" and at + 1 < end
    if prefixed and (cost := surnames().get(text[at + 1], 99)) < 7:
        worth = 4.0 if text[at] == "姓" else 0.0
        name = Name(at + 1, at + 2, NameForm.SURNAME, 1)
        yield _Edge(at + 2, _NAME + cost + _TITLE - worth - context.before(at) / 2 + context.org(at), name)
    for size in (1, 2, 4):
        cost = surnames().get(text[at : at + size], 0.0) if at + size < end else 0.0
        if cost:
            sure = min(cost, _SURE) if text[at : at + size] in known.surnames else cost
            yield from _with_title(context, at, size, sure, end)
            yield from _full(context, at, size, cost, end)


def _full(context: Context, at: int, size: int, cost: float, end: int) -> Iterator[_Edge]:
    text, before = context.text, context.before(at)
    if text[at + size] == "氏":
        yield _edge(context, at, at + size + 1, size, cost, before)
    second = surnames().get(text[at + 1], 99) if size == 1 else 99
    if second < 6 and at + 2 < end:  # a married woman's two surnames: 陈王氏, 陈冯富珍
        if text[at + 2] == "氏":
            yield _edge(context, at, at + 3, 2, cost + second, before)
        if before >= _STRONG and at + 3 < end:
            price = cost + second + given(text[at + 2]) + given(text[at + 3])
            yield _edge(context, at, at + 4, 2, price, before)
    for more, share in ((1, _ONE_GIVEN), (2, _TWO_GIVEN)):
        stop = at + size + more
        if stop <= end:
            price = cost + share + sum(given(one) for one in text[at + size : stop])
            price += 5.0 if text[at + size : stop] in SHORT_TITLES else 0.0  # 张姐 is 张
            yield _edge(context, at, stop, size, price, before)


def _edge(context: Context, at: int, stop: int, size: int, cost: float, before: float) -> _Edge:
    word = _ALSO_A_WORD if context.text[at:stop] in words() else 0.0
    after = context.after(at, stop)
    if before >= _STRONG or after >= _STRONG:
        named = before >= _FIELD and after >= 1.0  # 我叫高兴。
        word = 0.0 if after >= 1.5 or named else 0.5
    speaks = before + after
    price = (
        _NAME
        + cost
        + word
        - speaks
        + context.org(at, stop, before >= _STRONG)
        + context.place(at, stop, before >= _STRONG)
    )
    return _Edge(stop, price, Name(at, stop, NameForm.FULL, size))


def _with_title(context: Context, at: int, size: int, cost: float, end: int) -> Iterator[_Edge]:
    for more in range(1, min(6, end - at - size) + 1):
        title = context.text[at + size : at + size + more]
        if title in titles():
            behind = at + size + more
            ends = behind == len(context.text) or context.after(at, behind) > 0
            short = 3.0 if title in SHORT_TITLES and not ends else 0.0
            worth = min(context.before(at), 4.0)
            price = _NAME + cost + _TITLE + short - worth + context.org(at)
            name = Name(at, at + size, NameForm.SURNAME, size)
            yield _Edge(at + size + more, price - 0.5 * more, name)


def _known(context: Context, at: int, end: int, known: Known) -> Iterator[_Edge]:
    """Names found elsewhere; one that is a word as well (高兴, 安排) is one only where it may be a name."""
    text = context.text
    for size in range(2, min(6, end - at) + 1):
        piece = text[at : at + size]
        if piece in known.full or piece in known.given:
            price = _SURE if piece in known.full else 2 * _SURE
            if piece in words() and context.before(at) < _STRONG and context.after(at, at + size) < 3.5:
                adverb = at > 0 and text[at - 1] in _ADVERBS
                price += 12.0 if adverb or piece in known.given else 0.0
            form = NameForm.FULL if piece in known.full else NameForm.GIVEN
            surname = next((n for n in (4, 2, 1) if piece[:n] in surnames() and n < size), 0)
            name = Name(at, at + size, form, surname if piece in known.full else 0)
            yield _Edge(at + size, price + context.org(at, at + size), name)


def _foreign(context: Context, at: int, end: int) -> Iterator[_Edge]:
    """Names of other peoples written by their sound: 次仁央宗, 斯琴高娃, 扎西护士."""
    before = context.before(at)
    price = _NAME + 2.0
    for stop in range(at + 1, min(end, at + 7) + 1):
        if context.text[stop - 1] not in SOUNDS:
            return
        price += 3.2
        speaks = max(before, context.after(at, stop)) if stop - at >= 2 else 0.0
        if speaks >= 4 and context.text[at:stop] not in words():
            yield _Edge(stop, price - speaks + context.org(at), Name(at, stop, NameForm.FULL, 0))


def _nicknames(context: Context, at: int, end: int) -> Iterator[_Edge]:
    """Given names alone, behind a strong cue; 阿强 and 小芳 also without one."""
    text = context.text
    if at + 2 > end or text[at : at + 2] in words():
        return
    before, costs = context.before(at), (given(text[at]), given(text[at + 1]))
    name = Name(at, at + 2, NameForm.GIVEN, 0)
    if text[at] == "小" and surnames().get(text[at + 1], 99) < 6:
        return
    if text[at] in "阿小" and costs[1] < 8:
        yield _Edge(at + 2, _NAME + 6.0 + costs[1] - before + context.org(at), name)
    elif before >= _STRONG and max(costs) < 9:
        twice = 5.0 if text[at] == text[at + 1] else 0.0
        price = _NAME + 5.0 + sum(costs) - twice - before - context.after(at, at + 2)
        yield _Edge(at + 2, price + context.org(at) + context.place(at, at + 2, True), name)
