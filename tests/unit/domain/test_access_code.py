"""Access codes: twelve characters that survive being dictated, written down and typed on a telephone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.access_code import ALPHABET, LENGTH, InvalidCode, code_from_bytes, parse_code, read_out

DRAWN = st.binary(min_size=8, max_size=40)


def bare(code: str) -> str:
    return code.replace("-", "")


def test_the_alphabet_is_of_32_that_cannot_be_taken_for_each_other() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    assert not set("OILE") & set(ALPHABET)


@given(DRAWN)
def test_a_code_is_read_as_it_was_written(drawn: bytes) -> None:
    code = code_from_bytes(drawn)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(bare(code)) <= set(ALPHABET)
    assert parse_code(code) == code


@given(st.integers(0, 2**60 - 1), st.integers(0, 2**60 - 1))
def test_every_one_of_the_sixty_bits_counts(one: int, other: int) -> None:
    codes = {code_from_bytes((number << 4).to_bytes(8, "big")) for number in (one, other)}
    assert len(codes) == len({one, other})


def test_every_character_comes_up_at_every_place() -> None:
    codes = [
        bare(code_from_bytes((number * 0x9E3779B97F4A7C15 % 2**64).to_bytes(8, "big")))
        for number in range(2_000)
    ]
    assert all({code[place] for code in codes} == set(ALPHABET) for place in range(LENGTH))


@given(DRAWN, st.sampled_from([" ", "-", "—", "－", "　", "·", "\u200b", "\n", " - "]))
def test_case_width_and_what_stands_between_do_not_matter(drawn: bytes, between: str) -> None:
    code = code_from_bytes(drawn)
    wide = "".join(chr(ord(ch) + 0xFEE0) for ch in bare(code).lower())
    assert parse_code(between.join(wide)) == parse_code(f" {bare(code).lower()} ") == code


@given(DRAWN)
def test_what_was_seen_or_heard_for_another_is_understood(drawn: bytes) -> None:
    code = code_from_bytes(drawn)
    for seen, meant in (("O", "0"), ("o", "0"), ("I", "1"), ("l", "1"), ("E", "1"), ("e", "1")):
        assert parse_code(code.replace(meant, seen)) == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "请填写"),
        (" - ", "请填写"),
        ("7KQ4-M2XP-9TB", "这里有11位"),
        ("7KQ4-M2XP-9TBAA", "这里有13位"),
        ("9" * 5000, "这里有100位"),
        ("7KQ4-M2XP-9TB中", "没有“中”"),
        ("<script>", "没有“<”"),
        ("7KQ4/M2XP/9TBA", "没有“/”"),
    ],
)
def test_what_is_no_code_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(InvalidCode, match=words) as refused:
        parse_code(text)
    assert "7KQ4" not in str(refused.value)


def test_too_few_bytes_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        code_from_bytes(b"1234567")


def test_a_code_is_dictated_group_by_group() -> None:
    assert read_out("7KQ4-M2XP-90TB") == [
        "七、字母K、字母Q、四",
        "字母M、二、字母X、字母P",
        "九、零、字母T、字母B",
    ]
