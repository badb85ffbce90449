"""How good a search is on the judged queries: mean reciprocal rank, recall, and what it missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.judged.judged_set import CLASSES, Home, JudgedSetError, Query, plain

RANKS = 20
"""A right answer further down counts as not found: nobody turns the page."""
FIRST_PAGE = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search answers: homes found, best first, and the names that 您是不是要找 offers, best first."""

    names: Sequence[tuple[str, str | None]]
    """(name, county's region code) of each home found; give all of them, ``Judgement.recall`` counts them."""
    suggested: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """One query judged. Recalls are None where they are not judged."""

    query: Query
    reciprocal_rank: float
    recall_at_10: float | None
    """Share of the right homes among the first ten answers; ten of them at most can be asked for."""
    recall: float | None
    """Share of the right homes anywhere in the answer."""
    misses: tuple[str, ...]
    """What was missed, in words."""
    forbidden: tuple[str, ...]
    """Homes that were found and must not be."""


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one class, or of all."""

    kind: str
    queries: int
    mrr: float
    recall_at_10: float | None
    recall: float | None
    missed: int


@dataclass(frozen=True, slots=True)
class Report:
    """All judgements of one search."""

    judgements: tuple[Judgement, ...]

    def row(self, *kinds: str) -> Row:
        """Return the figures of these classes together; of all without any."""
        chosen = [one for one in self.judgements if not kinds or one.query.kind in kinds]
        if not chosen:
            raise ValueError(f"no query was judged in {', '.join(kinds)}")
        return Row(
            kind=", ".join(kinds) or "all",
            queries=len(chosen),
            mrr=_mean([one.reciprocal_rank for one in chosen]) or 0.0,
            recall_at_10=_mean([one.recall_at_10 for one in chosen if one.recall_at_10 is not None]),
            recall=_mean([one.recall for one in chosen if one.recall is not None]),
            missed=sum(bool(one.misses or one.forbidden) for one in chosen),
        )

    @property
    def mrr(self) -> float:
        """Mean reciprocal rank over all queries."""
        return self.row().mrr

    @property
    def rows(self) -> tuple[Row, ...]:
        """Figures per class, in the order of ``CLASSES``, those without a query left out."""
        judged = {one.query.kind for one in self.judgements}
        return tuple(self.row(kind) for kind in CLASSES if kind in judged)

    @property
    def missed(self) -> tuple[Judgement, ...]:
        """What was missed, or found and must not be."""
        return tuple(one for one in self.judgements if one.misses or one.forbidden)

    @property
    def forbidden(self) -> tuple[Judgement, ...]:
        """Where a home was found that must not be: excluded, withdrawn, or silently put in another place."""
        return tuple(one for one in self.judgements if one.forbidden)

    def text(self, title: str) -> str:
        """Return the figures as a plain-text table, and under it every miss."""
        lines = [title, f"{'class':<24}{'queries':>8}{'MRR':>8}{'recall@10':>11}{'recall':>8}{'missed':>8}"]
        lines += [
            f"{row.kind:<24}{row.queries:>8}{row.mrr:>8.3f}{_share(row.recall_at_10):>11}"
            f"{_share(row.recall):>8}{row.missed:>8}"
            for row in (*self.rows, self.row())
        ]
        for one in self.missed:
            what = (*one.misses, *(f"found, and must not be: {name}" for name in one.forbidden))
            lines.append(f"- {one.query.kind} {one.query.text!r}: {'; '.join(what)}")
        return "\n".join(lines)


def judge(queries: Sequence[Query], answer: Callable[[str], Answer]) -> Report:
    """Ask ``answer`` every query and judge what it says.

    ``queries``: resolved ones (``judged_set.resolve``); raises JudgedSetError for one that is not.
    """
    if unresolved := [query.text for query in queries if query.all_containing]:
        raise JudgedSetError(f"resolve the queries first: {unresolved[0]!r} has no complete set yet")
    return Report(tuple(judge_one(query, answer(query.text)) for query in queries))


def judge_one(query: Query, answer: Answer) -> Judgement:
    """Judge one answer."""
    found = _Found(query, answer)
    forbidden = tuple(
        str(home) for home in query.not_found if any(home.is_(name, county) for name, county in answer.names)
    )
    if query.kind == "nothing":
        score = 0.0 if answer.names else 1.0
        if answer.names:
            found.misses.append(f"{len(answer.names)} found, first {answer.names[0][0]}")
        return Judgement(query, score, None, None, tuple(found.misses), forbidden)
    score = found.suggestion() if query.suggested else found.reciprocal_rank()
    at_10, whole = found.recalls() if query.complete else (None, None)
    return Judgement(query, score, at_10, whole, tuple(found.misses), forbidden)


@dataclass(slots=True)
class _Found:
    """One answer held against its query; collects what was missed."""

    query: Query
    answer: Answer
    misses: list[str] = field(default_factory=list)

    def suggestion(self) -> float:
        wanted = plain(self.query.suggested or "")
        for rank, name in enumerate(self.answer.suggested[:RANKS], 1):
            if plain(name) == wanted:
                if rank > 1:
                    self.misses.append(f"{self.query.suggested} is suggestion {rank}")
                return 1 / rank
        offered = "、".join(self.answer.suggested[:3]) or "nothing"
        self.misses.append(f"{self.query.suggested} is not suggested, but {offered}")
        return 0.0

    def reciprocal_rank(self) -> float:
        """1 / rank of the first right home; where one must be first, of that one."""
        wanted = self.query.right[:1] if self.query.first else self.query.right
        for rank, (name, county) in enumerate(self.answer.names[:RANKS], 1):
            if any(home.is_(name, county) for home in wanted):
                if rank > 1:
                    above = self.answer.names[0][0]
                    self.misses.append(f"{name} is at rank {rank}, first is {above}")
                return 1 / rank
        above = f"{self.answer.names[0][0]} is first" if self.answer.names else "nothing is found"
        self.misses.append(f"{wanted[0]} is not among the first {RANKS}: {above}")
        return 0.0

    def recalls(self) -> tuple[float, float]:
        """Shares of the right homes on the first page and in the whole answer."""
        page = self._right_among(self.answer.names[:FIRST_PAGE])
        asked = min(FIRST_PAGE, len(self.query.right))
        if len(page) < asked:
            wanting = [str(home) for home in self.query.right if home not in page]
            self.misses.append(f"{len(page)} of {asked} on the first page, lacking {'、'.join(wanting[:3])}")
        return len(page) / asked, len(self._right_among(self.answer.names)) / len(self.query.right)

    def _right_among(self, names: Sequence[tuple[str, str | None]]) -> list[Home]:
        there = set(names)
        anywhere = {name for name, _ in names}
        return [
            home
            for home in self.query.right
            if (home.name in anywhere if home.county is None else (home.name, home.county) in there)
        ]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
