"""Care guides as staff see them (R5): every county of their scope, with or without one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.extensions import db
from portal.history.queries import SourceLine, Trail, trail_of
from portal.institutions.care_guides import keeps_guides
from portal.institutions.models import CareGuide
from portal.institutions.queries.list_sources import lines_of
from portal.institutions.queries.scoping import visible
from portal.institutions.queries.standing import newest_revision
from portal.reference.directory import region_directory


@dataclass(frozen=True, slots=True)
class CountyGuideRow:
    """One county and its guide, None where it has none."""

    code: str
    label: str
    guide: CareGuide | None
    source: SourceLine | None

    @property
    def newest(self) -> int:
        """The guide's newest revision, 0 where there is no guide."""
        return 0 if self.guide is None else newest_revision(self.guide)


def staff_guides(codes: Collection[str], scope: Scope) -> list[CountyGuideRow]:
    """Return the counties among ``codes`` that lie within the scope: those without a guide first."""
    query = select(CareGuide).where(CareGuide.withdrawn.is_(False), *visible(CareGuide, scope))
    guides = {guide.region_code: guide for guide in db.session.scalars(query)}
    sources, regions = lines_of(list(guides.values())), region_directory()
    rows = []
    for code in sorted(codes):
        row = regions.get(code)
        if row is None or row.until is not None or row.level != "county" or not scope.covers(code):
            continue
        guide = guides.get(code)
        rows.append(
            CountyGuideRow(code, row.name, guide, sources.get(guide.id) if guide is not None else None)
        )
    return sorted(rows, key=lambda one: one.guide is not None)


def staff_guide(region_code: str, scope: Scope) -> CountyGuideRow | None:
    """Return one county of the scope with its guide, None for anything that keeps no guide there."""
    if not scope.covers(region_code) or not keeps_guides(region_code):
        return None
    guide = db.session.scalar(
        select(CareGuide).where(CareGuide.region_code == region_code, CareGuide.withdrawn.is_(False))
    )
    source = lines_of([guide]).get(guide.id) if guide is not None else None
    return CountyGuideRow(region_code, region_directory().label(region_code), guide, source)


def guide_history(rows: Sequence[CountyGuideRow]) -> dict[str, Trail]:
    """Return what was stated about the guides of these counties, by the county's code."""
    trails = trail_of([f"region/{row.code}" for row in rows])
    return {row.code: trails[f"region/{row.code}"] for row in rows}
