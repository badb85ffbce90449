"""What an inspection looks at, item by item, in the five areas of LN 4(2) (R7, R9).

Each item names what it rests on. Clauses are given where they are certain: articles of 《养老机构管理办法》
(民政部令第66号), chapters of GB 38600-2019, whose chapter 6 holds the nine protections (九防); else the
document alone. A visit keeps text and basis as they were on its day, so that a later list changes no record.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Area(StrEnum):
    """The five areas (运营管理、生活服务、健康服务、社会工作服务、安全管理)."""

    OPERATION = "operation"
    DAILY_LIFE = "daily_life"
    HEALTH = "health"
    SOCIAL_WORK = "social_work"
    SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``code``: its area's letter and a number, never given another meaning."""

    code: str
    area: Area
    text: str
    basis: str


_RULES = "《养老机构管理办法》"
_SAFETY = "GB 38600-2019《养老机构服务安全基本规范》"
_QUALITY = "GB/T 35796-2017《养老机构服务质量基本规范》"
_FOOD = "《中华人民共和国食品安全法》"
_FIRE = "《中华人民共和国消防法》"
_MEDICAL = "《医疗机构管理条例》"
_DEVICES = "《中华人民共和国特种设备安全法》"

_A = Area
ITEMS = (
    Item("A1", _A.OPERATION, "登记证照齐全有效，已经备案，备案内容与实际相符", _RULES),
    Item("A2", _A.OPERATION, "与老年人或者代理人签订服务协议，写明服务、收费和双方责任", _RULES),
    Item("A3", _A.OPERATION, "收费项目和标准在醒目处公示，按约定收费，没有强制收费", _RULES),
    Item(
        "A4", _A.OPERATION, "老年人信息档案妥善保管，保管期限不少于服务协议期满后五年", f"{_RULES}第三十二条"
    ),
    Item("A5", _A.OPERATION, "养老护理员经培训合格后上岗", f"{_SAFETY}第4章"),
    Item("A6", _A.OPERATION, "没有在机构里兜售保健食品、药品", f"{_SAFETY}第4章"),
    Item("A7", _A.OPERATION, "老年人个人信息和监控内容有保密制度", f"{_SAFETY}第4章"),
    Item(
        "B1", _A.DAILY_LIFE, "入住时评估老年人身心状况，定照料护理等级；有变化重新评估", f"{_RULES}第十五条"
    ),
    Item("B2", _A.DAILY_LIFE, "照护计划按护理等级落实，有服务记录", _QUALITY),
    Item("B3", _A.DAILY_LIFE, "食堂有食品经营许可，食品有进货查验，每餐留样", _FOOD),
    Item("B4", _A.DAILY_LIFE, "居室、被褥、卫生间清洁无异味，适合老年人使用", _QUALITY),
    Item("B5", _A.DAILY_LIFE, "失能老年人按时翻身、清洁，没有因照护不到位造成的压疮", f"{_SAFETY}第6章"),
    Item("C1", _A.HEALTH, "建立老年人健康档案；突发危重疾病及时转送并通知紧急联系人", f"{_RULES}第十九条"),
    Item("C2", _A.HEALTH, "内设医疗机构依法取得许可或者备案，没有的与医疗机构签约", _MEDICAL),
    Item("C3", _A.HEALTH, "药品分开保管、按人核对发放，没有过期药品", f"{_SAFETY}第6章"),
    Item("C4", _A.HEALTH, "工作人员有健康证明，传染病有防控措施", _RULES),
    Item("D1", _A.SOCIAL_WORK, "经常组织文化娱乐、心理慰藉活动，有记录", _QUALITY),
    Item("D2", _A.SOCIAL_WORK, "家属可以探视，意见有登记、有答复", _QUALITY),
    Item("D3", _A.SOCIAL_WORK, "没有歧视、侮辱、虐待、遗弃老年人", _RULES),
    Item("E1", _A.SAFETY, "入住前做服务安全风险评估，结果告知老年人和家属", f"{_SAFETY}第5章"),
    Item("E2", _A.SAFETY, "防噎食措施落实：有风险的老年人单独备餐、进食有人看护", f"{_SAFETY}第6章"),
    Item("E3", _A.SAFETY, "防食品药品误食措施落实", f"{_SAFETY}第6章"),
    Item("E4", _A.SAFETY, "防烫伤措施落实：热水、取暖用具有人管", f"{_SAFETY}第6章"),
    Item("E5", _A.SAFETY, "防坠床措施落实：床栏完好，睡前查看", f"{_SAFETY}第6章"),
    Item("E6", _A.SAFETY, "防跌倒措施落实：地面防滑，扶手牢固，照明足够", f"{_SAFETY}第6章"),
    Item("E7", _A.SAFETY, "防走失措施落实：有风险的老年人出入有人陪", f"{_SAFETY}第6章"),
    Item("E8", _A.SAFETY, "防他伤和自伤措施落实：刀剪、绳索等妥善保管", f"{_SAFETY}第6章"),
    Item("E9", _A.SAFETY, "防文体活动意外措施落实：活动前查看场地和身体状况", f"{_SAFETY}第6章"),
    Item("E10", _A.SAFETY, "实行24小时值班，公共区域视频监控完好并保存记录", f"{_RULES}第二十八条"),
    Item("E11", _A.SAFETY, "有突发事件应急预案，定期演练", f"{_RULES}第三十一条"),
    Item("E12", _A.SAFETY, "昼夜巡查、交接班有制度、有记录", f"{_SAFETY}第4章"),
    Item("E13", _A.SAFETY, "疏散通道、安全出口畅通，没有锁闭、堵塞", f"{_FIRE}第二十八条"),
    Item("E14", _A.SAFETY, "消防设施器材完好有效，定期检测维修", f"{_FIRE}第十六条"),
    Item("E15", _A.SAFETY, "电气线路和燃气用具安全，电动自行车没有在室内停放、充电", _FIRE),
    Item("E16", _A.SAFETY, "建筑没有违规使用易燃可燃夹芯彩钢板，没有大量易燃可燃装修", _FIRE),
    Item("E17", _A.SAFETY, "电梯、锅炉等特种设备经检验合格，在有效期内使用", _DEVICES),
)
"""In the order in which a form lists them: area by area."""

_BY_CODE = {one.code: one for one in ITEMS}


def item_of(code: str) -> Item | None:
    """Return the item of a code, None where the list has none (any more)."""
    return _BY_CODE.get(code)


def items_in(area: Area) -> tuple[Item, ...]:
    """Return the items of one area, in order."""
    return tuple(one for one in ITEMS if one.area is area)
