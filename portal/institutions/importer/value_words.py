"""Which word means which value: natures, states, grades. Values are those of the record's enums."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.institutions.importer.vocabulary import squeeze

_OPERATION_MODE = {
    "public_public": "公建公营 公办公营 公建国营 公办 公办(公建公营) 国办公营 公建公办",
    "public_private": "公建民营 公办民营 公建(办)民营 国有民营",
    "private_subsidised": "民办公助 民建公助",
    "private": "民办 民营 民建民营 民办非营利性 民办营利性 民办营利 民办非营利 民办(非营利) 民办(营利) 私营 社会办 民办民营 民办非营利性养老机构 民办营利性养老机构",
}
_LEGAL_FORM = {
    "public_institution": "事业单位 事业法人 事业单位法人 公益一类事业单位 公益二类事业单位",
    "social_service": "民办非企业单位 社会服务机构 民办非企业 民非 民非企业 民办非企业单位(法人) 社会服务机构(民办非企业单位) 民办非企业单位法人",
    "company": "企业 企业法人 有限责任公司 公司 企业单位 国有企业 民营企业 股份有限公司",
    "individual": "个体工商户 个体 个体户",
}
_KIND = {
    "welfare_home": "社会福利院 城市福利院 福利院 社会福利中心 综合福利院 老年社会福利院 城市社会福利院",
    "township_home": "农村敬老院 敬老院 乡镇敬老院 农村特困供养机构 农村特困人员供养机构 特困人员供养服务设施(敬老院) 特困人员供养服务设施",
    "nursing_home": "养老院",
    "apartment": "老年公寓 老人公寓",
    "nursing_centre": "护理院 护养院 护理中心 护养中心",
    "community_centre": "社区养老服务中心 社区养老机构 社区养老服务机构 日间照料中心 社区日间照料中心 社区嵌入式养老机构 嵌入式养老机构",
}
_OPERATING_STATE = {
    "operating": "正常营业 正常运营 运营中 运营 营业 营业中 正常 在营 已运营 正在运营 在运营 开业 已开业 存续 正常经营 在业 是",
    "not_opened": "未运营 未营业 未开业 筹建 筹建中 在建 建设中 待运营 未投入使用 未投入运营 筹备中 尚未运营",
    "suspended": "暂停营业 暂停运营 停业 停业整顿 暂停 暂停服务 歇业 停运 暂时停业",
    "closed": "关停 关闭 已关停 已关闭 撤销 已撤销 终止 终止服务 倒闭 注销 已注销",
    "merged": "合并 已合并 并入其他机构",
}
VALUES: dict[str, dict[str, str]] = {
    name: {squeeze(word): value for value, words in table.items() for word in words.split()}
    for name, table in {
        "operation_mode": _OPERATION_MODE,
        "legal_form": _LEGAL_FORM,
        "kind": _KIND,
        "operating_state": _OPERATING_STATE,
    }.items()
}
SAYS_NOTHING = frozenset({"养老机构", "机构", "养老服务机构"})
"""A nature that every home has."""

NOT_GRADED = frozenset(
    "未评定 未评 未评级 无等级 未参评 未参加评定 未参加 不参评 未定级 未评星 无星级 否 待评 未评等级 0".split()
)
_NATIONAL = re.compile(r"(?:国家)?([一二三四五1-5])级?(?:养老机构)?")
"""GB/T 37276-2018 knows levels; a 三星级 is a local scale's (a mapping file may say otherwise)."""
_SCALE = re.compile(r"[级星叶甲乙丙]|^a{1,5}$")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Words:
    """The built-in values with those of a mapping file before them."""

    extra: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def value(self, name: str, text: str) -> str | None:
        """Return the value of field ``name`` that ``text`` means, or None."""
        word = squeeze(text)
        return self.extra.get(name, {}).get(word) or VALUES.get(name, {}).get(word)

    def nature(self, text: str) -> dict[str, str]:
        """Return field → value for whatever a word says of operation, legal form and kind."""
        found = {name: self.value(name, text) for name in ("operation_mode", "legal_form", "kind")}
        return {name: value for name, value in found.items() if value is not None}

    def grade(self, text: str) -> tuple[str, int | None]:
        """Return what a grade is: ("national", 1-5), ("local", None), ("none", None) or ("unknown", None)."""
        word = squeeze(text)
        if named := self.extra.get("grade", {}).get(word):
            return (LOCAL, None) if named == LOCAL else ("national", int(named))
        if word in NOT_GRADED:
            return "none", None
        if found := _NATIONAL.fullmatch(word):
            return "national", _DIGITS.get(found[1]) or int(found[1])
        return (LOCAL, None) if _SCALE.search(word) else ("unknown", None)
