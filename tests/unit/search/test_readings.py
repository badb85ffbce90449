"""How names sound, and what typed letters may stand for."""

from __future__ import annotations

import re

import pytest

from portal.search.readings import (
    completions,
    parses,
    pattern,
    readings_of,
    sound_line,
    sound_terms,
    syllables,
)


def test_readings() -> None:
    assert [options[0] for options in readings_of("三明敬老院")] == ["san", "ming", "jing", "lao", "yuan"]
    assert readings_of("99号")[:2] == ((), ())
    assert "lu" in readings_of("绿")[0]
    assert "lv" in readings_of("绿")[0]
    lu_an = readings_of("六安")[0]
    assert lu_an[0] == "lu"  # as the place is read
    assert "liu" in lu_an  # and as whoever has only seen it types
    assert readings_of("𬭚")[0][0] == "chun"


def test_syllables_are_those_of_the_language() -> None:
    assert {"yi", "he", "zhuang", "lv", "er", "a"} <= syllables()
    assert not {"n", "ng", "hm", "v", "zh", "abc"} & syllables()


@pytest.mark.parametrize(
    ("typed", "units"),
    [
        ("yihe", "yi he~"),
        ("yh", "y~ h~"),
        ("yanglaoy", "yang lao y~"),
        ("sanming敬老院", "san ming 敬 老 院"),
        ("三明jly", "三 明 j~ l~ y~"),
        ("99haoyuan", "9 9 hao yuan~"),
        ("zhshan", "zh~ shan~"),
    ],
)
def test_parses(typed: str, units: str) -> None:
    found = [" ".join(u.text + "~" * (u.kind == "beginning") for u in parse) for parse in parses(typed)]
    assert units in found


def test_both_ways_to_cut_are_kept() -> None:
    cuts = {" ".join(unit.text for unit in parse) for parse in parses("xian")}
    assert {"xian", "xi an"} <= cuts


def test_what_cannot_be_read_has_no_parse() -> None:
    assert parses("vvv") == ()
    assert parses("uhai") == ()


def test_very_long_letters_are_read_in_bounded_work() -> None:
    assert len(parses("a" * 100)) <= 24
    assert len(parses("yianganglaoyuan" * 6)) <= 24


def test_a_pattern_finds_units_in_a_sound_line_from_their_beginning() -> None:
    line = sound_line("三明敬老院")
    assert re.search(pattern(parses("mingjing")[0]), line)
    assert not any(re.search(pattern(parse), line) for parse in parses("an"))  # no sound starts inside san
    assert re.search(pattern(next(p for p in parses("jly") if len(p) == 3)), line)


def test_terms_of_a_sound() -> None:
    terms = sound_terms("敬老")
    assert {"s:jing", "s:lao", "i:j", "i:l", "s:jing'lao", "i:jl"} <= terms


def test_completions_are_few_or_none() -> None:
    assert "yuan" in completions("yu")
    assert completions("z") == ()
