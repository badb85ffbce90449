"""What the policy papers want reached (part E), what each is measured by, and whether it is. Pure.

A target is data: year, area, key, value, source. The key says which population it is measured on, here. What
is not known of a home is neither counted as reached nor left out: it is said how many there are, and a target
is called reached or missed only where they could not change the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class TargetKey(StrEnum):
    """What is measured."""

    SERVICE_SAFETY = "service_safety"
    MAJOR_CLEARED = "major_cleared"
    GRADED = "graded"
    INSPECTED = "inspected"
    FILED = "filed"
    TOWNSHIP_GRADED = "township_graded"
    COUNTY_GRADED = "county_graded"
    TOWNSHIP_LEGAL = "township_legal"
    NURSING_BEDS = "nursing_beds"
    CONCENTRATED_CARE = "concentrated_care"
    CARERS_TRAINED = "carers_trained"


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a key is measured, in words. ``why``: why nothing on record measures it, where that is so."""

    title: str
    population: str
    """The denominator."""
    met: str
    """What of it counts as reached."""
    unit: str
    why: str = ""

    @property
    def measured(self) -> bool:
        """True if records tell."""
        return not self.why


MEANINGS: dict[TargetKey, Meaning] = {
    TargetKey.SERVICE_SAFETY: Meaning(
        "符合《养老机构服务安全基本规范》",
        "现在运营的养老机构",
        "最近一次评估结论是符合（GB 38600-2019）的",
        "家",
    ),
    TargetKey.MAJOR_CLEARED: Meaning(
        "重大隐患消除", "今年登账的、以前登账现在还没销号的重大隐患", "今年登账、已经验收销号的", "处"
    ),
    TargetKey.GRADED: Meaning(
        "开展等级评定", "现在运营的养老机构", "有国家标准等级、还在有效期里的（GB/T 37276-2018）", "家"
    ),
    TargetKey.INSPECTED: Meaning("检查覆盖", "现在运营的养老机构", "今年进门检查过的", "家"),
    TargetKey.FILED: Meaning("备案", "现在运营的养老机构", "已经登记并且备案的", "家"),
    TargetKey.TOWNSHIP_GRADED: Meaning(
        "乡镇公办机构达到一级、二级",
        "现在运营的乡镇敬老院（写明是民办的除外）",
        "国家标准一级以上、在有效期里的",
        "家",
    ),
    TargetKey.COUNTY_GRADED: Meaning(
        "县级公办机构达到二级、三级",
        "现在运营的社会福利院（写明是民办的除外）",
        "国家标准二级以上、在有效期里的",
        "家",
    ),
    TargetKey.TOWNSHIP_LEGAL: Meaning(
        "乡镇敬老院法人登记", "现在运营的乡镇敬老院", "有法人登记的（备没备案都算）", "家"
    ),
    TargetKey.NURSING_BEDS: Meaning(
        "特困人员供养机构护理型床位",
        "现在运营、收住特困人员的机构和乡镇敬老院里，公布了护理型床位数的，全部床位",
        "其中的护理型床位",
        "张",
    ),
    TargetKey.CONCENTRATED_CARE: Meaning(
        "低保完全失能老年人应收尽收", "", "", "人", "要数人：本平台不登记任何老人的个人信息，算不出来。"
    ),
    TargetKey.CARERS_TRAINED: Meaning("培训养老护理员", "", "", "人次", "本平台没有培训的记录，算不出来。"),
}
"""Every key's."""
assert set(MEANINGS) == set(TargetKey), "every key says what it measures"


class Verdict(StrEnum):
    """Whether a target is reached."""

    REACHED = "reached"
    MISSED = "missed"
    UNKNOWN = "unknown"
    """What is not known could turn the answer over."""
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Measured:
    """A population counted. ``unknown``: of the total, not known; ``outside``: homes not in the total."""

    met: int = 0
    total: int = 0
    unknown: int = 0
    outside: int = 0

    @property
    def least(self) -> int | None:
        """The share that is known to be reached, in whole percent, rounded down; None of nothing."""
        return 100 * self.met // self.total if self.total else None

    @property
    def most(self) -> int | None:
        """The share if all that is unknown were reached."""
        return 100 * (self.met + self.unknown) // self.total if self.total else None

    @property
    def nothing_known(self) -> bool:
        """True if no share can be told at all."""
        return self.total == self.unknown

    def plus(self, other: Measured) -> Measured:
        """Return both together."""
        return Measured(
            self.met + other.met,
            self.total + other.total,
            self.unknown + other.unknown,
            self.outside + other.outside,
        )


def verdict(measured: Measured | None, percent: int) -> Verdict:
    """Return whether at least so many percent are reached. None: nothing on record measures it."""
    if measured is None:
        return Verdict.NOT_MEASURED
    if measured.nothing_known:
        return Verdict.UNKNOWN
    if 100 * (measured.met + measured.unknown) < percent * measured.total:
        return Verdict.MISSED if not measured.outside else Verdict.UNKNOWN
    if 100 * measured.met >= percent * measured.total:
        return Verdict.REACHED if not measured.outside else Verdict.UNKNOWN
    return Verdict.UNKNOWN


def added(counts: Iterable[Measured]) -> Measured:
    """Return the sum."""
    summed = Measured()
    for one in counts:
        summed = summed.plus(one)
    return summed
