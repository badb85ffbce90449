"""Whom to visit next (R26): points by a published rule, each line with its reason and its source.

"Many complaints, great hazards, broken trust or a record of offences raise the frequency of inspection" (NT
4(8)): how much each weighs is the portal's own, published so that anybody may say that it weighs wrong. A
home has the sum of its lines; nothing else moves it up or down. Pure: counts in, points out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

YEAR = 365
"""Days that "within a year" reaches back."""
LONG_AGO, VERY_LONG_AGO = 12, 24
"""Months since the last visit."""


class Line(StrEnum):
    """A line of the rule."""

    MAJOR_OPEN = "major_open"
    OVERDUE = "overdue"
    OPEN = "open"
    RECURRED = "recurred"
    UPHELD = "upheld"
    REFUSED = "refused"
    PENALTY = "penalty"
    DISCREDIT = "discredit"
    SAFETY_FAILED = "safety_failed"
    FIRE_FAILED = "fire_failed"
    GRADE_ENDED = "grade_ended"
    NEVER = "never"
    VERY_LONG = "very_long"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a line counts. ``points``: for each; ``most``: how many of them count."""

    line: Line
    what: str
    points: int
    most: int
    unit: str
    why: str
    source: str

    @property
    def most_points(self) -> int:
        """All that this line can come to."""
        return self.points * self.most


_JOINT = "《关于建立健全养老服务综合监管制度促进养老服务高质量发展的实施意见》"
_SANMING = "三明市民政局2024年《深化“整治公建民营等养老机构服务不规范问题 推动养老服务质量提升”工作方案》"
_MORE_OFTEN = f"{_JOINT}（八）：对投诉举报多、安全隐患大、有失信行为或严重违法违规记录的，增加抽查频次"
_YEARLY = f"{_JOINT}（九）：每年要组织对养老机构进行现场检查"

RULES: tuple[Rule, ...] = (
    Rule(
        Line.MAJOR_OPEN, "没有销号的重大隐患", 30, 3, "处",
        "会伤人的隐患，一天不除，一天有险。", f"{_SANMING}：发现的重大安全隐患100%消除",
    ),
    Rule(
        Line.REFUSED, "一年内不让检查的人进门", 20, 2, "次",
        "不让看的，更要去看。", _MORE_OFTEN,
    ),
    Rule(
        Line.DISCREDIT, "在失信名单上", 20, 1, "项",
        "失信期间应当多查。", _MORE_OFTEN,
    ),
    Rule(
        Line.OVERDUE, "过了期限还没有改好的问题", 15, 4, "个",
        "说好哪天改好，到期没有改。", f"{_SANMING}五（二）：下发问题整改通知单督促养老机构限时整改",
    ),
    Rule(
        Line.RECURRED, "两年内改好又反弹的问题", 15, 3, "个",
        "改好了又犯，说明没有改到根上。", f"{_SANMING}六（四）：开展“回头看”，对“卷土重来”的问题督促立行立改",
    ),
    Rule(
        Line.FIRE_FAILED, "最近一次消防评估没有通过", 15, 1, "次",
        "失火时老人跑不快。", f"{_JOINT}（二）：抓好消防安全整治，摸清消防安全状况",
    ),
    Rule(
        Line.SAFETY_FAILED, "最近一次评估不符合《养老机构服务安全基本规范》", 15, 1, "次",
        "强制性国家标准，家家都要做到。",
        f"{_SANMING}：在运营养老机构100%符合《养老机构服务安全基本规范》（GB 38600-2019）",
    ),
    Rule(
        Line.PENALTY, "一年内的行政处罚", 12, 3, "次",
        "有违法记录的应当多查。", _MORE_OFTEN,
    ),
    Rule(
        Line.UPHELD, "一年内查证属实的投诉", 8, 5, "件",
        "投诉多的应当多查。只数件数，不看谁投诉、说了什么。", _MORE_OFTEN,
    ),
    Rule(
        Line.OPEN, "还在期限里、没有改好的其他问题", 3, 5, "个",
        "去看看改到哪一步了。", f"{_SANMING}五（二）：登记上账、闭环管理、逐一销账",
    ),
    Rule(
        Line.NEVER, "平台上从来没有检查记录", 25, 1, "项",
        "没有人去看过，就不知道里面怎么样。", _YEARLY,
    ),
    Rule(
        Line.VERY_LONG, f"上次检查已经过去{VERY_LONG_AGO}个月以上", 20, 1, "项",
        "两年没有人去过。", _YEARLY,
    ),
    Rule(
        Line.LONG, f"上次检查已经过去{LONG_AGO}个月以上", 10, 1, "项",
        "每年至少去一次。", _YEARLY,
    ),
    Rule(
        Line.GRADE_ENDED, "等级证书过期或者被撤销，没有新的", 5, 1, "项",
        "门口还挂着的等级，可能已经名不副实。", "《养老机构等级划分与评定》国家标准实施指南：等级有效期三年",
    ),
)  # fmt: skip
"""The rule, dearest lines first."""

RULE = {rule.line: rule for rule in RULES}
assert set(RULE) == set(Line), "every line has its rule"


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of a home's points: how many there are, and what they come to."""

    line: Line
    count: int
    points: int


def reasons_of(counts: Mapping[Line, int]) -> tuple[Reason, ...]:
    """Return the lines that count, in the rule's order; what is above a line's most stays in its count."""
    return tuple(
        Reason(rule.line, count, rule.points * min(count, rule.most))
        for rule in RULES
        if (count := counts.get(rule.line, 0)) > 0
    )


def since_visit(last: date | None, today: date) -> Line | None:
    """Return the line that the time since the last visit makes, None while it is short enough."""
    if last is None:
        return Line.NEVER
    if last < months_before(today, VERY_LONG_AGO):
        return Line.VERY_LONG
    return Line.LONG if last < months_before(today, LONG_AGO) else None


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier; the month's last where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")
