"""Public suggestions that say what somebody is about to say: "42 others said this, add your voice".

At the same cost however many there are: each of a text's few terms gives its newest ``POSTINGS`` suggestions
at most; those that most terms name are read and compared word by word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from sqlalchemy import literal, select, union_all

from portal.domain.likeness import alikeness, meaning_of, terms_of
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionKind
from portal.topics.models import Suggestion, SuggestionTerm

POSTINGS = 50
"""Suggestions that one term names."""
COMPARED = 40
"""Suggestions that are compared word by word."""
ALIKE_FROM = 0.3
"""What is less alike (``domain.likeness.alikeness``) is not offered."""
_NEAR, _SAME_KIND = 0.15, 0.05
"""How much nearer a suggestion of the same place and the same kind is to what is meant."""


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """A look-alike. ``share``: from 0 to 1, how much it says the same."""

    public_id: str
    title: str
    text: str
    supports: int
    region_code: str
    region: str
    answered: bool
    share: float


def alike(
    text: str,
    region_code: str | None = None,
    kind: SuggestionKind | None = None,
    limit: int = 5,
    but: int | None = None,
) -> list[AlikeRow]:
    """Return public suggestions that say the same as ``text``, the likest first; of equals the most wanted.

    Those of the same place (of what lies above or beneath it too) come before those of others. ``but``: a
    suggestion that is not among them. Three queries.
    """
    meaning, terms = meaning_of(text), terms_of(text)
    ids = [one for one in _named_most(terms) if one != but][:COMPARED]
    if not ids:
        return []
    columns = (
        Suggestion.public_id,
        Suggestion.title,
        Suggestion.text,
        Suggestion.supports,
        Suggestion.region_code,
        Suggestion.kind,
        Suggestion.answered_at,
    )
    rows = db.session.execute(
        select(*columns).where(Suggestion.id.in_(ids), Suggestion.published_at.is_not(None))
    )
    regions = region_directory()
    near = set[str]()
    if region_code is not None and regions.get(region_code) is not None:
        near = {*regions.within(region_code), *(one.code for one in regions.ancestors(region_code))}
    found: list[tuple[float, AlikeRow]] = []
    for row in rows:
        share = alikeness(meaning, meaning_of(f"{row.title}\n{row.text}"))
        if share < ALIKE_FROM:
            continue
        label = regions.label(row.region_code)
        answered = row.answered_at is not None
        view = AlikeRow(
            row.public_id, row.title, row.text, row.supports, row.region_code, label, answered, share
        )
        nearness = _NEAR * (row.region_code in near) + _SAME_KIND * (kind is not None and row.kind is kind)
        found.append((share + nearness, view))
    # what is about as much alike is told apart by how many said so
    found.sort(key=lambda one: (-round(one[0], 1), -one[1].supports, -one[0], one[1].public_id))
    return [view for _, view in found[:limit]]


def _named_most(terms: Sequence[int]) -> list[int]:
    """Return the suggestions that the terms name, those named by most and by the rarest terms first."""
    if not terms:
        return []
    postings = [
        select(
            select(literal(place).label("place"), SuggestionTerm.suggestion_id)
            .where(SuggestionTerm.term == term)
            .order_by(SuggestionTerm.suggestion_id.desc())
            .limit(POSTINGS)
            .subquery()
        )
        for place, term in enumerate(terms)
    ]
    rows = [(place, number) for place, number in db.session.execute(union_all(*postings))]
    how_many = Counter(place for place, _ in rows)
    weights: Counter[int] = Counter()
    for place, number in rows:
        weights[number] += round(1_000 / log2(1 + how_many[place]))
    return sorted(weights, key=lambda number: (-weights[number], -number))
