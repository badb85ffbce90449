"""Where a text belongs, and by which words that was seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.diversion import NUMBERS, Diversion, Elsewhere, divert


def test_it_says_by_which_words() -> None:
    assert divert("民政局王科长收了红包。") == Diversion(Elsewhere.DISCIPLINE, ("科长", "红包"))
    found = divert("我妈住在幸福养老院，昨天被护工推倒，我要讨个说法。")
    assert found is not None
    assert found.to is Elsewhere.COMPLAINT
    assert {"昨天", "推倒"} <= set(found.words)
    assert not found.urgent


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("李局长受贿，我妈昨天在幸福养老院被打了，现在叫不醒了", Elsewhere.MEDICAL),
        ("我妈昨天在幸福养老院被打了，局长收了钱不管，要求赔偿。", Elsewhere.DISCIPLINE),
    ],
)
def test_what_is_most_urgent_goes_first(text: str, to: Elsewhere) -> None:
    found = divert(text)
    assert found is not None
    assert found.to is to


@pytest.mark.parametrize(
    "text",
    [
        "如果着火了怎么办",
        "去年有老人叫不醒了",
        "防止干部贪污",
        "护工收红包不好",
        "",
        "红包",
        "建议防止有人受贿",
    ],
)
def test_what_is_feared_past_or_said_of_all_is_none(text: str) -> None:
    assert divert(text) is None


def test_full_width_is_read_and_whoever_is_urgent_has_a_number() -> None:
    assert divert("３月１２号我爸被绑在床上，我要举报幸福养老院") is not None
    for to in Elsewhere:
        assert Diversion(to, ()).urgent == (NUMBERS.get(to, "") in {"110", "119", "120"})


@given(st.text(alphabet="我妈昨天被打了局长收红包着火现在快，。养老院幸福", max_size=80))
def test_whatever_is_written_its_words_stand_in_it(text: str) -> None:
    found = divert(text)
    assert found is None or all(word in text for word in found.words)
