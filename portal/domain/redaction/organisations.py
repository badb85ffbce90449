"""Names of organisations and places in a text: a surname in them is nobody's."""

from __future__ import annotations

import re

_KINDS = (
    "养老院 敬老院 福利院 护理院 托老所 老年公寓 养老公寓 养老社区 颐养院 颐养园 养护院 疗养院 幸福院 "
    "养老服务中心 养老中心 养护中心 护理中心 颐养中心 康养中心 照料中心 服务中心 服务站 康复中心 活动中心 "
    "养老驿站 驿站 老年之家 养老之家 之家 养老山庄 山庄 养老机构 医院 卫生院 卫生服务中心 卫生所 诊所 "
    "门诊部 有限责任公司 股份有限公司 有限公司 公司 集团 银行 支行 分行 学校 小学 中学 大学 学院 幼儿园 "
    "派出所 公安局 分局 法院 检察院 民政局 民政所 卫健委 卫健局 卫生局 监管局 监督局 管理局 医保局 人社局 "
    "信访局 司法局 司法所 街道办事处 街道办 街道 社区 居委会 村委会 律师事务所 事务所 基金会 协会 商会 "
    "工作室 药店 药房 超市 酒店 饭店 餐厅 大厦 广场 公园 花园 小区 家园 新村 公寓 胡同 大道 乡镇 村 镇 乡 "
    "县 市 区 路 街 巷 弄 庄 屯"
)
PLACE_TAILS = frozenset(
    "村镇乡县市区省路街巷弄庄屯里桥沟湾坪坝坡岭港口店营堡寨洼埠集塘圩岗台桥湖河江山岛园苑城"
)
PLACES_ONLY = frozenset("村镇乡县市区省路街巷庄屯桥沟坝坡口店营堡寨洼埠集圩岗")
"""Last characters of places; some are in given names as well."""

_STOPS = frozenset(
    "的在到去对向从被由把将于是给找问让住进出回离我你他她它您该本贵此这那等为送接转说称诉知系求骗打骂告欠看跟叫请往至经位属"
    "人员工士生长任女男妈爸亲子儿了过着就都也不没有来又要想能会可以因所并且但或某名后前里内外每各"
)
_LONG = sorted((kind for kind in _KINDS.split() if len(kind) > 1), key=len, reverse=True)
_TAIL = re.compile("|".join(_LONG))
_HAN = re.compile(r"[㐀-鿿]")
_FURTHEST = 10


def organisations(text: str) -> list[bool]:
    """Return for each character whether it belongs to the name of an organisation or a place."""
    inside = [False] * len(text)
    for tail in _TAIL.finditer(text):
        _mark(text, inside, tail.start(), tail.end())
    return inside


def _mark(text: str, inside: list[bool], start: int, end: int) -> None:
    back = start
    while back and start - back < _FURTHEST and text[back - 1] not in _STOPS and _HAN.match(text[back - 1]):
        back -= 1
    inside[back:end] = [True] * (end - back)
