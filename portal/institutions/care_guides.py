"""Writing a county's guide to concentrated care (R5): one guide a county, and who may keep it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.domain.errors import DomainError
from portal.extensions import db
from portal.history import keeper
from portal.history.keeper import Provenance
from portal.institutions import service
from portal.institutions.models import CareGuide
from portal.institutions.queries.standing import newest_revision
from portal.reference.directory import region_directory
from portal.reference.gb2260 import RegionLevel


class GuideNotYours(DomainError):
    """A guide of a county outside of the writer's region, or not the writer's department's to keep."""


class GuideOvertaken(DomainError):
    """Somebody else has written the guide since the form was opened."""


def write_guide(
    region_code: str, facts: Mapping[str, Any], provenance: Provenance, scope: Scope, *, seen: int
) -> bool:
    """Enter the guide of a county, or state its new facts; return False if they say nothing new. Flushes.

    ``seen``: the guide's newest revision when the form was opened, 0 if there was none. Raises GuideNotYours,
    GuideOvertaken.
    """
    if not scope.may_write(CareGuide.record_kind, region_code) or not keeps_guides(region_code):
        raise GuideNotYours("这个地区的照护指南不归您登记")
    keeper.take_turn()
    mine = select(CareGuide).where(CareGuide.region_code == region_code)
    guide = db.session.scalar(mine.execution_options(populate_existing=True))
    if (0 if guide is None or guide.withdrawn else newest_revision(guide)) != seen:
        raise GuideOvertaken("您打开这一页以后，别人改过这份指南；请对照下面“现在登记的”再提交一次")
    if guide is None:
        service.enter(CareGuide(region_code=region_code, **facts), provenance)
        return True
    again = {"withdrawn": False} if guide.withdrawn else {}
    return service.amend(guide, {**facts, **again}, provenance)


def keeps_guides(region_code: str) -> bool:
    """True for a county in force: guides are a county's."""
    row = region_directory().get(region_code)
    return row is not None and row.until is None and row.level is RegionLevel.COUNTY
