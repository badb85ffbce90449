"""Receipt numbers: read as people write them, and a slip of the pen is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identifiers import PUBLIC_ID_ALPHABET
from portal.domain.receipts import (
    COMPLAINT,
    CORRECTION,
    POSSIBILITIES,
    SUGGESTION,
    InvalidReceipt,
    parse_receipt,
    receipt_number,
)

ALPHABET = PUBLIC_ID_ALPHABET.upper()
NUMBERS = st.integers(0, POSSIBILITIES - 1)


@given(NUMBERS)
def test_a_number_is_read_as_it_was_written(drawn: int) -> None:
    assert parse_receipt(receipt_number("J", 2026, drawn)) == receipt_number("J", 2026, drawn)


@given(NUMBERS, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(drawn: int, place: int, other: str) -> None:
    good = receipt_number("J", 2026, drawn)
    at = len("J2026-") + place
    bad = good[:at] + other + good[at + 1 :]
    if bad != good:
        with pytest.raises(InvalidReceipt, match="抄错"):
            parse_receipt(bad)


@given(NUMBERS, st.sampled_from(["2025", "2062", "2027", "1026"]))
def test_a_wrong_year_is_noticed(drawn: int, year: str) -> None:
    with pytest.raises(InvalidReceipt):
        parse_receipt(receipt_number("J", 2026, drawn).replace("2026", year, 1))


def test_neighbours_that_changed_places_are_noticed() -> None:
    missed = tried = 0
    for drawn in range(0, POSSIBILITIES, POSSIBILITIES // 500):
        good = receipt_number("J", 2026, drawn)
        for at in range(6, 13):
            bad = good[:at] + good[at + 1] + good[at] + good[at + 2 :]
            if bad != good:
                tried += 1
                try:
                    parse_receipt(bad)
                    missed += 1
                except InvalidReceipt:
                    pass
    assert tried > 1000
    assert (
        missed / tried < 0.01
    )  # the sum can't tell the first letter before the last from the other way round


@pytest.mark.parametrize("wrong", [-1, POSSIBILITIES])
def test_a_draw_outside_is_a_mistake_of_ours(wrong: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        receipt_number("J", 2026, wrong)


def test_small_letters_full_width_spaces_and_hyphens_do_not_matter() -> None:
    good = receipt_number("J", 2026, 123_456_789)
    spoken = f" ｊ2026 {good[6:10].lower()} — {good[10:]} "
    assert parse_receipt(spoken) == good


@pytest.mark.parametrize("text", ["", "J2026", "不知道", "J2026-AAAAAAAA", "J2026-2345678901", "<script>"])
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidReceipt, match="回执号"):
        parse_receipt(text)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (CORRECTION, "^回执号像 J2026-"),
        (COMPLAINT, "^登记编号像 T2026-"),
        (SUGGESTION, "^登记编号像 D2026-"),
        (None, "^回执号或登记编号像 T2026-"),
    ],
)
def test_the_sample_is_of_the_kind_that_is_asked_for(kind: str | None, words: str) -> None:
    with pytest.raises(InvalidReceipt, match=words):
        parse_receipt("不记得了", kind)


@given(NUMBERS, st.sampled_from([CORRECTION, COMPLAINT, SUGGESTION]))
def test_a_number_of_another_kind_is_named_as_such(drawn: int, kind: str) -> None:
    number = receipt_number(kind, 2026, drawn)
    assert parse_receipt(number, kind) == parse_receipt(number) == number
    for other in {CORRECTION, COMPLAINT, SUGGESTION} - {kind}:
        with pytest.raises(InvalidReceipt, match=r"^这是.*，不是"):
            parse_receipt(number, other)


def test_a_letter_that_no_kind_has_is_refused_where_a_kind_is_asked_for() -> None:
    with pytest.raises(InvalidReceipt, match=r"^这是别的编号，不是投诉的登记编号"):
        parse_receipt(receipt_number("K", 2026, 5), COMPLAINT)
