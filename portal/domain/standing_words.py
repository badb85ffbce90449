"""Words that stand out: what this month's suggestions speak of more than those of the months before (R40).

Nobody made a list of words beforehand: a word is a run of characters that keeps standing beside different
neighbours (电动车 does; 动车 always has 电 before it, so it is no word of its own). How far a word stands out
is measured as log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn, "Fightin' Words",
2008) over the numbers of texts that say it, in standard errors; so a word of one eager writer never leads.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

LEAST_TEXTS = 3
"""Texts of the month that say a word: below that it would tell of single writers."""
LEAST_SHARE = 0.01
"""Of the month's texts: among thousands of words, some rare ones lead by chance alone."""
LEAST_BEFORE = 20
"""Texts of the months before, below which nothing can be compared."""
STANDS_OUT = 2.33
"""Standard errors: as much would come about by chance in one word of a hundred."""
PRIOR = 20.0
"""Texts' weight of what is said altogether: it keeps rare words from seeming greater than they are."""
SHORTEST, LONGEST = 2, 6
"""Characters of a word."""
TIED = 0.75
"""A run of characters that has the same neighbour in more of its places is a part of a longer word."""

_EDGE = ""
"""The neighbour of a word at the end of a run: as good as a different one each time."""

_CUT_WORDS = (
    "为什么|有没有|能不能|可不可以|是不是|多一些|没人|有人|不能|不要|不够|希望|建议|请问|可以|应该|"
    "应当|"
    "需要|现在|已经|一个|一些|一下|一直|一点|一样|什么|怎么|没有|比较|非常|特别|因为|所以|但是|"
    "如果|或者|以及|还有|还是|有的|每天|每次|每个|很多|不少|几个|时候|地方|问题|政府|有关|相关|"
    "部门|方面|进行|增加|增设|解决|加强|大家|自己|觉得|知道|而且|然后|经常|总是|这样|那样|方便|"
    "不便|尽快|真的|许多|目前|其他|我们|他们|你们"
)
"""Words between words, the longer first: they say nothing by themselves."""
_CUT_CHARACTERS = "的了吗呢吧啊呀是很太都也又把被们我你您他她它这那哪个些么没不和及或与在而但其之若则且跟"
_NEVER_FIRST = frozenset("有能会要可对为从向让给得着应该更最再才只每各以于由将还就请到里")
_NEVER_LAST = frozenset("有能会要可对为从向让给得着应该更最再才只每各以于由将还就请到等里多少好太很")

_RUN = re.compile(r"[\u4e00-\u9fff]+")
_CUT = re.compile(f"{_CUT_WORDS}|[{_CUT_CHARACTERS}]")


@dataclass(frozen=True, slots=True)
class StandingWord:
    """A word, and in how many texts it is said: ``now`` of this month, ``before`` of the months before."""

    word: str
    now: int
    before: int
    score: float
    """Log-odds in standard errors, at least STANDS_OUT."""


def standing_words(now: Sequence[str], before: Iterable[str], most: int = 10) -> tuple[StandingWord, ...]:
    """Return the words that stand out, the most telling first; none where there is too little to compare.

    ``now``: this month's texts; ``before``: those of the months before. No word is part of another.
    """
    texts = [_runs(text) for text in now]
    earlier = [_runs(text) for text in before]
    said = _often_said(texts, max(LEAST_TEXTS, math.ceil(LEAST_SHARE * len(texts))))
    known = said.keys()
    if len(earlier) < LEAST_BEFORE or not known:
        return ()
    said_before = Counter(word for runs in earlier for word in _words_of(runs) if word in known)
    beside = _neighbours((*texts, *earlier), known)
    scored = [
        StandingWord(word, said[word], said_before[word], round(score, 2))
        for word in known
        if _is_word(word, beside[word])
        and (score := _score(said[word], len(texts), said_before[word], len(earlier))) >= STANDS_OUT
    ]
    return _apart(scored, most)


def _runs(text: str) -> list[str]:
    """Return the stretches of characters that words may stand in: nothing runs over a stop or a particle."""
    plain = unicodedata.normalize("NFKC", text)
    return [part for run in _RUN.findall(plain) for part in _CUT.split(run) if part and len(part) >= SHORTEST]


def _often_said(texts: Sequence[Iterable[str]], least: int) -> dict[str, int]:
    """Return in how many texts each stretch is said that ``least`` of them say.

    Length by length: a stretch can't be said more often than what it begins and ends with.
    """
    found: dict[str, int] = {}
    for length in range(SHORTEST, LONGEST + 1):
        counts: Counter[str] = Counter()
        for runs in texts:
            counts.update(
                {
                    word
                    for run in runs
                    for start in range(len(run) - length + 1)
                    if (word := run[start : start + length])
                    and (length == SHORTEST or (word[:-1] in found and word[1:] in found))
                }
            )
        fresh = {word: count for word, count in counts.items() if count >= least}
        if not fresh:
            break
        found |= fresh
    return found


def _words_of(runs: Iterable[str]) -> set[str]:
    """Return every stretch of a text that could be a word, each once."""
    return {run[start:end] for run in runs for start, end in _spans(run)}


def _spans(run: str) -> Iterator[tuple[int, int]]:
    for start in range(len(run) - SHORTEST + 1):
        for end in range(start + SHORTEST, min(start + LONGEST, len(run)) + 1):
            yield start, end


def _neighbours(
    texts: Iterable[Iterable[str]], known: Collection[str]
) -> Mapping[str, tuple[Counter[str], Counter[str]]]:
    """Return which characters stand before and after each word, wherever it stands."""
    found: dict[str, tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
    for runs in texts:
        for run in runs:
            for start, end in _spans(run):
                word = run[start:end]
                if word in known:
                    left, right = found[word]
                    left[run[start - 1] if start else _EDGE] += 1
                    right[run[end] if end < len(run) else _EDGE] += 1
    return found


def _is_word(word: str, beside: tuple[Counter[str], Counter[str]]) -> bool:
    if word[0] in _NEVER_FIRST or word[-1] in _NEVER_LAST:
        return False
    return all(_loosest(side) <= TIED for side in beside)


def _loosest(side: Counter[str]) -> float:
    """Return how much of a side one and the same neighbour has; ends of runs are all different ones."""
    return max((count for letter, count in side.items() if letter != _EDGE), default=0) / side.total()


def _score(now: int, texts: int, before: int, earlier: int) -> float:
    """Return the log-odds ratio of ``now`` of ``texts`` to ``before`` of ``earlier``, in standard errors."""
    share = (now + before) / (texts + earlier)
    if share == 1:  # every text says it
        return 0.0
    weight, rest = PRIOR * share, PRIOR * (1 - share)
    odds = math.log((now + weight) / (texts - now + rest))
    odds_before = math.log((before + weight) / (earlier - before + rest))
    return (odds - odds_before) / math.sqrt(1 / (now + weight) + 1 / (before + weight))


def _apart(scored: Iterable[StandingWord], most: int) -> tuple[StandingWord, ...]:
    """Return the best, none of which holds another. Equal ones: the shorter, which stands by itself."""
    chosen: list[StandingWord] = []
    for one in sorted(scored, key=lambda one: (-one.score, len(one.word), one.word)):
        if len(chosen) == most:
            break
        if not any(one.word in other.word or other.word in one.word for other in chosen):
            chosen.append(one)
    return tuple(chosen)
