"""What a topic's progress is measured by (R41). Pure: names and words; the figures come from live records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TopicMetric(StrEnum):
    """What is counted, in the topic's area, since its first day."""

    PROBLEMS_CLEARED = "problems_cleared"
    NOTICES_CLEARED = "notices_cleared"
    MAJOR_CLEARED = "major_cleared"
    HOMES_TO_STANDARD = "homes_to_standard"
    HOMES_INSPECTED = "homes_inspected"
    HOMES_GRADED = "homes_graded"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Measure:
    """``counted``: what is counted, ``out_of``: of what (empty: of nothing, the goal is a number)."""

    label: str
    counted: str
    out_of: str
    unit: str


MEASURES = {
    TopicMetric.PROBLEMS_CLEARED: Measure(
        "问题销号", "从起算日起登账、已经验收销号的问题", "从起算日起登账的问题", "个"
    ),
    TopicMetric.NOTICES_CLEARED: Measure(
        "整改通知办结", "从起算日起发出、问题已全部销号的整改通知书", "从起算日起发出的整改通知书", "份"
    ),
    TopicMetric.MAJOR_CLEARED: Measure(
        "重大隐患消除", "从起算日起登账、已经验收销号的重大隐患", "从起算日起登账的重大隐患", "处"
    ),
    TopicMetric.HOMES_TO_STANDARD: Measure(
        "达到国家强制标准", "最近一次评估符合GB 38600的在营机构", "在营机构", "家"
    ),
    TopicMetric.HOMES_INSPECTED: Measure("上门检查", "从起算日起检查过的在营机构", "在营机构", "家"),
    TopicMetric.HOMES_GRADED: Measure("等级评定", "有国家标准等级、还在有效期里的在营机构", "在营机构", "家"),
    TopicMetric.BY_HAND: Measure("填报数", "由牵头部门填报，写明截止日期和来源", "", ""),
}
