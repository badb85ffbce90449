"""What is written as a suggestion and belongs elsewhere: a complaint, an accusation, an emergency.

A guess by words, and only ever an offer: who writes reads by which words it was taken for what, and decides.
The form never refuses a text for it. Measured in tests/judged/diversion.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Elsewhere(StrEnum):
    """Where a text belongs."""

    COMPLAINT = "complaint"
    """One home, and what was done to one person: the complaints have a clock for it."""
    DISCIPLINE = "discipline"
    """An official is accused: 12388."""
    FIRE = "fire"
    """It burns: 119."""
    MEDICAL = "medical"
    """Somebody's life is in danger: 120."""
    POLICE = "police"
    """Somebody is being hurt, or is missing: 110."""


NUMBERS = {
    Elsewhere.FIRE: "119",
    Elsewhere.MEDICAL: "120",
    Elsewhere.POLICE: "110",
    Elsewhere.DISCIPLINE: "12388",
}
"""Whom to call."""


@dataclass(frozen=True, slots=True)
class Diversion:
    """Where a text seems to belong, and the words it was seen by, in their order."""

    to: Elsewhere
    words: tuple[str, ...]

    @property
    def urgent(self) -> bool:
        """True for what cannot wait for an office."""
        return self.to in (Elsewhere.FIRE, Elsewhere.MEDICAL, Elsewhere.POLICE)


def divert(text: str) -> Diversion | None:
    """Return where a text seems to belong, None for a suggestion. What is most urgent goes first."""
    plain = unicodedata.normalize("NFKC", text)
    return _emergency(plain) or _discipline(plain) or _complaint(plain)


_PART = re.compile(r"[，,。！？!?；;\n]+")
_NOT_NOW = re.compile(
    r"如果|万一|要是|假如|一旦|怕|担心|防止|预防|避免|以防|去年|前年|以前|曾经|上次|有一次|上个月|上周|前几天|那次|那年|听说过|演练|隐患|万一"
)
"""A danger that is feared or past."""
_NOW = r"(?:正在|现在|刚刚|刚才|马上|快|还在|一直在|已经)"
_DANGERS = (
    (
        Elsewhere.FIRE,
        re.compile(
            rf"{_NOW}.{{0,6}}(?:着火|起火|冒烟|烧起来|燃气泄漏|煤气泄漏|漏气)|(?:着火|起火)了$|(?:煤气|燃气|天然气)(?:泄漏|泄露)了?$|浓烟"
        ),
    ),
    (
        Elsewhere.MEDICAL,
        re.compile(
            rf"{_NOW}.{{0,8}}(?:昏迷|昏倒|没有呼吸|没呼吸|不行了|断气|抽搐|大出血|流血不止|叫不醒|噎住|休克|喘不上气)"
            r"|叫不醒了?|没呼吸了|快不行了|噎住了|喘不上气了|吃错药了|喝了农药|心脏病发作|不省人事|口吐白沫|没有(?:意识|知觉)了?|嘴歪|说不出话|满(?:脸|头|身|地)(?:是|都是)血|血止不住"
        ),
    ),
    (
        Elsewhere.POLICE,
        re.compile(
            rf"救命|快来人|{_NOW}.{{0,6}}(?:打人|打老人|打我|殴打|砍|要跳楼|要自杀|想不开)|{_NOW}.{{0,4}}(?:被关着|被锁着|绑着)"
            r"|(?:不见了|走丢了|走失了).{0,10}(?:找不到|没找到|现在|今天)|(?:今天|刚才|早上|昨晚).{0,12}(?:不见了|走丢了|走失了)"
            r"|要跳楼|持刀|拿着刀|行凶|(?:锁|关|困)在.{0,6}出不来"
        ),
    ),
)


def _emergency(text: str) -> Diversion | None:
    for part in _PART.split(text):
        if _NOT_NOW.search(part):
            continue
        for to, danger in _DANGERS:
            hit = danger.search(part)
            if hit is not None:
                return Diversion(to, (hit[0],))
    return None


_OFFICIAL = re.compile(
    r"(?:副)?(?:局长|科长|处长|股长|所长|主任|书记|镇长|乡长|县长|区长|市长|村长|支书|主任科员)|村干部|干部|公务员|领导"
    r"|(?:民政|卫健|住建|消防|市场监管|街道|镇|乡|政府|社区|居委会|村委会)[^，。！？；\s]{0,6}?(?:工作人员|的人|人员)"
    r"|经办人|执法人员|检查组|检查的人|来检查的"
)
_GRAVE = re.compile(
    r"受贿|行贿|索贿|贪污|贪官|吃拿卡要|以权谋私|权钱交易|官商勾结|保护伞|侵吞|徇私|渎职|滥用职权|优亲厚友|买官|收黑钱|中饱私囊"
)
"""Said of nobody but who holds an office."""
_CROOKED = re.compile(
    r"红包|回扣|好处费?|收(?:了)?(?:钱|礼|卡|烟)|送(?:了)?(?:钱|礼|烟|卡)|要(?:了)?(?:钱|好处)|索要|克扣|截留|挪用|冒领|虚报|套取"
    r"|包庇|通风报信|不作为|乱作为|关系户|入股|亲戚开的|小舅子|打招呼|吃请|请(?:他|她|他们)吃饭|装进自己|进了(?:自己|个人)(?:的)?(?:口袋|腰包)"
)
"""Said of an official, an accusation; of others, perhaps a complaint."""
_IN_GENERAL = re.compile(r"防止|杜绝|避免|预防|以免|严查|教育")


def _discipline(text: str) -> Diversion | None:
    for sentence in re.split(r"[。！？!?；;\n]+", text):
        official, grave, crooked = (
            _OFFICIAL.search(sentence),
            _GRAVE.search(sentence),
            _CROOKED.search(sentence),
        )
        deed = grave or (crooked if official is not None else None)
        general = official is None or official[0] in ("干部", "领导", "公务员")
        if deed is None or (general and _IN_GENERAL.search(sentence)):
            continue
        return Diversion(Elsewhere.DISCIPLINE, (*((official[0],) if official else ()), deed[0]))
    return None


_OWN = re.compile(
    r"(?:我|俺)(?:的)?(?:妈妈?|爸爸?|娘|爹|母亲|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|老伴|婆婆|公公|岳父|岳母|丈母娘|老人|家老人|家老爷子|家老太太|家人|舅舅|姑姑|叔叔|大爷)"
)
_WHEN = re.compile(
    r"昨天|昨晚|前天|今天|今早|上周|上个?月|这个月|本月|前几天|上星期|上礼拜|刚刚|刚才|\d{1,2}月\d{1,2}[日号]|\d{1,2}号|三天前|半个月前|年初|住进去才"
)
_NAMED = re.compile(
    r"(?<![有多些各家的个])[\u4e00-\u9fff]{2,8}(?:养老院|敬老院|老年公寓|福利院|颐养院|护理院|养老中心|康养中心)"
)
_ANY_HOME = re.compile(
    r"^(?:希望|建议|请|要求|能不能|应该|很多|不少|有的|有些|所有|各个|全市|全县|每个|我们|公办|民办|乡镇|农村|家附近|附近|大部分|现在|以后)"
)
_HARM = re.compile(
    r"打(?:了|伤|他|她|耳光|人)|被打|挨打|骂(?:了|他|她|得|我)|捆|绑(?:了|在|住|着)|掐|推倒|烫伤|烫了|摔(?:断|成|骨折|伤|了)|骨折|褥疮|烂了|饿(?:了|着)|不给(?:吃|喝|饭|药|换|翻身|退|开|看病)"
    r"|关(?:在|起来)|喂错|吃错|发错药|去世|死了|走丢|丢了|偷|多收|乱收|不退|不肯退|拒不|扣(?:了|下|着)|克扣|强行|赶(?:走|出来)|没人管|拖了"
)
_REDRESS = re.compile(
    r"赔偿|赔钱|赔我|讨(?:个)?说法|给(?:我|我们)?(?:个|一个)?说法|投诉|举报|追究|退(?:给|还)我|退钱给|严惩|处理(?:他|她|这个|这家|当事)|要求(?:他们|院方|该院|退|道歉|赔)|道歉|还我|查(?:一查|处)(?:这家|他们|该院)"
)
_FOR_ALL = re.compile(
    r"建议|希望|能不能|应该|应当|统一|规定|所有|各家|每家|都要|全市|全县|最好|可不可以|呼吁"
)
_ENOUGH = 4


def _complaint(text: str) -> Diversion | None:
    seen: list[str] = []
    score = 0
    for pattern, tells in ((_OWN, 1), (_WHEN, 1), (_HARM, 2), (_REDRESS, 2)):
        hit = pattern.search(text)
        if hit is not None:
            score += tells
            seen.append(hit[0])
    named = next(_named(text), None)
    if named is not None:
        score += 2
        seen.append(named)
    if _HARM.search(text) is None and _REDRESS.search(text) is None:
        return None
    if _FOR_ALL.search(text) is not None:
        score -= 2 if _REDRESS.search(text) is None else 1
    if score < _ENOUGH:
        return None
    return Diversion(Elsewhere.COMPLAINT, tuple(sorted(seen, key=text.find)))


def _named(text: str) -> Iterator[str]:
    """Give the homes that are named; "many homes" is none."""
    for hit in _NAMED.finditer(text):
        if _ANY_HOME.match(hit[0]) is None and not re.search(r"的|家|些|住在$", hit[0][:-3]):
            yield hit[0]
