"""Taking a file of boundaries in: read, match, write, and tell what became of each entry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal.extensions import db
from portal.reference.boundaries import BoundarySource, enter_boundary
from portal.reference.boundary_files import (
    BoundaryFileRefused,
    Matched,
    Unmatched,
    match_features,
    read_boundary_file,
)
from portal.reference.regions import RegionDirectory


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: regions that now have a boundary, and entries that were left out."""

    matched: list[Matched]
    unmatched: list[Unmatched]
    points: int
    """Points kept, over all boundaries."""


def load_boundaries(path: Path, source: BoundarySource) -> Loaded:
    """Write the boundaries of a GeoJSON file. Flushes. Raises BoundaryFileRefused if nothing in it fits."""
    features, unusable = read_boundary_file(path)
    regions = RegionDirectory.load(db.session())
    matched, unknown = match_features(features, regions)
    unmatched = sorted([*unusable, *unknown], key=lambda entry: entry.number)
    if not matched:
        first = unmatched[0]
        raise BoundaryFileRefused(
            f"没有一个图形能对应到行政区划，什么都没有写入。例如第{first.number}个（{first.called}）：{first.reason}。"
        )
    points = 0
    for found in matched:
        boundary = enter_boundary(found.region_code, found.polygons, source)
        points += sum(len(ring) for polygon in boundary.polygons for ring in polygon)
    return Loaded(matched, unmatched, points)
