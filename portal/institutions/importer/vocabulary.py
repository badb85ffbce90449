"""The words of the field (``vocabulary.json``): which heading means which field, which word which value.

Words are compared after ``squeeze``; a mapping file adds to both tables and wins over them. Of two columns
for one field, the one whose heading stands further left in the field's list is taken.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_MARKS = re.compile(r"[\s*＊★※▲●:：。、,，]+")
_BRACKETS = str.maketrans("（）【】［］〔〕「」“”", '()[][][][]""')


@lru_cache(maxsize=100_000)
def squeeze(text: str) -> str:
    """Return a heading's or value's comparison form: NFKC, no spaces, stars or colons, lower case."""
    normal = unicodedata.normalize("NFKC", text.translate(_BRACKETS)).lower()
    normal = "".join(ch for ch in normal if unicodedata.category(ch) != "Cf")
    return _MARKS.sub("", normal).strip('[]"')


_DATA: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))

HEADING_FIELDS: frozenset[str] = frozenset(_DATA["headings"])

IGNORED: dict[str, str] = {
    squeeze(word): reason for reason, words in _DATA["ignored"].items() for word in words
}
GENERIC: frozenset[str] = frozenset(map(squeeze, _DATA["generic"]))
"""Headings that beneath another heading may be somebody else's: 名称, 电话, 编号."""
NEUTRAL_PARENT = re.compile(
    r"^$|基本|机构|信息|概况|养老|单位|情况|内容|属地|所在|地址|位置|坐标|联系方式|行政区划"
)


PERSONAL = re.compile(
    r"法定代表|法人代表|法人姓名|法人电话|法人联系|法人身份|^法人$|机构法人$|负责人|联系人|院长|经办人|填表人|填报人|审核人|管理员|责任人|业主|老板"
    r"|监护人|姓名|身份证|证件号|证件类型|证件名称|出生|民族$|性别$|学历|微信|qq|邮箱|电子邮件|e-?mail|家属|手机|移动电话|住宅电话|投资人|股东|店长|老人名"
)
MAY_BE_PERSONAL = ("ignored", "phone")
"""What a mapping file may make of a personal column."""
PERSONAL_REASON = "个人信息，平台不收也不存"
MOBILE_REASON = "已有固定电话一列，个人手机不收"


@cache
def headings() -> dict[str, tuple[str, int]]:
    """Return squeezed heading → (field, rank); the smaller rank is preferred."""
    return {
        squeeze(word): (field, rank)
        for field, words in _DATA["headings"].items()
        for rank, word in reversed(list(enumerate(words)))
    }


@cache
def groups() -> dict[str, dict[str, str]]:
    """Return squeezed parent heading → squeezed child heading → field."""
    table: dict[str, dict[str, str]] = {}
    for group in _DATA["groups"]:
        children = {squeeze(word): field for field, words in group["children"].items() for word in words}
        table.update({squeeze(parent): children for parent in group["parents"]})
    return table


@cache
def values() -> dict[str, dict[str, str]]:
    """Return field → squeezed word → value."""
    return {
        field: {squeeze(word): value for value, words in table.items() for word in words}
        for field, table in _DATA["values"].items()
    }


def words(name: str) -> frozenset[str]:
    """Return one of the plain word lists: ``says_nothing``, ``not_graded``."""
    return frozenset(map(squeeze, _DATA[name]))
