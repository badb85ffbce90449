"""How long what somebody told us is kept once their case has ended, and when it is due to be erased.

The rule is the shortest time that the purpose needs (个人信息保护法第十九条), and erasing when that has run
out (第四十七条). The purpose ends when nobody can be made to answer for the matter any more, which differs by
what it was about. Figures hold nothing of a person and stay. A paper or file that the office has to hand to
its archive goes there by the archive's own rules, before and apart from this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Keep(StrEnum):
    """What a case was about, as far as it decides how long it is kept."""

    HARM = "harm"
    """Somebody's life, body or health: care, abuse, accidents, fire, food, medicine."""
    MONEY = "money"
    """What was paid or promised: fees, deposits, contracts, subsidies."""
    OTHER = "other"
    """Any other matter that was taken up, suggestions included."""
    NOT_TAKEN_UP = "not_taken_up"
    """Refused, or withdrawn before it was answered."""


@dataclass(frozen=True, slots=True)
class Term:
    """How many years after the end, and where that is from."""

    years: int
    source: str


SCHEDULE: dict[Keep, Term] = {
    Keep.HARM: Term(5, "行政处罚法第三十六条：涉及公民生命健康安全的，五年内可以处罚"),
    Keep.MONEY: Term(3, "民法典第一百八十八条：向法院请求保护民事权利，三年"),
    Keep.OTHER: Term(2, "行政处罚法第三十六条：一般违法行为，二年内可以处罚"),
    Keep.NOT_TAKEN_UP: Term(1, "个人信息保护法第十九条：没有办理的，留一年供核对"),
}


def kept_until(ended_on: date, keep: Keep) -> date:
    """Return the last day on which a case that ended on ``ended_on`` is kept: the same day, years later."""
    year = ended_on.year + SCHEDULE[keep].years
    try:
        return ended_on.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


def due_for_erasure(ended_on: date | None, keep: Keep, hold: bool, today: date) -> bool:
    """True if a case is to be erased: it ended, its term has run out, and nothing holds it.

    ``hold``: somebody has to keep it (a lawsuit, an investigation), however long that takes. A case that was
    opened again has not ended: ``ended_on`` is None then, and its term begins anew with its new end.
    """
    return ended_on is not None and not hold and today > kept_until(ended_on, keep)
