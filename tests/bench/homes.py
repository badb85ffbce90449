"""Synthetic institutions all over China: the same ones for the same number and seed, none of them real.

Names are made as homes are named (township homes, county welfare homes, brands), so that searches meet
what they meet in earnest: words that a third of all homes share, brands in fifty counties, names that
differ by one character. Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from portal.domain.identifiers import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH
from portal.reference.gb2260 import RegionLevel
from portal.reference.regions import RegionDirectory

SEED = 20260601
LISTED_ON = date(2025, 6, 30)
"""The day of the list that all of it rests on: fixed, so that two runs differ in nothing."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_COMMON = _words(
    "幸福 夕阳红 康乐 福寿 安康 颐和 怡和 祥和 松鹤 金色年华 爱心 仁爱 阳光 温馨 "
    "福康 康寿 长寿 百福 和谐 永康 康泰 福星 晚晴 晚霞 乐龄 颐养 静养 安宁 桑榆 "
    "常青"
)
_CHARACTERS = (
    "安康福寿松柏鹤春秋颐和仁爱怡乐慈善晴夕阳明德长青泰宁静雅馨悦"
    "荷桂兰竹梅云海山河江湖溪林森华盛兴隆永吉祥瑞嘉佳"
)
_RARE = "䶮堃喆淼垚翀旻昉珺禛婳頔"
_PLACE = (
    "东西南北中上下大小新老高平石沙白黄青红马牛龙凤杨柳李王张陈刘赵双三五九河山水湾桥店庄坪塘岭坡岗溪桐竹梅桃"
)
_PLACE_TAILS = "河山桥店庄坪塘岭坡岗溪湾口关营集沟塔泉洲"
_TOWNSHIP_TAILS = ("镇", "镇", "镇", "乡", "乡", "街道")
_STREETS = _words("人民 解放 建设 中山 和平 新华 文化 胜利 朝阳 团结 迎宾 滨河 环城 工业 育才 振兴 康复 福利")
_NURSING = _words(
    "养老院 养老院 养老院 老年公寓 护理院 养护院 康养中心 养老服务中心 老年养护中心 颐养院 敬老院 长者公寓"
)
_OPERATORS = _words(
    "养老服务有限公司 健康产业发展有限公司 养老服务集团 社会工作服务中心 医院管理有限公司 物业管理有限公司"
)
_SERVICES = _words(
    "生活照料 康复护理 医疗保健 精神慰藉 临终关怀 日间照料 短期托养 助浴 送餐 失智照护 文化娱乐 健康管理"
)

_CENTRES = {
    "11": (116.4, 39.9), "12": (117.2, 39.1), "13": (115.2, 38.2), "14": (112.4, 37.6), "15": (111.8, 41.4),
    "21": (123.0, 41.5), "22": (126.0, 43.7), "23": (127.2, 46.4), "31": (121.4, 31.2), "32": (119.4, 32.8),
    "33": (120.2, 29.2), "34": (117.2, 31.9), "35": (118.2, 26.2), "36": (115.8, 27.8), "37": (118.2, 36.2),
    "41": (113.6, 34.1), "42": (112.8, 30.9), "43": (111.8, 27.6), "44": (113.4, 23.4), "45": (108.6, 23.6),
    "46": (109.8, 19.4), "50": (107.2, 29.8), "51": (104.0, 30.6), "52": (106.8, 26.8), "53": (101.8, 24.9),
    "54": (91.2, 29.8), "61": (108.8, 34.6), "62": (103.6, 35.8), "63": (100.8, 36.2), "64": (106.2, 37.6),
    "65": (86.4, 43.2),
}  # fmt: skip
"""Rough middles of the provinces, degrees east and north: synthetic homes stand around them."""
_NARROW = {"11", "12", "31", "46", "64"}


@dataclass(frozen=True, slots=True)
class Home:
    """One synthetic institution with what its list entry, page, search and map show. Money in yuan."""

    public_id: str
    name: str
    former_name: str | None
    operator: str | None
    region_code: str
    township: str
    address: str
    phone: str
    kind: str
    mode: str
    operating: str
    longitude: float | None
    latitude: float | None
    exact: bool
    opened_on: str
    beds: int
    beds_free: int | None
    residents: int
    takes: tuple[bool, bool, bool, bool, bool]
    medical: tuple[bool, bool, bool, bool]
    services: str
    registered_on: date | None
    deregistered_on: date | None
    filed_on: date | None
    number: str
    grade: int | None
    grade_from: date | None
    bed_yuan: int | None
    care_yuan: tuple[int, int, int] | None
    meals_yuan: int | None
    concentrated: bool


@dataclass(frozen=True, slots=True)
class _County:
    code: str
    name: str
    stem: str
    city: str
    longitude: float
    latitude: float
    townships: tuple[str, ...]


def homes(count: int, seed: int = SEED) -> Iterator[Home]:
    """Yield ``count`` homes; the first ones of a longer list are other homes than those of a shorter one."""
    rng = Random(f"{seed}-{count}")
    counties = _counties(rng)
    weights = list(accumulate(rng.lognormvariate(0, 0.7) for _ in counties))
    ids: set[str] = set()
    for number in range(count):
        yield _home(rng, rng.choices(counties, cum_weights=weights)[0], number, ids)


def _counties(rng: Random) -> list[_County]:
    regions = RegionDirectory.from_reference()
    found = []
    middles: dict[str, tuple[float, float]] = {}
    for code, row in sorted(regions.rows.items()):
        if row.level is not RegionLevel.COUNTY or row.until is not None or code[:2] not in _CENTRES:
            continue
        east, north = _CENTRES[code[:2]]
        width = 0.35 if code[:2] in _NARROW else 1.5
        if code[:4] not in middles:
            middles[code[:4]] = (rng.gauss(east, width * 0.7), rng.gauss(north, width * 0.6))
        city_east, city_north = middles[code[:4]]
        above = regions.ancestors(code)
        stem = row.name[:-1] if 3 <= len(row.name) <= 4 else row.name
        townships = tuple(
            f"{rng.choice(_PLACE)}{rng.choice(_PLACE_TAILS)}{rng.choice(_TOWNSHIP_TAILS)}"
            for _ in range(rng.randrange(6, 18))
        )
        found.append(
            _County(
                code,
                row.name,
                stem,
                above[-1].name if above else row.name,
                rng.gauss(city_east, width * 0.25),
                rng.gauss(city_north, width * 0.2),
                townships,
            )
        )
    return found


def _home(rng: Random, county: _County, number: int, ids: set[str]) -> Home:
    township = rng.choice(county.townships)
    public = rng.random() < 0.42
    name, kind = _public_name(rng, county, township) if public else _private_name(rng, county, township)
    beds = max(10, int(rng.lognormvariate(4.4, 0.7)))
    operating = rng.choices(
        ("operating", "suspended", "closed", "not_opened"), cum_weights=(0.93, 0.96, 0.98, 1.0)
    )[0]
    registered = rng.random() < 0.95
    registered_on = _day(rng, 1995, 2024) if registered else None
    graded = rng.random() < 0.35
    priced = rng.random() < 0.62
    base = rng.randrange(3, 40) * 100
    care = rng.randrange(2, 12) * 100
    placed = rng.random() < 0.9
    return Home(
        public_id=_public_id(rng, ids),
        name=name,
        former_name=_private_name(rng, county, township)[0] if rng.random() < 0.06 else None,
        operator=None if public or rng.random() < 0.4 else f"{_brand(rng)}{rng.choice(_OPERATORS)}",
        region_code=county.code,
        township=township,
        address=f"{county.name}{township}{_street(rng)}",
        phone=f"0{rng.randrange(310, 999)}-{rng.randrange(2000000, 8999999)}",
        kind=kind,
        mode=rng.choice(("public_public", "public_private") if public else ("private_subsidised", "private")),
        operating=operating,
        longitude=round(rng.gauss(county.longitude, 0.06), 6) if placed else None,
        latitude=round(rng.gauss(county.latitude, 0.05), 6) if placed else None,
        exact=rng.random() < 0.7,
        opened_on=str(rng.randrange(1985, 2025)),
        beds=beds,
        beds_free=rng.randrange(0, beds // 2 + 1) if rng.random() < 0.45 else None,
        residents=rng.randrange(0, beds + 1),
        takes=tuple(rng.random() < p for p in (0.9, 0.7, 0.6, 0.25, 0.5 if public else 0.1)),  # type: ignore[arg-type]
        medical=tuple(rng.random() < p for p in (0.3, 0.6, 0.25, 0.2)),  # type: ignore[arg-type]
        services="\n".join(rng.sample(_SERVICES, rng.randrange(2, 7))),
        registered_on=registered_on,
        deregistered_on=_day(rng, 2024, 2025) if registered and rng.random() < 0.02 else None,
        filed_on=_day(rng, 2013, 2025) if registered and rng.random() < 0.88 else None,
        number=f"{county.code}{number:07d}",
        grade=rng.choices((1, 2, 3, 4, 5), cum_weights=(0.2, 0.55, 0.85, 0.96, 1.0))[0] if graded else None,
        grade_from=_day(rng, 2020, 2025) if graded else None,
        bed_yuan=base if priced else None,
        care_yuan=(care, care * 2, care * 3) if priced and rng.random() < 0.9 else None,
        meals_yuan=rng.randrange(4, 12) * 50 + 300 if priced and rng.random() < 0.8 else None,
        concentrated=public and rng.random() < 0.12,
    )


def _public_name(rng: Random, county: _County, township: str) -> tuple[str, str]:
    draw = rng.random()
    if draw < 0.6:
        tail = rng.choice(("敬老院", "敬老院", "中心敬老院", "养老服务中心", "特困人员供养服务中心"))
        return f"{county.name if rng.random() < 0.7 else ''}{township}{tail}", "township_home"
    if draw < 0.8:
        tail = rng.choice(("社会福利院", "中心福利院", "社会福利中心", "老年养护院", "社会福利服务中心"))
        order = "" if rng.random() < 0.4 else f"第{rng.choice('一二三四五六')}"
        return f"{county.name}{order}{tail}", "welfare_home"
    village = f"{rng.choice(_PLACE)}{rng.choice(_PLACE_TAILS)}"
    return f"{county.name}{township}{village}{rng.choice(('幸福院', '敬老院', '颐养之家'))}", "township_home"


def _private_name(rng: Random, county: _County, township: str) -> tuple[str, str]:
    tail = rng.choice(_NURSING)
    kind = {"老年公寓": "apartment", "长者公寓": "apartment", "护理院": "nursing_centre"}.get(
        tail, "nursing_home"
    )
    before = rng.choice((county.name, county.stem, county.city, "", township))
    return f"{before}{_brand(rng)}{tail}", kind


def _brand(rng: Random) -> str:
    draw = rng.random()
    if draw < 0.45:
        return rng.choice(_COMMON)
    if draw < 0.47:
        return rng.choice(_RARE) + rng.choice(_CHARACTERS)
    return "".join(rng.choice(_CHARACTERS) for _ in range(2 if draw < 0.85 else 3))


def _street(rng: Random) -> str:
    kind = rng.choice(("东路", "西路", "南路", "北路", "路", "大街"))
    return f"{rng.choice(_STREETS)}{kind}{rng.randrange(1, 999)}号"


def _day(rng: Random, first: int, last: int) -> date:
    since = date(first, 1, 1)
    until = min(date(last, 12, 31), LISTED_ON)
    return since + timedelta(days=rng.randrange((until - since).days))


def _public_id(rng: Random, taken: set[str]) -> str:
    while True:
        made = "".join(rng.choices(PUBLIC_ID_ALPHABET, k=PUBLIC_ID_LENGTH))
        if made not in taken:
            taken.add(made)
            return made


def sample(found: Sequence[Home], count: int, seed: int = SEED) -> list[Home]:
    """Return ``count`` of the homes, the same ones each time."""
    return Random(seed).sample(list(found), min(count, len(found)))
