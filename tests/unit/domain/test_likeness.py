"""How alike two texts are said to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.likeness import likeness

ASKED = "夜里没有护工值班，老人摔倒没人管。"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0.0),
        ("老", "老", 0.0),
        ("老人", "老人", 1.0),
        ("老人", "人老", 0.0),
        ("老人摔倒", "老人跌倒", 1 / 3),
        ("押金 ３０００元", "押金3000元", 1.0),
        ("老人，摔倒！", "老人摔倒", 1.0),
    ],
)
def test_pairs_that_two_texts_share(one: str, other: str, expected: float) -> None:
    assert likeness(one, other) == pytest.approx(expected)


def test_the_same_told_in_other_words_is_liker_than_something_else() -> None:
    same, other = "老人晚上摔倒，护工不值班，没人管", "押金一直不退，要了三次"
    assert likeness(ASKED, same) > 0.3 > likeness(ASKED, other)


@given(st.text(), st.text())
def test_it_is_a_share_and_goes_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)
