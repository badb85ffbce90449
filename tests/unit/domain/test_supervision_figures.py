"""Counts of supervision: kept and read back, added up, judged on a day."""

from __future__ import annotations

from collections import Counter
from datetime import date

from portal.domain.supervision_figures import Part, SupervisionCounts, tally_supervision, total

DAY = date(2026, 7, 15)
FULL = SupervisionCounts(
    found=9, major=2, major_cleared=1, told=3, recurred=1, in_time=2, late=1, undated_cleared=1,
    undated_open=1, due=Counter({date(2026, 7, 14): 1, DAY: 2, date(2026, 8, 1): 1}),
    cleared=4, days=Counter({3: 2, 10: 1}), notices=5, visits=6, refused=1,
)  # fmt: skip


def test_what_is_kept_reads_back_the_same() -> None:
    assert SupervisionCounts.load(FULL.dump()) == FULL
    assert SupervisionCounts.load("{}") == SupervisionCounts()
    assert SupervisionCounts().dump() == "{}"


def test_what_a_newer_version_wrote_besides_is_left() -> None:
    assert SupervisionCounts.load('{"found":1,"tomorrow":2}') == SupervisionCounts(found=1)


def test_months_add_up() -> None:
    both = total([FULL, FULL])
    assert (both.found, both.open, both.days[3]) == (18, 10, 4)
    assert both.due[DAY] == 4
    assert FULL.found == 9  # what is added up is left as it was


def test_the_five_parts_add_up_and_the_last_day_is_in_time() -> None:
    tally = tally_supervision(FULL, DAY)
    assert tally.parts == {
        Part.IN_TIME: 2, Part.LATE: 1, Part.OVERDUE: 1, Part.RUNNING: 3, Part.UNDATED: 2,
    }  # fmt: skip
    assert sum(tally.parts.values()) == FULL.found
    assert tally_supervision(FULL, date(2026, 7, 16)).parts[Part.OVERDUE] == 3
    assert tally.median_days == 3


def test_a_share_is_of_the_judged_rounded_down_and_of_ten_at_least() -> None:
    assert tally_supervision(FULL, DAY).percent is None
    many = SupervisionCounts(found=300, in_time=299, late=1)
    assert tally_supervision(many, DAY).percent == 99
    ten = SupervisionCounts(found=30, in_time=10, undated_open=20)
    assert tally_supervision(ten, DAY).percent == 100
    nine = SupervisionCounts(found=29, in_time=9, undated_open=20)
    assert tally_supervision(nine, DAY).percent is None


def test_nothing_is_said_to_be_nothing() -> None:
    assert SupervisionCounts().nothing
    assert not SupervisionCounts(visits=1).nothing
