"""What is to be done next about an unregistered home, in words."""

from __future__ import annotations

from portal.domain.unregistered_home import Stage
from portal.institutions.models import Disposition
from portal.institutions.queries.unregistered_staff import StaffHome

_NEXT = {
    Stage.FOUND: "上门核实",
    Stage.VERIFIED: "书面告知经营者",
    Stage.TOLD: "等异议期满，由审核公开",
    Stage.LISTED: "作出处置",
    Stage.SETTLED: "",
    Stage.REMOVED: "",
}


def next_of(home: StaffHome) -> str:
    """Return what is to be done next, in words."""
    if home.stage is Stage.LISTED and home.record.disposition is not None:
        return "关停满期后撤下" if home.record.disposition is Disposition.SHUT else "跟进处置结果"
    return _NEXT[home.stage]
