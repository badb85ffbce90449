"""Numbers that say nothing about a person: of cases and documents, hotlines, money, ordinary dates."""

from __future__ import annotations

import re

from portal.domain.redaction.sheet import Sheet

_HAN = "㐀-鿿"
_CASE = re.compile(
    rf"[（(〔\[【]\s?(?:19|20)\d{{2}}\s?[）)〕\]】][{_HAN}A-Za-z\d]{{0,14}}?\s?第?\s?\d{{1,8}}(?:[-之]\d{{1"
    rf",3}})?\s?号"
)
_OF_A_DOCUMENT = re.compile(rf"(?![到据按照依收看见发了由的在和与是达、])[{_HAN}]")
_STANDARD = re.compile(
    r"(?<![A-Za-z])(?:GB|MZ|JGJ|DB\d{2}|WS|GA|ISO|YY)(?:/[TZ])?\s?\d{2,6}(?:\.\d+)?(?:-\d{4})?"
)
_HOTLINE = re.compile(
    r"(?<![\dA-Za-z.-])(?<!\d )(?:1[12]\d|12\d{3}|96\d{3,4}|95\d{3}|100\d{2}|111\d{2}|118\d{3}"
    r"|[48]00[ -]?\d{3}[ -]?\d{4}|[48]00[ -]?\d{4}[ -]?\d{3}|[48]00[ -]?\d{7})(?![\dA-Za-z])(?![- ]\d)"
)
_MONEY = re.compile(
    r"(?<![\dA-Za-z])\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,2})?(?=\s?(?:余|多)?\s?[元块万圆]|[^\d])|"
    r"(?<![\dA-Za-z])[￥¥]\s?\d{1,9}(?:\.\d{1,2})?|"
    r"(?<![\dA-Za-z])\d{1,9}(?:\.\d{1,2})?(?=\s?(?:余|多|来)?\s?(?:元|块|万|亿|圆|人民币|RMB))"
)
_DATE = re.compile(
    r"(?<![\dA-Za-z])(?<!\d[ -])(?:(?:19|20)\d{2}\s?[-./年]\s?(?:0?[1-9]|1[0-2])\s?[-./月]\s?(?:3[01]"
    r"|[12]\d|0?[1-9])\s?[日号]?"
    r"|(?:19|20)\d{2}年(?:(?:0?[1-9]|1[0-2])月)?)(?!\d)(?:\s?(?:[01]?\d|2[0-3])[:：时点]\d{0,2}分?(?:[:：]"
    r"\d{2})?)?"
)
_MASKED = re.compile(r"\d{2,19}[*×xX＊]{2,16}\d{0,6}(?![\dA-Za-z])")
_CODE = re.compile(
    "(?:信用代码|注册号|备案号|备案编号|许可证号|许可证编号|许可证|证书编号|登记编号|登记证号"
    "|编号|单号|工单号?|工单编号|票号|受理号|受理编号|订单号|发票号码?|发票代码|文号|字号|件号"
    "|回执号|流水号"
    r"|合同号|合同编号)(?:为|是|码)?[:：\s（(]{0,3}(?!1[3-9]\d{9}(?!\d))[A-Za-z\d][A-Za-z\d\-_/]{3,29}"
)


def keep_dates(sheet: Sheet) -> None:
    """Claim dates that are nobody's birth; births are masked before."""
    _keep(sheet, _DATE)


def keep_numbers(sheet: Sheet) -> None:
    """Claim what has to stay readable, and what somebody has masked already."""
    _keep_documents(sheet)
    for pattern in (_MASKED, _STANDARD, _HOTLINE, _MONEY):
        _keep(sheet, pattern)


def keep_codes(sheet: Sheet) -> None:
    """Claim numbers that a word says to be of a document, an order or a company."""
    _keep(sheet, _CODE)


def _keep_documents(sheet: Sheet) -> None:
    """Claim what stands before the year as well: 丰民函〔2024〕36号."""
    text = sheet.rest
    for hit in _CASE.finditer(text):
        start = hit.start()
        if text[start] in "〔[【":
            while start and hit.start() - start < 8 and _OF_A_DOCUMENT.match(text[start - 1]):
                start -= 1
        sheet.keep(start, hit.end())


def _keep(sheet: Sheet, pattern: re.Pattern[str]) -> None:
    for hit in pattern.finditer(sheet.rest):
        sheet.keep(*hit.span())
