"""Which amounts lie far from the others."""

from __future__ import annotations

import pytest

from portal.domain.outliers import FEWEST, usual


def test_too_few_say_nothing() -> None:
    assert usual([200] * (FEWEST - 1)) is None
    assert usual([200] * FEWEST) is not None


@pytest.mark.parametrize(("amount", "far"), [(2500, False), (4000, False), (9000, True), (500, True)])
def test_one_far_amount_among_usual_ones(amount: int, far: bool) -> None:
    found = usual([2000, 2200, 2400, 2600, 3000, amount])
    assert found is not None
    assert found.is_far(amount) is far
    assert not any(found.is_far(one) for one in (2000, 2200, 2400, 2600, 3000))


def test_wrong_amounts_do_not_hide_each_other() -> None:
    """A mean and its deviation would be dragged along by two absurd ones."""
    amounts = [2000, 2100, 2200, 2300, 2400, 250_000, 260_000]
    found = usual(amounts)
    assert found is not None
    assert [one for one in amounts if found.is_far(one)] == [250_000, 260_000]


def test_where_all_charge_the_same_a_little_more_is_not_far() -> None:
    found = usual([2000] * 6)
    assert found is not None
    assert not found.is_far(2100)
    assert found.is_far(4000)
