"""Reading single cells: what a bureau wrote → a value, "not stated", or a refusal that says why."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache

from portal.domain.errors import UnreadableValue
from portal.institutions.importer.tables import Cell, cell_text

NOT_STATED = frozenset(
    [
        "未知",
        "无",
        "暂无",
        "没有",
        "不详",
        "未填",
        "未填写",
        "未提供",
        "未公布",
        "不适用",
        "空",
        "无数据",
        "暂无数据",
        "暂缺",
        "待补",
        "待补充",
        "待定",
        "null",
        "none",
        "n/a",
        "na",
        "nan",
        "#n/a",
    ]
)
_DASHES = re.compile(r"[-—–―－_/／\\、.。…·*]+")
_ERROR = re.compile(r"#(REF|VALUE|DIV/0|NAME|NUM|NULL|N/A|SPILL|CALC|GETTING_DATA)[!?]?$", re.I)
_COUNT = re.compile(r"(\d+)(?:\.0+)?(?:张|个|人|名|位|床|间|张床位|张床|个床位|床位|余额)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[,，]\d{3})+")
MOST = 1_000_000
"""No home has more beds or people; a larger number is a telephone number in the wrong column."""

PHONE_DIGITS = 13
"""No telephone number is longer; more digits are something else, perhaps an identity card's."""

_YMD = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_YM = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_Y = re.compile(r"(\d{4})年?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_EPOCH = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2100
_WIDE = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Control and format characters. Private-use and unassigned ones stay: they are rare characters in names."""
_ODD = re.compile(
    "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\xa0\\xad\\u0600-\\u06ff\\u070f\\u180e\\u2000-\\u200f\\u2028-\\u202f"
    "\\u205f-\\u206f\\u3000\\ud800-\\udfff\\ufeff\\uff10-\\uff19\\uff21-\\uff3a\\uff41-\\uff5a"
    "\\ufff9-\\ufffb\\U000110bd\\U000e0000-\\U000e0fff]|  |_x000D_"
)
"""What ``tidy`` would change; most texts hold none of it."""
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
"""Letters by their category that nobody sees: the Hangul fillers."""
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")

TRUE_WORDS = frozenset(
    [
        "是",
        "有",
        "√",
        "✓",
        "✔",
        "☑",
        "✅",
        "对",
        "y",
        "yes",
        "true",
        "1",
        "已",
        "已取得",
        "已开展",
        "已备案",
        "已登记",
        "已投保",
        "已签约",
        "开展",
        "收",
        "收住",
        "可",
        "可以",
    ]
)
FALSE_WORDS = frozenset(
    ["否", "×", "✗", "✘", "x", "☒", "错", "n", "no", "false", "0", "未", "不",
     "不是", "未取得", "未开展", "未备案", "未登记", "未投保", "未签约", "不收", "不收住", "不可以"]
)  # fmt: skip


def tidy(text: str) -> str:
    """Return text without invisible marks, spaces made one, full-width letters and digits made narrow.

    Chinese punctuation stays as it was written: （南院） is how a name is spelled, not noise.
    """
    if _ODD.search(text) is None:
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    shown = "".join(ch for ch in text if ch == "\n" or ch == "\t" or unicodedata.category(ch) not in _UNSEEN)
    return _SPACES.sub(" ", shown.translate(_WIDE)).strip()


def plain_text(cell: Cell) -> str:
    """Return a cell as tidy text; a number without the ``.0`` that spreadsheets add."""
    return tidy(cell_text(cell))


@lru_cache(maxsize=200_000, typed=True)
def said(cell: Cell) -> str:
    """Return what a cell says, tidy; an empty text where it says nothing."""
    text = plain_text(cell)
    return "" if not_stated(text) else text


def unsightly(name: str) -> str | None:
    """Return why a name can't be shown as one, None for a good name."""
    if not any(unicodedata.category(ch)[0] in "LN" and ch not in _BLANK_LETTERS for ch in name):
        return "机构名称里没有看得见的字"
    marks = 0
    for ch in unicodedata.normalize("NFD", name):
        marks = marks + 1 if unicodedata.category(ch)[0] == "M" else 0
        if marks > 2:
            return "机构名称里有叠在一起的附加符号"
    return None


def is_error(text: str) -> bool:
    """True for what a spreadsheet shows where a formula failed."""
    return text.startswith("#") and _ERROR.fullmatch(text) is not None


def not_stated(text: str) -> bool:
    """True for an empty cell and for what bureaus write where they know nothing: 未知, 暂无, ——, / …"""
    return not text or text.lower() in NOT_STATED or _DASHES.fullmatch(text) is not None


def one_line(text: str) -> str:
    """Return text on one line; a line break between Chinese characters is a wrapped cell, not a space."""
    return re.sub(r"\s*\n\s*", "", text)


@lru_cache(maxsize=20_000)
def read_count(text: str) -> int:
    """Return a number of beds or people: ``300张``, ``1,200``, ``120.0``. Raises UnreadableValue."""
    squeezed = text.replace(" ", "")
    if _THOUSANDS.match(squeezed):
        squeezed = re.sub(r"[,，]", "", squeezed)
    found = _COUNT.fullmatch(squeezed)
    if found is None:
        if re.fullmatch(r"[-－−]\d+(\.0+)?\D{0,2}", squeezed):
            raise UnreadableValue("是负数，数量不会小于0")
        raise UnreadableValue("读不出整数，应写成120这样的数字")
    count = int(found[1]) if len(found[1]) <= 9 else MOST + 1
    if count > MOST:
        raise UnreadableValue("读不出合理的数量，数字过大")
    return count


def read_flag(text: str) -> bool | None:
    """Return yes or no, None where the words say neither."""
    word = text.lower().strip("()（） ")
    if word in TRUE_WORDS:
        return True
    return False if word in FALSE_WORDS else None


@lru_cache(maxsize=50_000, typed=True)
def read_partial_date(cell: Cell) -> str:
    """Return an opening date as ISO text, a year or a year and month where no more is given.

    A year typed into a date cell becomes a day of 1905 (serial 1900-2100): it's read back as that year.
    Raises UnreadableValue.
    """
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        serial = (cell - _EPOCH).days
        return str(serial) if FIRST_YEAR <= serial <= LAST_YEAR else _year_checked(cell).isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(float(cell))
    text = tidy(cell_text(cell)).replace(" ", "") if ":" not in cell_text(cell) else tidy(cell_text(cell))
    if found := _YMD.fullmatch(text) or _COMPACT.fullmatch(text):
        day = _day(int(found[1]), int(found[2]), int(found[3]))
        serial = (day - _EPOCH).days
        return str(serial) if FIRST_YEAR <= serial <= LAST_YEAR else day.isoformat()
    if found := _YM.fullmatch(text):
        _day(int(found[1]), int(found[2]), 1)
        return f"{found[1]}-{int(found[2]):02d}"
    if (found := _Y.fullmatch(text)) and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return found[1]
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_number(float(text))
    raise UnreadableValue("读不出日期，应写成2018-03-05、2018年3月或2018")


def _from_number(number: float) -> str:
    if number.is_integer() and FIRST_YEAR <= number <= LAST_YEAR:
        return str(int(number))
    if number.is_integer() and (found := _COMPACT.fullmatch(str(int(number)))):
        return _day(int(found[1]), int(found[2]), int(found[3])).isoformat()
    if LAST_YEAR < number < 80_000:
        return _year_checked(_EPOCH + timedelta(days=int(number))).isoformat()
    if 1900 <= number < 2101 and re.fullmatch(r"\d{4}\.\d{1,2}", repr(number)):
        year, month = repr(number).split(".")
        _day(int(year), int(month), 1)
        return f"{year}-{int(month):02d}"
    raise UnreadableValue("读不出日期，应写成2018-03-05、2018年3月或2018")


def _day(year: int, month: int, day: int) -> date:
    try:
        return _year_checked(date(year, month, day))
    except ValueError:
        raise UnreadableValue("读不出日期，没有这一天") from None


def _year_checked(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadableValue("读不出合理的日期，年份不对")
    return day


def read_coordinate(text: str, *, latitude: bool) -> float:
    """Return degrees. Raises UnreadableValue, also for a number off the globe."""
    name, limit = ("纬度", 90) if latitude else ("经度", 180)
    found = re.fullmatch(r"(?:[东北]经|北纬|[EN])?\s*(-?\d{1,3}(?:\.\d+)?)\s*[°度]?\s*[EN]?", text, re.I)
    if found is None:
        sexagesimal = re.fullmatch(
            r"(?:东经|北纬)?\s*(\d{1,3})[°度]\s*(\d{1,2})[′'’分]\s*(?:(\d{1,2}(?:\.\d+)?)[″\"”秒])?\s*[EN]?",
            text,
            re.I,
        )
        if sexagesimal is None:
            raise UnreadableValue(f"读不出{name}，应写成117.2018这样的十进制度数")
        degrees, minutes, seconds = (float(part or 0) for part in sexagesimal.groups())
        number = degrees + minutes / 60 + seconds / 3600
        if minutes >= 60 or seconds >= 60:
            raise UnreadableValue(f"读不出{name}，分和秒应小于60")
    else:
        number = float(found[1])
    if abs(number) > limit:
        raise UnreadableValue(f"{name}应在-{limit}到{limit}之间")
    return round(number, 7)


def read_phone(cell: Cell) -> tuple[str | None, bool]:
    """Return (telephone numbers as text, True if other words, perhaps a person's name, were left out)."""
    text = one_line(unicodedata.normalize("NFKC", plain_text(cell)).replace("、", "、"))
    text = re.sub(r"[－–—―]", "-", text)
    kept = re.sub(r"(转|分机|总机|热线|值班|办公室|座机|传真|手机|电话|或|及|和|[:：])", "", text)
    runs = [run.strip() for run in re.findall(r"\+?\(?\d[\d\-() ]*(?:转\d+)?", text)]
    bearable = [run for run in runs if _is_phone_size(run)]
    if not re.search(r"[^\W\d_]", kept) and len(bearable) == len(runs):
        return (text or None), False
    numbers = [run for run in bearable if re.fullmatch(r"\+?\(?\d[\d\-() ]{5,}\d(?:转\d+)?", run)]
    return ("、".join(numbers) or None), True


def _is_phone_size(run: str) -> bool:
    """True if each number of a run has at most ``PHONE_DIGITS`` digits; +86 and an extension come on top."""
    run = re.sub(r"^(?:\+|00)86[- ]?", "", run.partition("转")[0])
    if _digits(run) <= PHONE_DIGITS or re.fullmatch(r"0\d{2,3}-\d{7,8}-\d{1,8}", run):
        return True
    return all(_digits(part) <= PHONE_DIGITS for part in run.split(" "))


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
