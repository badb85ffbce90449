"""How many suggestions there are, by kind, region and stage: read from the kept counts, never counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.extensions import db
from portal.institutions.queries.places import RegionChoice, RegionFilter
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionKind, SuggestionStage
from portal.topics.models import SuggestionCount

SHOWN = (SuggestionStage.OPEN, SuggestionStage.ANSWERED, SuggestionStage.DONE)
"""Stages that everybody reads."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many each choice would show, each filter counted under the others. ``total``: of this choice."""

    total: int
    everything: int
    kinds: dict[SuggestionKind, int]
    stages: dict[SuggestionStage, int]
    regions: RegionFilter
    places: frozenset[str]
    """Regions that have any at all."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The column in numbers: all that ever came in, and where they stand."""

    received: int
    stages: dict[SuggestionStage, int]

    @property
    def public(self) -> int:
        """How many everybody can read."""
        return sum(self.stages.get(stage, 0) for stage in SHOWN)


def counts(
    region: str | None,
    kind: SuggestionKind | None,
    stage: SuggestionStage | None,
    scope: Scope,
    stages: tuple[SuggestionStage, ...] = SHOWN,
) -> Counts:
    """Return the counts of a list and of its filters; one query of some hundred rows."""
    inside = region_directory().within(region) if region else None
    kinds: Counter[SuggestionKind] = Counter()
    per_stage: Counter[SuggestionStage] = Counter()
    places: Counter[str] = Counter()
    total = everything = 0
    present = set[str]()
    for code, of_kind, at, number in _kept(scope):
        if at not in stages or not number:
            continue
        present.add(code)
        everything += number
        here, same_kind, same_stage = (
            inside is None or code in inside,
            kind in (None, of_kind),
            stage in (None, at),
        )
        kinds[of_kind] += number if here and same_stage else 0
        per_stage[at] += number if here and same_kind else 0
        places[code] += number if same_kind and same_stage else 0
        total += number if here and same_kind and same_stage else 0
    return Counts(
        total,
        everything,
        {one: kinds[one] for one in SuggestionKind if kinds[one]},
        {one: per_stage[one] for one in stages},
        _regions(places, region),
        frozenset(present),
    )


def overview(scope: Scope, region: str | None = None) -> Overview:
    """Return the column in numbers, of a region with everything beneath it or of all."""
    inside = region_directory().within(region) if region else None
    stages: Counter[SuggestionStage] = Counter()
    for code, _, at, number in _kept(scope):
        if inside is None or code in inside:
            stages[at] += number
    return Overview(stages.total(), {one: stages[one] for one in SuggestionStage})


def _kept(scope: Scope) -> list[tuple[str, SuggestionKind, SuggestionStage, int]]:
    row = SuggestionCount
    found = db.session.execute(select(row.region_code, row.kind, row.stage, row.number))
    return [(code, kind, stage, number) for code, kind, stage, number in found if scope.covers(code)]


def _regions(places: Counter[str], chosen: str | None) -> RegionFilter:
    """Return the regions that suggestions stand under, cities and counties alike."""
    regions = region_directory()

    def choice(code: str) -> RegionChoice:
        within = regions.within(code)
        return RegionChoice(
            code, regions.path_label(code, " "), sum(n for c, n in places.items() if c in within)
        )

    codes = sorted({*places, *([chosen] if chosen else [])})
    return RegionFilter(
        chosen, regions.label(chosen) if chosen else None, (), tuple(choice(code) for code in codes)
    )
