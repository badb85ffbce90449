"""How ballots and verdicts are written as the choices of voices: short codes with commas between.

A ballot names candidates by their places in the pool, which never change. A verdict is one letter, and each
reason that letter with the reason's number, so that the sums tell for each verdict how often a reason was
given, and a voice that is set apart takes its reasons along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.topics.kinds import Verdict, VerdictReason

_LETTERS = {Verdict.CARRY_ON: "c", Verdict.DONE: "d"}
_VERDICTS = {letter: verdict for verdict, letter in _LETTERS.items()}
_NUMBERS = {
    VerdictReason.SEEN_CHANGE: "1",
    VerdictReason.PROMISES_KEPT: "2",
    VerdictReason.STAFF_BETTER: "3",
    VerdictReason.NO_CHANGE: "4",
    VerdictReason.CAME_BACK: "5",
    VerdictReason.ONLY_PAPER: "6",
    VerdictReason.NOT_EVERYWHERE: "7",
    VerdictReason.DONT_KNOW: "8",
}
"""Kept with the voices for good: numbers are added, never given anew."""
_REASONS = {number: reason for reason, number in _NUMBERS.items()}


def ballot_code(positions: Iterable[int]) -> str:
    """Return the choice of a ballot for these places."""
    return ",".join(str(one) for one in sorted(set(positions)))


def positions_in(code: str) -> tuple[int, ...]:
    """Return the places a ballot names."""
    return tuple(int(one) for one in code.split(",") if one)


def verdict_code(verdict: Verdict, reasons: Iterable[VerdictReason]) -> str:
    """Return the choice of a verdict with its reasons."""
    letter = _LETTERS[verdict]
    return ",".join(
        [letter, *(f"{letter}{number}" for number in sorted(_NUMBERS[one] for one in set(reasons)))]
    )


def verdict_in(code: str) -> tuple[Verdict, frozenset[VerdictReason]]:
    """Return the verdict and the reasons of a choice."""
    first, *more = code.split(",")
    return _VERDICTS[first], frozenset(_REASONS[one[1:]] for one in more)


def by_verdict(counted: Mapping[str, int]) -> dict[Verdict, int]:
    """Return how many gave which verdict, of the sums by choice."""
    return {verdict: counted.get(letter, 0) for verdict, letter in _LETTERS.items()}


def majority(counted: Mapping[str, int]) -> Verdict | None:
    """Return what most said; None where both are equally many, or nobody spoke."""
    said = by_verdict(counted)
    carry_on, done = said[Verdict.CARRY_ON], said[Verdict.DONE]
    if carry_on == done:
        return None
    return Verdict.CARRY_ON if carry_on > done else Verdict.DONE


def by_reason(counted: Mapping[str, int], verdict: Verdict) -> dict[VerdictReason, int]:
    """Return how many of those with a verdict gave which reason, of the sums by choice."""
    letter = _LETTERS[verdict]
    return {reason: counted.get(f"{letter}{number}", 0) for reason, number in _NUMBERS.items()}
