"""Chapter nine: homes found without registration, at every step before and after publication (R1, R2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.extensions import db
from portal.history import keeper
from portal.history.models import SourceKind
from portal.institutions import service
from portal.institutions.demo import entering, identity
from portal.institutions.demo.cast import City, Home, Story
from portal.institutions.demo.legal import Dates
from portal.institutions.demo.regions import COUNTY_BY_CODE
from portal.institutions.demo.timeline import Timeline
from portal.institutions.models import Disposition, FoundHow, UnregisteredHome

_NURSING_SUFFIX = re.compile("养老院$|颐养院$|养老服务中心$|长者之家$|敬养院$|养护院$")
_TITLE = "未登记养老服务场所排查处置台账"


@dataclass(frozen=True, slots=True)
class _Stray:
    """One such home; days are counted back from today, None where the step has not come."""

    region: str
    township: str
    name: str
    found: int
    how: FoundHow
    told: int | None = None
    """Verified five days before."""
    objection_ended: int | None = None
    disposition: Disposition | None = None
    decided: int | None = None
    residents: int | None = None
    dwelling: bool = False
    removed: int | None = None
    note: str | None = None
    address: str | None = None


_STRAYS: tuple[_Stray, ...] = (
    _Stray("990102", "榴巷街道", "榴巷街道某商铺内“暖巷”托老点", 9, FoundHow.PUBLIC_REPORT, residents=4),
    _Stray("990181", "月渡乡", "月渡乡某民宅内托老点", 16, FoundHow.SURVEY, residents=3, dwelling=True),
    _Stray("990103", "霜桥街道", "霜桥街道“慢慢来”休养所", 38, FoundHow.TRANSFERRED, told=6, residents=11),
    _Stray(
        "990123",
        "弦歌镇",
        "弦歌镇“松间”康养民宿",
        44,
        FoundHow.INSPECTION,
        told=12,
        objection_ended=-3,
        residents=8,
    ),
    _Stray(
        "990102",
        "芦汀街道",
        "“日暮归”长者康养驿站",
        150,
        FoundHow.INSPECTION,
        told=120,
        objection_ended=104,
        disposition=Disposition.RECTIFYING,
        decided=100,
        residents=17,
        address="示例省云汀市汀兰区芦汀街道蓑衣巷77号",
        note="限90日内办理登记；期间不得新收老人。消防验收已通过，登记材料正在补正。",
    ),
    _Stray(
        "990122",
        "豆棚乡",
        "豆棚乡某民宅内托老点",
        210,
        FoundHow.PUBLIC_REPORT,
        told=186,
        objection_ended=170,
        disposition=Disposition.SUSPENDED,
        decided=165,
        residents=0,
        dwelling=True,
        note="属私人住宅，不公布具体地址。已停止收住老人，5位老人由家属接回或转入登记机构。",
    ),
    _Stray(
        "990121",
        "鹰啼镇",
        "鹰啼镇“石上松”养生院",
        260,
        FoundHow.TRANSFERRED,
        told=240,
        objection_ended=224,
        disposition=Disposition.SHUT,
        decided=190,
        residents=0,
        address="示例省云汀市重岩县鹰啼镇画眉巷9号",
        note="房屋为夹芯彩钢板搭建，无法整改，已关停。12位老人转入县社会福利中心，押金全部退还。",
    ),
    _Stray(
        "990124",
        "翎河镇",
        "翎河镇“栖霞晚”颐养农庄",
        175,
        FoundHow.SURVEY,
        told=150,
        objection_ended=134,
        disposition=Disposition.RECTIFYING,
        decided=130,
        residents=9,
        address="示例省云汀市鹤栖县翎河镇鹅掌村3组",
    ),
    _Stray(
        "990125",
        "曲肱镇",
        "曲肱镇“半枕”休闲山庄",
        95,
        FoundHow.INSPECTION,
        told=80,
        objection_ended=64,
        residents=6,
        address="示例省云汀市枕石县曲肱镇茶垄路2号",
        note="以度假名义长期收住老人，已告知经营者依法登记；处置决定尚未作出。",
    ),
    _Stray(
        "990181",
        "渡冠街道",
        "渡冠街道“银汉”老年文化活动室",
        300,
        FoundHow.PUBLIC_REPORT,
        told=285,
        objection_ended=269,
        disposition=Disposition.NOT_A_HOME,
        decided=262,
        removed=262,
        residents=0,
        note="经核实只在白天组织棋牌和讲座，没有老人住宿，不是养老机构。",
    ),
    _Stray(
        "990103",
        "兔毫镇",
        "兔毫镇“月光宝盒”照料之家",
        340,
        FoundHow.SURVEY,
        told=322,
        objection_ended=306,
        disposition=Disposition.SHUT,
        decided=250,
        removed=70,
        residents=0,
        note="已自行关停满180日，经复查没有继续收住老人，移出名单。",
    ),
    _Stray(
        "990123",
        "竹笛乡",
        "竹笛乡某民宅内托老点",
        60,
        FoundHow.TRANSFERRED,
        told=45,
        objection_ended=28,
        disposition=Disposition.RECTIFYING,
        decided=20,
        residents=5,
        dwelling=True,
        note="属私人住宅，不公布具体地址。要求减少收住人数，并在30日内办理登记。",
    ),
)


def schedule(city: City, timeline: Timeline, dates: dict[Home, Dates]) -> None:
    """Plan every step of every such home, each entered the day after."""
    for number, stray in enumerate(_STRAYS):
        _steps(city, timeline, stray, number)
    for home in city.of(Story.ONCE_UNREGISTERED):
        registered = dates[home].registered_on
        assert registered is not None
        days = (timeline.today - registered).days
        stray = _Stray(
            home.county.code,
            home.township,
            _NURSING_SUFFIX.sub("托老所", home.name),
            days + 140,
            FoundHow.INSPECTION,
            told=days + 120,
            objection_ended=days + 104,
            disposition=Disposition.REGISTERED,
            # The list names the institution some six weeks after its registration.
            decided=days - 60,
            removed=days - 60,
            residents=14,
            address=home.address,
            note="已补办登记和备案，移出未登记名单，请查看登记后的机构页面。",
        )
        _steps(city, timeline, stray, int(home.key[-3:]), home)


def _steps(city: City, timeline: Timeline, stray: _Stray, number: int, became: Home | None = None) -> None:
    county = COUNTY_BY_CODE[stray.region]
    ident = identity.public_id(city.rng("stray", str(number)))

    def source(day: date) -> keeper.Provenance:
        kind = SourceKind.INSPECTION
        return entering.stated(entering.paper(f"{county.bureau}：{_TITLE}", day, county.bureau, kind))

    def found() -> None:
        day = timeline.ago(stray.found)
        home = UnregisteredHome(
            public_id=ident,
            name=stray.name,
            region_code=stray.region,
            township=stray.township,
            address=None if stray.dwelling else stray.address,
            private_dwelling=stray.dwelling,
            found_on=day,
            found_how=stray.how,
            inspected_on=day + timedelta(days=1) if stray.told else None,
            residents=stray.residents or None,
        )
        keeper.open_record(home, source(day + timedelta(days=1)))

    def then(days: int, changes: dict[str, Any]) -> Callable[[], None]:
        def enter() -> None:
            home = db.session.scalars(
                db.select(UnregisteredHome).where(UnregisteredHome.public_id == ident)
            ).one()
            linked = {"institution_id": became.id} if became and "removed_on" in changes else {}
            service.amend(home, {**changes, **linked}, source(timeline.ago(days)))

        return enter

    timeline.at(timeline.ago(stray.found - 2), found, hour=10)
    if stray.told is not None:
        verified = stray.told + 5
        told = {"verified_on": timeline.ago(verified), "operator_told_on": timeline.ago(stray.told)}
        timeline.at(timeline.ago(stray.told - 1), then(stray.told, told), hour=10)
    if stray.objection_ended is not None and stray.objection_ended > 0:
        ended = {"objection_ended_on": timeline.ago(stray.objection_ended)}
        timeline.at(timeline.ago(stray.objection_ended - 1), then(stray.objection_ended, ended), hour=10)
    if stray.decided is not None:
        decision = {
            "disposition": stray.disposition,
            "disposition_on": timeline.ago(stray.decided),
            "public_note": stray.note,
            "residents": stray.residents,
        }
        timeline.at(timeline.ago(stray.decided - 1), then(stray.decided, decision), hour=10)
    elif stray.note is not None and stray.objection_ended is not None:
        note = {"public_note": stray.note}
        timeline.at(timeline.ago(stray.objection_ended - 1), then(stray.objection_ended, note), hour=11)
    if stray.removed is not None:
        removal = {"removed_on": timeline.ago(stray.removed), "removed_reason": stray.note}
        timeline.at(timeline.ago(stray.removed - 1), then(stray.removed, removal), hour=11)
