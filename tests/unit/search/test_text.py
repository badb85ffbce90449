"""One form for all ways of writing a thing, character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.text import covering_grams, grams, normalise, normalise_with_offsets, runs


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("福海养老院", "福海养老院"),
        ("鶴棲長廊養老院", "鹤栖长廊养老院"),
        ("９９號Ａ區", "99号a区"),
        ("归去来·海棠", "归去来海棠"),
        ("归去来 • 海棠", "归去来海棠"),
        ("归去来・海棠‧未眠", "归去来海棠未眠"),
        ("福\u200b海\u202e养\ufeff老院", "福海养老院"),
        ("⻓乐⻘年⺠宿", "长乐青年民宿"),
        ("⼀号院", "一号院"),
        ("二〇二五", "二零二五"),
        ("①号楼", "1号楼"),
        ("𬭚音䶮泉", "𬭚音䶮泉"),
        ("\U0003134a家", "\U0003134a家"),  # newer than this Python's tables
        ("\ue863泉", "\ue863泉"),  # a rare name in an old font
        ("（云民养备〔2025〕0007号）", "云民养备20250007号"),
        ("e\u0301glise", "eglise"),
        ("，。！ -—", ""),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_forms(written: str, form: str) -> None:
    assert normalise(written) == form


@given(st.text(), st.text())
def test_the_form_of_a_whole_is_made_of_the_forms_of_its_parts(left: str, right: str) -> None:
    assert normalise(left + right) == normalise(left) + normalise(right)


@given(st.text())
def test_a_form_is_final(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_offsets_lead_back(text: str) -> None:
    form, offsets = normalise_with_offsets(text)
    assert form == normalise(text)
    assert len(offsets) == len(form)
    assert offsets == sorted(offsets)
    assert "".join(normalise(text[index]) for index in dict.fromkeys(offsets)) == form


def test_sentences_are_apart() -> None:
    assert runs("护理。养老；康复\n中医") == ["护理", "养老", "康复", "中医"]
    assert runs("。。") == []


@given(st.text(alphabet="甲乙丙丁", min_size=1, max_size=12), st.integers(2, 3))
def test_every_run_is_covered_by_grams_of_what_holds_it(text: str, longest: int) -> None:
    held = grams(text, longest)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            assert set(covering_grams(text[start:end], longest)) <= held


def test_grams() -> None:
    assert grams("甲乙丙") == {"甲", "乙", "丙", "甲乙", "乙丙"}
    assert grams("甲乙丙", 3) == {"甲", "乙", "丙", "甲乙", "乙丙", "甲乙丙"}
    assert covering_grams("甲") == ["甲"]
    assert covering_grams("甲乙丙") == ["甲乙", "乙丙"]
    assert covering_grams("甲乙丙", 3) == ["甲乙丙"]
    assert covering_grams("") == []
