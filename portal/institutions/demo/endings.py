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
from portal.institutions.demo.lists import facts, open_home
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
        "经营困难，举办方决定终止服务。",
        "设施陈旧、安全隐患整改难度大，按照“关停并转”安排关停。",
    ),
    ClosureKind.MERGER: (
        "设施陈旧、护理力量不足，按照农村敬老院撤并方案并入邻近机构集中照料。",
        "与县内机构整合资源，集中供养，合并运营。",
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
        effective = dates[home].ended_on or dates[home].paused_on
        assert effective is not None
        resumes = _resumes(home, dates[home], timeline, number)
        entry = _notice(city, home, dates, effective, resumes, rng)
        timeline.at(effective + timedelta(days=2), entry, hour=10)
        if (again := dates[home].resumed_on) is not None:
            timeline.at(again + timedelta(days=2), _resumed(home, again), hour=10)
    good = [home for home in city.homes if home.live and home.kind is InstitutionKind.NURSING_HOME]
    for number, home in enumerate(good[2::17]):
        timeline.at(timeline.ago(60 - number), revocation(home, timeline.ago(64 - number)), hour=16)


def _notice(
    city: City, home: Home, dates: dict[Home, Dates], effective: date, resumes: date | None, rng: Random
) -> Callable[[], None]:
    kind, state = _AFTER[home.story]

    def enter() -> None:
        moved = home.row.residents or rng.randint(4, 30)
        heir = home.heir
        announced = effective - timedelta(days=rng.choice((30, 45, 60)))
        title = f"{home.county.bureau}：关于{home.known_as}{_WHAT[kind]}的公告"
        told = entering.stated(entering.paper(title, effective, home.county.bureau))
        if heir is not None and heir.record_id is None:
            # The new owner's home begins on the day on which the old one ends.
            open_home(heir, facts(city, heir, dates[heir], effective), told)
        notice = ClosureNotice(
            institution_id=home.id,
            public_id=identity.public_id(rng),
            kind=kind,
            announced_on=announced,
            effective_on=effective,
            resumes_on=resumes,
            reason=_reason(home, kind, moved, rng),
            residents_moved=0 if home.story is Story.OWNER_LEAVES else moved,
            residents_went=_whereto(home, kind, moved, rng),
            successor_id=heir.id if heir else None,
            contact=f"{home.county.bureau}养老服务股 {identity.bureau_telephone(home.county)}",
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
    return {"operating_state": state, "residents": 0, "beds_free": None, "beds_free_as_of": None}


def _resumes(home: Home, dates: Dates, timeline: Timeline, number: int) -> date | None:
    """Return the announced day of resumption: kept by some, unknown for some, past and not kept by one."""
    if home.story is Story.RESUMED:
        return dates.resumed_on
    if home.story is not Story.SUSPENDED:
        return None
    return (timeline.today + timedelta(days=45), None, timeline.ago(12), timeline.today + timedelta(days=90))[
        number % 4
    ]


def _reason(home: Home, kind: ClosureKind, moved: int, rng: Random) -> str:
    if home.story is Story.OWNER_LEAVES:
        return "举办方变更：原举办方终止服务，房屋、设施和全部入住老人由新的举办方接收。"
    if kind is ClosureKind.MERGER and moved < 10:
        return "入住老人不足十人、设施陈旧，按照农村敬老院撤并方案并入区域性养老服务中心。"
    return rng.choice(_REASONS[kind])


def _whereto(home: Home, kind: ClosureKind, moved: int, rng: Random) -> str | None:
    heir = home.heir.known_as if home.heir else None
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
        title = f"{home.county.bureau}：关于{home.known_as}恢复服务的公告"
        source = entering.paper(title, day, home.county.bureau, SourceKind.DOCUMENT)
        told = entering.stated(source)
        changes = {"operating_state": OperatingState.OPERATING, "residents": max(4, home.beds // 3)}
        service.amend_institution(home.row, changes, told)

    return enter
