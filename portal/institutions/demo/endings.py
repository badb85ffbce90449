"""Chapter eight: suspension, closure, merger, conversion (关停并转), and where the residents went (R12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.history.models import SourceKind
from portal.institutions import service
from portal.institutions.demo import entering, identity
from portal.institutions.demo.cast import City, Home, Story
from portal.institutions.demo.legal import Dates
from portal.institutions.demo.ratings import revocation
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import ClosureKind, ClosureNotice, InstitutionKind, OperatingState

_REASONS = {
    ClosureKind.SUSPENSION: (
        "因消防设施改造，施工期间不具备收住条件，暂停服务。",
        "屋面渗漏严重，需整体维修，为保证老人安全暂停服务。",
        "护理型床位改造施工，分批转出老人，暂停服务。",
        "汛期房屋受损，经鉴定须加固后使用，暂停服务。",
    ),
    ClosureKind.CLOSURE: (
        "租赁的房屋到期，未能续租，终止服务。",
        "入住率长期低于两成，经营困难，举办方决定终止服务。",
        "设施陈旧、安全隐患整改难度大，按照“关停并转”安排关停。",
    ),
    ClosureKind.MERGER: (
        "入住老人不足十人、设施陈旧，按照农村敬老院撤并方案并入区域性养老服务中心。",
        "与邻近敬老院整合资源，集中供养，合并运营。",
    ),
    ClosureKind.CONVERSION: (
        "本乡镇集中供养需求减少，转型为社区养老服务中心，提供日间照料、助餐和上门服务。",
    ),
}
_AFTER = {
    Story.CLOSED: (ClosureKind.CLOSURE, OperatingState.CLOSED),
    Story.MERGED: (ClosureKind.MERGER, OperatingState.MERGED),
    Story.OWNER_LEAVES: (ClosureKind.CLOSURE, OperatingState.CLOSED),
    Story.SUSPENDED: (ClosureKind.SUSPENSION, OperatingState.SUSPENDED),
    Story.RESUMED: (ClosureKind.SUSPENSION, OperatingState.SUSPENDED),
    Story.CONVERTED: (ClosureKind.CONVERSION, None),
}


def schedule(city: City, timeline: Timeline, dates: dict[Home, Dates]) -> None:
    """Plan the notices of every home whose story needs one, resumptions and revoked grades."""
    for number, home in enumerate(city.of(*_AFTER)):
        rng = city.rng("ending", home.key)
        effective = dates[home].ended_on or timeline.ago(rng.randint(20, 160))
        if home.story is Story.RESUMED:
            effective = timeline.ago(rng.randint(210, 330))
        effective = effective.replace(day=min(max(effective.day, 10), 24))
        if effective > timeline.ago(4):
            effective = timeline.ago(10)
        timeline.at(effective + timedelta(days=2), _notice(home, effective, timeline, rng), hour=10)
        if home.story is Story.RESUMED:
            again = effective + timedelta(days=95 + number)
            again = again.replace(day=min(max(again.day, 10), 24))
            timeline.at(again + timedelta(days=2), _resumed(home, again), hour=10)
    good = [home for home in city.homes if home.live and home.kind is InstitutionKind.NURSING_HOME]
    for number, home in enumerate(good[2::17]):
        timeline.at(timeline.ago(60 - number), revocation(home, timeline.ago(64 - number)), hour=16)


def _notice(home: Home, effective: date, timeline: Timeline, rng: Random) -> Callable[[], None]:
    kind, state = _AFTER[home.story]

    def enter() -> None:
        moved = home.row.residents or rng.randint(4, 30)
        announced = effective - timedelta(days=rng.choice((30, 45, 60)))
        title = f"{home.county.bureau}：关于{home.row.name}{_WHAT[kind]}的公告"
        told = entering.stated(entering.paper(title, effective, home.county.bureau))
        notice = ClosureNotice(
            institution_id=home.id,
            public_id=identity.public_id(rng),
            kind=kind,
            announced_on=announced,
            effective_on=effective,
            resumes_on=_resumes(home, effective, timeline, rng),
            reason=_reason(home, kind, rng),
            residents_moved=0 if home.story is Story.OWNER_LEAVES else moved,
            residents_went=_whereto(home, kind, moved, rng),
            successor_id=home.heir.id if home.heir and home.heir.record_id else None,
            contact=f"{home.county.bureau}养老服务股 {identity.telephone(900 + int(home.county.code[-1]))}",
        )
        service.enter(notice, told)
        service.amend_institution(home.row, _becomes(home, state), told)

    return enter


_WHAT = {
    ClosureKind.SUSPENSION: "暂停服务",
    ClosureKind.CLOSURE: "终止服务",
    ClosureKind.MERGER: "合并",
    ClosureKind.CONVERSION: "转型",
}


def _becomes(home: Home, state: OperatingState | None) -> dict[str, Any]:
    if state is None:
        return {
            "kind": InstitutionKind.COMMUNITY_CENTRE,
            "beds_total": 12,
            "beds_nursing": 0,
            "residents": 0,
            "beds_free": None,
            "beds_free_as_of": None,
            "description": "原为乡镇敬老院，现提供日间照料、助餐和上门服务，留有短住床位12张。",
        }
    changes: dict[str, Any] = {"operating_state": state, "beds_free": None, "beds_free_as_of": None}
    if home.story is not Story.SUSPENDED and home.story is not Story.RESUMED:
        changes["residents"] = 0
    return changes


def _resumes(home: Home, effective: date, timeline: Timeline, rng: Random) -> date | None:
    if home.story is Story.RESUMED:
        return effective + timedelta(days=95)
    if home.story is not Story.SUSPENDED or rng.random() < 0.3:
        return None
    return timeline.today + timedelta(days=rng.choice((-12, 20, 45, 90)))


def _reason(home: Home, kind: ClosureKind, rng: Random) -> str:
    if home.story is Story.OWNER_LEAVES:
        return "举办方变更：原举办方终止服务，房屋、设施和全部入住老人由新的举办方接收。"
    return rng.choice(_REASONS[kind])


def _whereto(home: Home, kind: ClosureKind, moved: int, rng: Random) -> str | None:
    heir = home.heir.row.name if home.heir and home.heir.record_id else None
    if home.story is Story.OWNER_LEAVES:
        return f"{moved}位老人全部留在原址，由{heir}继续照料，服务协议重新签订，收费标准一年内不变。"
    if kind is ClosureKind.SUSPENSION:
        family = rng.randint(1, max(1, moved // 3))
        return f"{family}位老人由家属接回，其余{moved - family}位转到同县其他机构，恢复服务后可优先回住。"
    if kind is ClosureKind.CONVERSION:
        return f"{moved}位特困老人转入{heir or '县社会福利院'}集中供养，转出前已征求本人意见。"
    if heir is None or rng.random() < 0.2:
        return None
    family = rng.randint(0, max(0, moved // 4))
    rest = f"，{family}位由家属接回家中" if family else ""
    return f"{moved - family}位老人转入{heir}{rest}。转出前已征求老人和家属意见，余款和押金全部退还。"


def _resumed(home: Home, day: date) -> Callable[[], None]:
    def enter() -> None:
        title = f"{home.county.bureau}：关于{home.row.name}恢复服务的公告"
        source = entering.paper(title, day, home.county.bureau, SourceKind.DOCUMENT)
        told = entering.stated(source)
        service.amend_institution(home.row, {"operating_state": OperatingState.OPERATING}, told)

    return enter
