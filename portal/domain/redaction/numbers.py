"""Numbers that lead to a person: telephones, cards, accounts, plates, births, however they are typed.

In doubt a number is masked: one too many is a word less for the reader, one too few a person found.
"""

from __future__ import annotations

import re

from portal.domain.personal_marks import PATTERNS, Mark
from portal.domain.redaction.kept import keep_codes, keep_dates, keep_numbers
from portal.domain.redaction.sheet import MaskKind, Sheet

REPLACEMENTS = {
    MaskKind.PHONE: "[电话]",
    MaskKind.IDENTITY_NUMBER: "[证件号]",
    MaskKind.BANK_CARD: "[银行卡号]",
    MaskKind.BIRTH_DATE: "[出生日期]",
    MaskKind.PLATE: "[车牌号]",
    MaskKind.MAIL: "[邮箱]",
    MaskKind.ACCOUNT: "[账号]",
    MaskKind.NUMBER: "[号码]",
}
_KIND_OF = {
    Mark.MAIL: MaskKind.MAIL,
    Mark.IDENTITY_NUMBER: MaskKind.IDENTITY_NUMBER,
    Mark.BANK_CARD: MaskKind.BANK_CARD,
    Mark.MOBILE: MaskKind.PHONE,
    Mark.TELEPHONE: MaskKind.PHONE,
}
_VOID = r"[ \t\u3000\u200b-\u200f\u2060\ufeff\-_.·,，、/]"
_GAP = rf"{_VOID}{{0,2}}"

_SPOKEN = str.maketrans("零〇○幺一二两三四五六七八九壹贰叁肆伍陆柒捌玖", "00011223456789123456789")
_NUMERAL = r"[零〇○幺一二两三四五六七八九壹贰叁肆伍陆柒捌玖\d]"
_SPOKEN_RUN = re.compile(
    rf"{_NUMERAL}{{3}}[,，、]{_NUMERAL}{{4}}[,，、]{_NUMERAL}{{4}}(?!{_NUMERAL})|{_NUMERAL}(?:[ \-]?"
    f"{_NUMERAL}){{6,}}"
)

_Y = r"(?:(?:19|20)\d{2}|[一二][九〇零○][一二三四五六七八九〇零○]{2}|(?<!\d)\d{2})"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九正冬腊])"
_D = r"(?:3[01]|[12]\d|0?[1-9]|初?[一二三四五六七八九十]{1,3}|廿[一二三四五六七八九]?)"
_ERA = r"(?:公元|农历|阴历|阳历|公历|旧历|新历|民国)?"
_DAY = (
    rf"(?:{_ERA}{_Y}\s?[年\-./]\s?(?:{_ERA}{_M}(?:\s?[月\-./]\s?(?:{_D}\s?[日号]?)?)?)?(?!\d)"
    rf"|(?:19|20)\d{{6}}(?!\d)|{_ERA}{_M}月{_D}[日号]?)"
)
_BORN = re.compile(
    "(?:出生日期|出生年月日?|出生时间|出生于|生于|生日|生辰|诞生于|诞辰|出生)(?:日期)?(?:为"
    rf"|是|在|的)?[:：\s（(]{{0,3}}({_DAY})"
    rf"|({_DAY})\s?(?:出生|生人|生辰|的?生日|诞生|降生|(?:的?生)(?![活病产前意气效育日])|(?=[,，、]?(?:汉族"
    "|满族|回族|壮族|蒙古族|[男女][,，、。]))|生(?=[,，。、;；)）的]))"
    rf"|[（(,，、\s](?:男|女|男性|女性)[,，、\s]{{1,2}}(?:汉族[,，、\s]{{1,2}})?({_DAY})(?=[,，、。;；)）\s])"
)
_ACCOUNT = re.compile(
    "(?:(?<!公众)(?:微信|薇信|威信|徽信|微x|V信|WeChat|weixin|(?<![A-Za-z])(?:vx|wx|v)(?![A-Za-z]))(?:账号"
    "|帐号|号码|号|ID)?|(?<![A-Za-z])QQ(?:邮箱|群|号码|号)?|扣扣号?|企鹅号?|Q号|抖音号?"
    "|快手号?|支付宝(?:账号|帐号|账户|号)?|钉钉号?"
    "|小红书号?|微博(?:账号|名|号)?|陌陌号?|(?:账号|帐号)|(?:加我|加她|加他|联系我|搜))(?:为"
    r"|是|叫|同名)?[\s:：，,（(“\"【\[+]{0,4}"
    r"((?=[\w\-]*\d|[\w\-]*[A-Za-z][\w\-]*)[A-Za-z\d_][\w\-]{4,29}+)(?!\s?[元块万年月])",
    re.IGNORECASE | re.ASCII,
)
_WXID = re.compile(r"(?<!\w)wxid_\w{5,30}", re.ASCII | re.IGNORECASE)
_PLATE = re.compile(
    r"(?<![\dA-Za-z])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?"
    r"[A-HJ-Za-hj-z][ ·\-.]?(?=[A-Za-z\d]*\d[A-Za-z\d]*\d)"
    r"(?:[A-Za-z\d]{5,6}(?![A-Za-z\d])|[A-Za-z\d]{4}[学警挂港澳])[学警挂]?"
)
_PAPERS = re.compile(
    "(?:护照|通行证|居住证|军官证|士兵证|残疾人?证|老年证|优待证|低保证|社保卡?|医保卡?"
    "|社会保障卡?|病历|病案|住院|门诊|就诊卡?|档案|驾驶证|驾照|存折|银行卡|银行账|卡|账"
    "|帐|学|身份证)"
    r"(?:编)?(?:号码|号|户|账号)(?:为|是|码)?[:：\s（(]{0,3}(?:第)?([A-Za-z]{0,3}\d[A-Za-z\d\- ]{2,24}\d[Xx"
    r"]?|[A-Za-z]{0,3}\d{3,25}[Xx]?)"
)
_BADGE = re.compile(
    r"(?:工号|工牌号|警号|执法证号|尾号|后[四六4-6]位(?:数字?)?|末[四4]位)(?:为|是)?[:：\s（(]{0,3}([A-Za-z"
    r"]{0,3}\d{3,12}[Xx]?)"
)
_CREDIT = re.compile(r"信用代码(?:证)?(?:号|编号)?(?:为|是)?[:：\s（(]{0,3}[\dA-Z]{15,20}")
_DISABILITY = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx]\d{2}(?![\dA-Za-z])")
"""The number of a disability certificate: an identity number, kind and degree."""
_WRITTEN_ON = re.compile(r"[\u4e00-\u9fff]?[老残优退军警保伤烈][\u4e00-\u9fff]{0,3}证(?:字)?第?\d{5,12}号?")
_PASSPORT = re.compile(r"(?<![A-Za-z\d])[A-Z]\d{8,9}(?:[(（]\d[)）])?(?![A-Za-z\d])")
_MOBILE_APART = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_FOREIGN = re.compile(
    r"(?:\+|(?<![\dA-Za-z])00)(?!86)\d{1,3}[\s\-]?(?:\(\d{1,4}\)[\s\-]?)?\d{2,4}(?:[\s\-]?\d{2,4}){1,3}(?!"
    r"\d)"
)
_EXTENSION = r"(?:\s?(?:，?转|分机号?|ext\.?|#|-)\s?(?:分机)?\s?\d{1,6}(?!\d))?"
_LANDLINE = re.compile(
    rf"(?<!\d)[（(]?0(?:10|2\d|[3-9]\d{{2}})[)）]?[\s\-_.]{{0,3}}[2-9]\d{{2,3}}[\s\-]?\d{{4}}(?!\d)"
    f"{_EXTENSION}",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    rf"(?<![\dA-Za-z.-])[2-9]\d{{2,3}}[\s\-]?\d{{4}}(?![\dA-Za-z]){_EXTENSION}", re.IGNORECASE
)
_OF_AN_OFFICE = re.compile(
    "(?:监督|投诉|举报|咨询|服务|值班|办公|热线|总机|公开|信访|受理|便民|窗口|接待|办公室"
    r"|前台|院办)(?:电话|热线|号码|专线|座机)?(?:为|是)?[:：\s（(]{0,3}$"
)
_BEHIND_AN_OFFICE = re.compile(
    r"(?:局|科|处|股|室|委|办|所|站|政府|委员会|中心|协会|法院|法庭|机构|大队)"
    r"(?:申请|调解|反映|咨询|联系|投诉|举报|办理|报名|预约|登记|了解|查询|复议|复查|[,，、（(\s]){0,5}"
    r"(?:联系|咨询|办公)?(?:电话|热线)?(?:号码)?(?:为|是)?[:：\s]{0,3}$"
)
_OF_THE_STATE = re.compile(
    r"(?:公务|联系|单位|机关|工作|公开|专用|办公|监督|投诉|举报)?(?:邮箱|邮件|信箱)(?:为|是|至)?[:：\s]{0,3}$"
)
_CALLS = re.compile(
    "(?:电话|手机|座机|固话|号码|致电|拨打|拨|打|联系|联络|来电|回电|传真|Tel|TEL|tel"
    r"|☎|家里|小灵通)[^\d。；;]{0,8}$"
)
_COUNTED = re.compile(
    r"\s?(?:元|块|万|人|张|次|件|平方|平米|㎡|m|号楼|公里|米|克|斤|份|家|所|个|名|户|%"
    "|％|年|版)"
)
_DIGITS = re.compile(r"(?<![\dA-Za-z])\d(?:[ \t\u3000\u200b-\u200f\u2060\ufeff\-_]{0,2}\d)*+[Xx]?")
_EXT_ALONE = re.compile(r"(?:分机号?|内线)[:：\s]{0,2}(\d{2,6})")
_LESS_SURE = (
    (_WRITTEN_ON, MaskKind.NUMBER),
    (_PAPERS, MaskKind.NUMBER),
    (_BADGE, MaskKind.NUMBER),
    (_EXT_ALONE, MaskKind.PHONE),
    (_FOREIGN, MaskKind.PHONE),
    (_PASSPORT, MaskKind.IDENTITY_NUMBER),
)
_DATE_LIKE = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def mask_numbers(sheet: Sheet) -> None:
    """Claim every number that may lead to a person, and keep those that don't. What is surest comes first."""
    _each(sheet, _PLATE, MaskKind.PLATE)
    keep_numbers(sheet)
    for hit in _BORN.finditer(sheet.rest):
        _mask(sheet, *hit.span(hit.lastindex or 0), MaskKind.BIRTH_DATE)
    keep_dates(sheet)
    for hit in _CREDIT.finditer(sheet.rest):
        sheet.keep(*hit.span())
    keep_codes(sheet)
    _each(sheet, _DISABILITY, MaskKind.IDENTITY_NUMBER)
    _marks(sheet, sheet.rest)
    _each(sheet, _WXID, MaskKind.ACCOUNT)
    _each(sheet, _LANDLINE, MaskKind.PHONE)
    _each(sheet, _ACCOUNT, MaskKind.ACCOUNT)
    _each(sheet, _MOBILE_APART, MaskKind.PHONE)
    _spoken(sheet)
    for pattern, kind in _LESS_SURE:
        _each(sheet, pattern, kind)
    for hit in _LOCAL.finditer(sheet.rest):
        called = _CALLS.search(sheet.plain[max(0, hit.start() - 14) : hit.start()])
        plain = hit[0].isdigit() and not _DATE_LIKE.fullmatch(hit[0])
        if called or (plain and not _COUNTED.match(sheet.plain, hit.end())):
            _phone(sheet, *hit.span())
    for hit in _DIGITS.finditer(sheet.rest):
        _run(sheet, hit)


def _mask(sheet: Sheet, start: int, end: int, kind: MaskKind) -> None:
    sheet.mask(start, end, kind, REPLACEMENTS[kind])


def _each(sheet: Sheet, pattern: re.Pattern[str], kind: MaskKind) -> None:
    """Mask what the pattern's group holds, or the whole of what it finds if it has none."""
    for hit in pattern.finditer(sheet.rest):
        if pattern is _LANDLINE:
            _phone(sheet, *hit.span())
        else:
            _mask(sheet, *hit.span(pattern.groups), kind)


def _phone(sheet: Sheet, start: int, end: int) -> None:
    """Mask a landline, unless a word before it says that it is an office's."""
    before = sheet.plain[max(0, start - 40) : start]
    if _OF_AN_OFFICE.search(before) or _BEHIND_AN_OFFICE.search(before):
        sheet.keep(start, end)
    else:
        _mask(sheet, start, end, MaskKind.PHONE)


def _marks(sheet: Sheet, text: str) -> None:
    """Mask what anywhere counts as a personal mark, with or without a right check digit."""
    for mark, pattern in PATTERNS:
        if mark is not Mark.TELEPHONE:
            for hit in pattern.finditer(text):
                if mark is Mark.MAIL and _is_of_the_state(sheet.plain, hit):
                    sheet.keep(*hit.span())
                    continue
                size = sum(one in "0123456789Xx" for one in hit[0])
                _mask(sheet, *hit.span(), _long(size) if mark is Mark.BANK_CARD else _KIND_OF[mark])


def _is_of_the_state(text: str, hit: re.Match[str]) -> bool:
    before = text[max(0, hit.start() - 12) : hit.start()]
    return hit[0].lower().endswith(".gov.cn") and bool(_OF_THE_STATE.search(before))


def _spoken(sheet: Sheet) -> None:
    """Read numbers in Chinese numerals: 一三八零零一三八零零零."""
    for run in _SPOKEN_RUN.finditer(sheet.rest):
        piece = run[0]
        digits = re.sub(r"\D", "", piece.translate(_SPOKEN))
        if len(set(digits)) > 1 and not re.fullmatch(r"[\d \-]+", piece):
            kind = MaskKind.PHONE if len(digits) <= 12 else MaskKind.IDENTITY_NUMBER
            _mask(sheet, *run.span(), kind)


def _run(sheet: Sheet, hit: re.Match[str]) -> None:
    """Mask a long run of digits that nothing has explained."""
    groups = [(hit.start() + one.start(), hit.start() + one.end()) for one in re.finditer(r"[\dXx]+", hit[0])]
    total = sum(end - start for start, end in groups)
    if 15 <= total <= 20 and (len(groups) == 1 or all(end - start >= 3 for start, end in groups)):
        _mask(sheet, *hit.span(), _long(total))
        return
    for start, end in groups:
        size = end - start
        counted = _COUNTED.match(sheet.plain, end)
        if size >= 11 or (size in (7, 8, 9, 10) and not counted and not _DATE_LIKE.fullmatch(hit[0])):
            _mask(sheet, start, end, _long(size))


def _long(size: int) -> MaskKind:
    if size in (15, 17, 18):
        return MaskKind.IDENTITY_NUMBER
    if size in (16, 19):
        return MaskKind.BANK_CARD
    return MaskKind.NUMBER
