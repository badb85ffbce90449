"""How sure a count is, in words for everybody. Computed from sums alone; never a single number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FEW_PERSONS = 10
"""Below, there is nothing to judge by."""


class SureGrade(StrEnum):
    """How far a count can be relied upon."""

    FEW = "few"
    FIRM = "firm"
    FAIR = "fair"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Sureness:
    """What is known of how a count came about."""

    counted: int
    apart: int
    networks: int
    """From how many networks those that count came."""
    solved: int
    waited: int

    @property
    def unasked(self) -> int:
        """How many of those that count were asked for no proof, because it was quiet."""
        return max(0, self.counted - self.solved - self.waited)

    @property
    def grade(self) -> SureGrade:
        """Return the grade.

        WEAK: more set apart than counted, or fewer than one network for fifteen voices. FAIR: more than a
        fifth set apart, fewer than one network for five voices, or more than a fifth only waited.
        """
        if self.counted < FEW_PERSONS:
            return SureGrade.WEAK if self.apart > max(self.counted, FEW_PERSONS) else SureGrade.FEW
        if self.apart > self.counted or self.networks * 15 < self.counted:
            return SureGrade.WEAK
        if (
            self.apart * 4 > self.counted
            or self.networks * 5 < self.counted
            or self.waited * 5 > self.counted
        ):
            return SureGrade.FAIR
        return SureGrade.FIRM

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return how sure the count is and why, for the public."""
        return (_OPENING[self.grade], *self._details())

    def _details(self) -> list[str]:
        said = []
        if self.counted:
            said.append(f"计入的{self.counted}人来自{self.networks}个不同的网络。")
        if self.apart:
            said.append(f"另有{self.apart}人单独列出，没有计入：来得太集中，分不清是不是一人一次。")
        if self.unasked and self.counted >= FEW_PERSONS:
            said.append(f"其中{self.unasked}人是在访问不多的时候表达的，没有要求设备验算。")
        if self.waited:
            said.append(f"其中{self.waited}人的设备不能验算，改为等候，这一部分核对得松一些。")
        return said


_OPENING = {
    SureGrade.FEW: "人数还少，只能作个参考。",
    SureGrade.FIRM: "这个数比较可靠。",
    SureGrade.FAIR: "这个数大体可信，但有一部分核对不了。",
    SureGrade.WEAK: "这个数只能参考：来源太集中，或者单独列出的太多。",
}
