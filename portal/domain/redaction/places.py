"""Where in a home somebody lies, and behind which door somebody lives."""

from __future__ import annotations

import re

from portal.domain.redaction.sheet import MaskKind, Sheet

ROOM, BED, DOOR = "[房号]", "[床号]", "[住址]"
_N = (
    r"(?:[A-Za-z](?=栋|幢|座|区|楼)|[A-Za-z]{0,2}-?\d{1,5}[A-Za-z]?|[一二三四五六七八九十百零〇幺两]{1,5}"
    "|[东西南北中][一二三四五六七八九十]?|[甲乙丙丁])"
)
_ROOM_WORD = (
    "(?:号?房间|号?病房|号房(?![屋产东租子价款费]|间数)|房(?![屋产东租子价款费管型间]"
    "|间)|号?室(?![内外友])|号屋|号单间|号?宿舍|号间|号门)"
)
_BED_WORD = r"(?:号床位?|床(?![位单垫头边铺被褥旁上下板尾品架栏])|号床)"
_SMALL = r"[一二三四五六七八九十百零〇幺两\d]"
_BUILDING = (
    rf"(?:{_N}(?:号楼|栋|幢|座|号院|区(?=\s?\d)|楼(?=\s?[A-Za-z]?\d|\s?{_SMALL}{{1,3}}号?床|[一二三四五六七八九]\S{{0,3}}[室房])"
    r"|单元|层(?=\s?[A-Za-z]?\d)|号(?=\s?\d))\s?[-、,，]?\s?)"
)
_NO_COUNT = r"(?<![共有约近增设计个第满超达余仅剩换用\d.A-Za-z-])"
_ROOM_PATTERN = re.compile(
    rf"{_BUILDING}{{1,4}}(?:(?:[A-Za-z]?\d{{2,5}}|{_SMALL}{{3,5}}){_ROOM_WORD}?|{_N}{_ROOM_WORD})(?:\s?-?"
    rf"{_N}{_BED_WORD})?(?![\d元年月床]|号床)"
)
_PLAIN_ROOM = re.compile(
    rf"{_NO_COUNT}(?:[A-Za-z]?-?\d{{2,5}}[A-Za-z]?(?:-\d{{1,3}})?|{_SMALL}{{3,5}}|{_SMALL}{{1,2}}(?=号)"
    f"|[东西南北][一二三四五六七八九十](?=房|室)){_ROOM_WORD}"
    rf"(?:的?\s?,?，?{_N}{_BED_WORD})?"
)
_BED = re.compile(
    rf"{_BUILDING}{{1,3}}{_N}{_BED_WORD}|"
    rf"{_NO_COUNT}(?![一两]床)(?:(?:\d{{1,4}}-){{0,2}}[A-Za-z]?\d{{1,4}}[A-Za-z]?|{_SMALL}{{1,5}}"
    rf"|加\d{{1,2}}){_BED_WORD}(?!位?(?:被|棉|数|费))"
)
_NAMED = re.compile(
    rf"(房间号码?|房号|病房号|床号|床位号|床位编号|门牌号|室号|楼号)(?:为|是|在)?[:：\s（(]{{0,2}}((?:{_N}["
    rf"-\s]?){{1,4}}(?:{_ROOM_WORD}|{_BED_WORD})?)"
)
_LIVES = re.compile(
    r"(?:住在?|[那这]间|[那这]个?屋|东楼|西楼|南楼|北楼)(?:本院|该院|你院|贵院|养老院|院内|院里)?(?:的)?\s?((?:[A-Za-z]?\d{3,4})(?:-\d{1,2})?)(?![\d元年"
    "月日块天个岁张号人多余])"
)
_NTH = re.compile(
    f"(?:{_SMALL}{{1,2}}(?:楼|层))?(?:[东西南北][头侧边]|走廊尽头|最里[头面边])?的?第{_SMALL}{{1,2}}(?:间"
    "房?|个房间|房间|张床|个床)(?!次)"
)
_WHO = re.compile(
    r"(?<![\d.])[1-9]\d{2,3}(?=的?[\u4e00-\u9fff]{0,2}(?:奶奶|爷爷|大爷|大妈|阿姨|老人"
    "|老太|婆婆))"
)
_DOOR = re.compile(
    rf"(?:(?<=[路街巷弄道村组庄里园苑区城庭府湾屯寨坊段同])|(?<=社区)|(?<=小区))\s?"
    rf"(?:第{_SMALL}{{1,3}}[户家]|(?:第?{_SMALL}{{1,5}}(?:-\d{{1,4}})?(?:号院|号楼|弄|号|幢|栋|座|组|队|社|支弄)(?![线令文公])(?:之[一"
    rf"二三四五六七八九十\d]{{1,2}})?\s?-?))"
    rf"(?:{_N}(?:号楼|号|幢|栋|座|单元|楼|层|门|室|户|组)\s?-?){{0,4}}(?:[A-Za-z]?\d{{2,5}}(?:室"
    r"|号|户)?(?![\d元年月日]))?"
)
_FLAT = re.compile(
    rf"(?:{_N}(?:号楼|幢|栋|座|单元)\s?[-,，]?\s?){{1,3}}(?:{_N}(?:单元|门|层|楼)\s?[-,，]?\s?){{0,3}}(?:[A"
    rf"-Za-z]?\d{{2,5}}|{_SMALL}{{3,5}})(?:室|号房?|户|房)?(?![\d元年月日])"
    rf"|{_NO_COUNT}\d{{1,3}}-\d{{1,2}}-\d{{2,4}}(?![\d-])(?:室|号)?"
)
_OFFICE = re.compile(
    "养老|敬老|福利|护理院|公寓|医院|卫生|民政|局|政府|办公|街道办|信访|法院|派出所|公司"
    "|中心|窗口|大厅|位于|坐落|机构|单位|酒店|超市|药店|银行|学校|站"
)
_LIVES_THERE = re.compile(r"(?<!入)住|家在|家庭|户籍|送到家|上门|寄到|身份证")
_OF_A_STREET = re.compile(r"(?![住在址到于是寄我们的至叫去往给向从回搬])[\u4e00-\u9fffA-Za-z\d]")


def mask_places(sheet: Sheet) -> None:
    """Claim rooms and beds of the home, then doors of private addresses; an office's door stays."""
    for hit in _DOOR.finditer(sheet.rest):
        if _private(sheet.plain, hit):
            sheet.mask(_street(sheet.rest, hit.start()), hit.end(), MaskKind.ADDRESS, DOOR)
        else:
            sheet.keep(*hit.span())
    for hit in _NAMED.finditer(sheet.rest):
        sheet.mask(*hit.span(2), MaskKind.ROOM, BED if "床" in hit[1] else ROOM)
    for pattern, kind, word in (
        (_ROOM_PATTERN, MaskKind.ROOM, ROOM),
        (_PLAIN_ROOM, MaskKind.ROOM, ROOM),
        (_BED, MaskKind.ROOM, BED),
        (_NTH, MaskKind.ROOM, ROOM),
        (_WHO, MaskKind.ROOM, ROOM),
        (_FLAT, MaskKind.ADDRESS, DOOR),
    ):
        for hit in pattern.finditer(sheet.rest):
            sheet.mask(*hit.span(), kind, word)
    for hit in _LIVES.finditer(sheet.rest):
        sheet.mask(*hit.span(1), MaskKind.ROOM, ROOM)


def _street(text: str, start: int) -> int:
    """Return where the street or the village before a door begins; county and township stay."""
    back = start
    while back and start - back < 10 and _OF_A_STREET.match(text[back - 1]):
        if back < start and (text[back - 1] in "省市县镇乡" or text[back - 2 : back] == "街道"):
            break
        if back < start and text[back - 1] == "区" and text[back - 2 : back] not in ("小区", "社区"):
            break
        back -= 1
    return back


def _private(text: str, hit: re.Match[str]) -> bool:
    """Tell a private door from an office's by the words of the clause around it."""
    before = re.split(r"[，。；;!！?？\n ]", text[max(0, hit.start() - 30) : hit.start()])[-1]
    behind = re.split(r"[，。；;!！?？\n ]", text[hit.end() : hit.end() + 12])[0]
    if re.search(r"室|户|单元", hit[0]):
        return not re.search(r"办公|民政|窗口|大厅|信访", before + behind)
    if _LIVES_THERE.search(before) and not _OFFICE.search(behind):
        return True
    return not (_OFFICE.search(before) or _OFFICE.search(behind))
