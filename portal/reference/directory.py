"""The directory of regions in memory, kept by the application until the table changes."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import func, select

from portal.extensions import db
from portal.reference.models import Region
from portal.reference.regions import RegionDirectory


def region_directory() -> RegionDirectory:
    """Return the directory, read anew when the number of regions has changed (a demo city came or went)."""
    count = db.session.scalar(select(func.count()).select_from(Region)) or 0
    kept: tuple[int, RegionDirectory] | None = current_app.extensions.get("region_directory")
    if kept is None or kept[0] != count:
        kept = current_app.extensions["region_directory"] = (count, RegionDirectory.load(db.session()))
    return kept[1]
