"""What a person typed, read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.query import MOST_CHARACTERS, MOST_WORDS, read_query


@pytest.mark.parametrize(
    ("typed", "wanted", "refused"),
    [
        ("福海", [("福海", False)], []),
        ("  福海　养老院 ", [("福海", False), ("养老院", False)], []),
        ('"福海 养老院"', [("福海养老院", True)], []),
        ("“福海 养老院”", [("福海养老院", True)], []),
        ("「福海」", [("福海", True)], []),
        ("福海 -永泰", [("福海", False)], ["永泰"]),
        ("福海 －永泰", [("福海", False)], ["永泰"]),
        ('福海 -"永泰 县"', [("福海", False)], ["永泰县"]),
        ("海棠-未眠", [("海棠未眠", False)], []),  # a hyphen within a word is a separator
        ("福海 福海", [("福海", False)], []),
        ('"福海', [("福海", True)], []),
        ("-", [], []),
        ("，。", [], []),
        ("", [], []),
    ],
)
def test_words(typed: str, wanted: list[tuple[str, bool]], refused: list[str]) -> None:
    query = read_query(typed)
    assert [(word.text, word.quoted) for word in query.words] == wanted
    assert [word.text for word in query.refused] == refused
    assert not query.cut


def test_what_is_too_long_is_cut_and_says_so() -> None:
    query = read_query("院" * (MOST_CHARACTERS + 1))
    assert query.cut
    assert len(query.joined) == MOST_CHARACTERS
    many = read_query(" ".join(f"第{number}院" for number in range(MOST_WORDS + 1)))
    assert many.cut
    assert len(many.words) == MOST_WORDS


@given(st.text())
def test_anything_can_be_read(typed: str) -> None:
    query = read_query(typed)
    assert all(word.text for word in (*query.words, *query.refused))
