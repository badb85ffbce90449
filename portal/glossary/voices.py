"""The terms of voices: why one is counted apart, and how sure a count is."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.voice_sureness import SureGrade
from portal.glossary.term import Term, key_of
from portal.voices.kinds import Apart, BurstState, OriginKind, Proof, VoiceKind

_PLAIN: tuple[tuple[StrEnum, str, str], ...] = (
    (VoiceKind.SUGGESTION, "支持点题", ""),
    (VoiceKind.POOL, "年度点题投票", ""),
    (VoiceKind.VERDICT, "群众评价", ""),
    (Proof.UNASKED, "没有要求核对", "那时来的人不多。"),
    (Proof.SOLVED, "设备做过验算", ""),
    (Proof.WAITED, "等候代替验算", "设备不能运行脚本的，改为等候。"),
    (Apart.ADDRESS, "同一条线路来得多", "一家机构、一个村共用一条线路时也会这样。"),
    (Apart.NETWORK, "同一个网络来得多", "手机上网很多人共用一个出口时也会这样。"),
    (Apart.SURGE, "来得特别急", "短时间里一下子来了很多。"),
    (Apart.WAITED, "只等候、没验算的太多", ""),
    (Apart.PATTERN, "样子像机器", "很多条线路，每条都来了好几个，又都恰好不超过上限。"),
    (Apart.STAFF, "工作人员列出", "审核人员看过，写了理由。"),
    (OriginKind.ADDRESS, "线路", "一个IPv4地址，或者一段IPv6地址（/64）。"),
    (OriginKind.NETWORK, "网络", "IPv4的/24，IPv6的/48。"),
    (BurstState.WAITING, "等待审看", ""),
    (BurstState.KEPT_APART, "仍单独列出", ""),
    (BurstState.COUNTED, "已并入总数", ""),
    (SureGrade.FEW, "人数还少", ""),
    (SureGrade.FIRM, "比较可靠", ""),
    (SureGrade.FAIR, "大体可信", ""),
    (SureGrade.WEAK, "只能参考", ""),
)

VOICES: dict[tuple[type[StrEnum], str], Term] = {
    key_of(value): Term(label, meaning) for value, label, meaning in _PLAIN
}
"""Every term of voices."""
