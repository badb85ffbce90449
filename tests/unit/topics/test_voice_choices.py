"""Ballots and verdicts as choices of voices: every one can be read again, and fits."""

from __future__ import annotations

from itertools import chain, combinations

from portal.topics.kinds import Verdict, VerdictReason
from portal.topics.voice_choices import (
    ballot_code,
    by_reason,
    by_verdict,
    positions_in,
    verdict_code,
    verdict_in,
)
from portal.voices.models import CHOICE_MOST


def test_ballot() -> None:
    """Each place once, in order, whatever way it was ticked."""
    assert ballot_code([12, 3, 3]) == "3,12"
    assert positions_in("3,12") == (3, 12)
    assert positions_in("") == ()


def test_longest_ballot_fits() -> None:
    """Ten choices among thirty candidates."""
    assert len(ballot_code(range(21, 31))) <= CHOICE_MOST


def test_every_verdict_can_be_read_again() -> None:
    """Both verdicts with every set of reasons, each with a code of its own."""
    sets = list(chain.from_iterable(combinations(VerdictReason, n) for n in range(len(VerdictReason) + 1)))
    codes = set()
    for verdict in Verdict:
        for reasons in sets:
            code = verdict_code(verdict, reasons)
            assert verdict_in(code) == (verdict, frozenset(reasons))
            assert len(code) <= CHOICE_MOST
            codes.add(code)
    assert len(codes) == 2 * len(sets)


def test_sums_are_read_by_verdict() -> None:
    """A reason counts for the verdict it was given with."""
    counted = {"c": 3, "d": 7, "c4": 2, "d1": 6, "d4": 1}
    assert by_verdict(counted) == {Verdict.CARRY_ON: 3, Verdict.DONE: 7}
    assert by_reason(counted, Verdict.CARRY_ON)[VerdictReason.NO_CHANGE] == 2
    assert by_reason(counted, Verdict.DONE)[VerdictReason.NO_CHANGE] == 1
    assert by_reason(counted, Verdict.CARRY_ON)[VerdictReason.SEEN_CHANGE] == 0
