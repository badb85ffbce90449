"""Credit codes against an independent implementation; names that are the same, and names that are near."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from portal.domain.errors import InvalidCreditCode
from portal.domain.identifiers import PUBLIC_ID_ALPHABET, credit_code_check_character, parse_credit_code
from portal.domain.names import clean_text, name_key, near_key, within_one_edit

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(ALPHABET, min_size=17, max_size=17), st.sampled_from(ALPHABET))
def test_the_check_character_agrees_with_an_independent_library(first: str, last: str) -> None:
    code = first + last
    right = uscc.calc_check_digit(first) == last
    if right:
        assert parse_credit_code(code) == code
    else:
        with pytest.raises(InvalidCreditCode, match="校验码"):
            parse_credit_code(code)


def test_the_ways_people_write_a_code_are_read() -> None:
    first = "52350404MJB000000"
    code = first + credit_code_check_character(first)
    full_width = "".join(chr(ord(ch) + 0xFEE0) for ch in code)
    for written in (code.lower(), f" {code[:9]} {code[9:]}\u200b", full_width, f"{code[:8]}-{code[8:]}"):
        assert parse_credit_code(written) == code


@pytest.mark.parametrize(
    ("text", "reason"), [("", "0位"), ("123", "3位"), ("5235040IMJB000000X", "“I”"), ("中" * 18, "“中”")]
)
def test_a_wrong_code_is_told_why(text: str, reason: str) -> None:
    with pytest.raises(InvalidCreditCode, match=reason):
        parse_credit_code(text)


def test_public_ids_have_no_letter_or_digit_that_is_mistaken() -> None:
    assert not set("01ilo") & set(PUBLIC_ID_ALPHABET)
    assert len(PUBLIC_ID_ALPHABET) == len(set(PUBLIC_ID_ALPHABET)) == 28


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例之家·南园", "示例之家•南园"),
        ("示例养老院（东院）", "示例养老院(东院)"),
        ("示例 养老院", "示例\u200b养老院\u3000"),
        ("ＡＢ老年公寓", "ab老年公寓"),
    ],
)
def test_width_spaces_and_punctuation_do_not_tell_homes_apart(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_a_character_does_tell_homes_apart() -> None:
    assert name_key("示例东养老院") != name_key("示例西养老院")


def test_the_legal_form_is_dropped_for_likeness_only() -> None:
    assert near_key("松柏老年公寓有限公司") == near_key("松柏老年公寓")
    assert near_key("甲公司") == "甲公司", "nothing would remain"
    assert name_key("松柏老年公寓有限公司") != name_key("松柏老年公寓")


def edits(text: str) -> set[str]:
    letters = "ab"
    cuts = [(text[:i], text[i:]) for i in range(len(text) + 1)]
    deleted = {a + b[1:] for a, b in cuts if b}
    replaced = {a + c + b[1:] for a, b in cuts if b for c in letters}
    inserted = {a + c + b for a, b in cuts for c in letters}
    return (deleted | replaced | inserted) - {text}


@given(st.text("ab", max_size=5), st.text("ab", max_size=5))
def test_one_edit_is_one_edit(left: str, right: str) -> None:
    assert within_one_edit(left, right) == (right in edits(left))


def test_clean_text_keeps_lines_and_drops_what_is_not_seen() -> None:
    assert clean_text(" 一\u200b行 \u3000 二\n三 ") == "一行 二\n三"
