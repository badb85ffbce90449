"""Why something was found, in words; and text cut where it matched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.public.search_words import Piece, name_pieces, pieces, whys
from portal.search.finding import Mark, Reason


def reason(field: str, text: str, marks: list[tuple[int, int]], by: str = "typed", word: str = "") -> Reason:
    return Reason(field, text, tuple(Mark(*mark) for mark in marks), by, word)


def test_a_text_is_cut_at_its_marks() -> None:
    assert pieces("示例怡和院", [Mark(2, 4)]) == (
        Piece("示例", False),
        Piece("怡和", True),
        Piece("院", False),
    )


def test_marks_that_overlap_touch_or_leave_the_text_are_one_honest_mark() -> None:
    assert pieces("示例怡和院", [Mark(3, 9), Mark(2, 4), Mark(1, 2), Mark(4, 4)]) == (
        Piece("示", False),
        Piece("例怡和院", True),
    )


@given(st.text(max_size=12), st.lists(st.tuples(st.integers(-2, 14), st.integers(-2, 14)), max_size=5))
def test_no_text_is_lost_and_none_added(text: str, spans: list[tuple[int, int]]) -> None:
    found = pieces(text, [Mark(*span) for span in spans])
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text for piece in found)
    marked = {i for start, end in spans for i in range(max(start, 0), min(end, len(text)))}
    places = [piece.hit for piece in found for _ in piece.text]
    assert {i for i, hit in enumerate(places) if hit} == marked


def test_every_word_in_the_name_is_marked_there() -> None:
    reasons = [
        reason("name", "示例怡和院", [(0, 2)], word="示例"),
        reason("name", "示例怡和院", [(2, 4)], "pinyin", "yihe"),
        reason("address", "示例路", [(0, 2)], word="示例"),
    ]
    assert [piece.text for piece in name_pieces("示例怡和院", reasons) if piece.hit] == ["示例怡和"]


def test_what_the_name_shows_needs_no_words() -> None:
    assert whys([reason("name", "示例养老院", [(2, 5)], word="养老院")]) == ()


def test_another_way_of_finding_is_named_with_what_was_typed_and_what_was_found() -> None:
    by_sound = whys([reason("name", "示例怡和院", [(2, 4)], "initials", "yh")])
    assert [why.text for why in by_sound] == ["拼音首字母：yh→怡和"]
    by_synonym = whys([reason("services", "认知症照护", [(0, 3)], "synonym", "老年痴呆")])
    assert [why.text for why in by_synonym] == ["服务内容：认知症照护（同义词：老年痴呆→认知症）"]
    former = whys([reason("former_name", "示例旧院", [(2, 4)], word="旧院")])
    assert [why.text for why in former] == ["曾用名：示例旧院"]


def test_a_field_that_nobody_named_still_reads_as_chinese() -> None:
    (why,) = whys([reason("something_new", "新的内容", [(0, 1)], word="新")])
    assert why.label == "其他资料"
