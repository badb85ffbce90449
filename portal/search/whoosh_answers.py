"""What one commit of a Whoosh index answers: plans carried out on the sets of its segments."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from portal.search.nodes import Term
from portal.search.plan import Plan, Tiers, everything, plan
from portal.search.ports import MOST_RANKED, Found, Hit, Request, Tier
from portal.search.whoosh_segment import SegmentView, ranks_of

_MOST_ANSWERS = 128


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The index as of one commit: its segments and, for each, the documents that count."""

    generation: str
    segments: tuple[tuple[SegmentView, int], ...]
    answers: OrderedDict[Request, Found]


def find_once(snapshot: Snapshot, request: Request) -> Found:
    """Return the answer, from memory if the same was asked of the same commit."""
    found = snapshot.answers.get(request)
    if found is None:
        found = snapshot.answers[request] = _find(snapshot, request)
        if len(snapshot.answers) > _MOST_ANSWERS:
            snapshot.answers.popitem(last=False)
    return found


def _find(snapshot: Snapshot, request: Request) -> Found:
    if not request.query:
        return Found()
    tiers, everywhere = tiers_in_force(snapshot, plan(request.query, request.names_only, request.halves))
    kinds: Counter[str] = Counter()
    regions: Counter[str] = Counter()
    within = []
    for (view, _), members in zip(snapshot.segments, everywhere, strict=True):
        in_region = members & filtered(view, "g", request.region)
        of_kind = members & filtered(view, "k", request.kind)
        within.append(in_region & of_kind)
        for kind in view.kinds:
            kinds[kind] += (in_region & filtered(view, "k", kind)).bit_count()
        regions.update(view.region_counts(of_kind))
    last = min(MOST_RANKED, request.offset + request.limit)
    return Found(
        tuple(islice(_ranked(tiers, snapshot, within), request.offset, last)),
        sum(members.bit_count() for members in within),
        True,
        {kind: count for kind, count in kinds.items() if count},
        regions,
    )


def tiers_in_force(snapshot: Snapshot, wanted: Plan) -> tuple[Tiers, list[int]]:
    """Return the tiers that are in force, and what they find in each segment."""

    def found_by(tiers: Tiers) -> list[int]:
        node = everything(tiers)
        return [view.members(node) & live & ~view.members(wanted.refused) for view, live in snapshot.segments]

    tiers = wanted.tiers + wanted.more if any(found_by(wanted.tiers)) else wanted.last_resort
    return tiers, found_by(tiers)


def filtered(view: SegmentView, letter: str, value: str | None) -> int:
    """Return the documents of a kind (``k``) or region (``g``); all of them where none is asked for."""
    return -1 if value is None else view.members(Term(f"{letter}:{value}"))


def _ranked(tiers: Tiers, snapshot: Snapshot, within: Sequence[int]) -> Iterator[Hit]:
    """Yield the hits: tier by tier, within one by their own order across the segments."""
    left = list(within)
    for tier, node in tiers:
        streams = []
        for number, (view, _) in enumerate(snapshot.segments):
            if not left[number]:
                continue
            members = view.members(node) & left[number]
            left[number] &= ~members
            streams.append(_in_order(view, members))
        for _, view, rank in merge(*streams, key=lambda entry: entry[0]):
            yield hit_of(view, rank, tier)
        if not any(left):
            return


def _in_order(view: SegmentView, members: int) -> Iterator[tuple[bytes, SegmentView, int]]:
    return ((view.orders[rank], view, rank) for rank in ranks_of(members)[:MOST_RANKED].tolist())


def hit_of(view: SegmentView, rank: int, tier: Tier) -> Hit:
    """Return a document of a segment as a hit."""
    kind, record_id, _ = view.stored(rank)
    return Hit(kind, record_id, tier)
