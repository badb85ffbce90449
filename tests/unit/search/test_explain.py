"""Why a document was found, marked in its text as written."""

from __future__ import annotations

from portal.search.explain import reasons
from portal.search.ports import Document
from portal.search.query import read_query

HOME = Document(
    "institution",
    1,
    "鶴棲·長廊（Ａ）養老院",
    ("福海养老院", "夕阳红敬老院"),
    (
        ("region", "云汀市槐安区"),
        ("address", "海棠路12号"),
        ("services", "一" * 50 + "失智照护" + "二" * 50),
    ),
)


def found(typed: str) -> list[tuple[str, str, list[str]]]:
    return [
        (reason.field, reason.by, [reason.text[mark.start : mark.end] for mark in reason.marks])
        for reason in reasons(read_query(typed), HOME)
    ]


def test_the_stretch_as_written_is_marked() -> None:
    assert found("鹤栖长廊") == [("name", "typed", ["鶴棲·長廊"])]
    assert found("长廊a养老") == [("name", "typed", ["長廊（Ａ）養老"])]
    assert found("海棠路１２号") == [("address", "typed", ["海棠路12号"])]


def test_each_word_is_explained_where_it_weighs_most() -> None:
    assert found("福海 槐安 长廊") == [
        ("name", "typed", ["長廊"]),
        ("former_name", "typed", ["福海"]),
        ("region", "typed", ["槐安"]),
    ]


def test_neighbouring_marks_are_one() -> None:
    assert found("鹤栖 长廊 栖长") == [("name", "typed", ["鶴棲·長廊"])]


def test_by_sound_by_synonym_and_by_halves() -> None:
    assert found("heqi") == [("name", "pinyin", ["鶴棲"])]
    assert found("hqcl") == [("name", "initials", ["鶴棲·長廊"])]
    assert found("huaian") == [("region", "pinyin", ["槐安"])]
    assert found("老年痴呆") == [("services", "synonym", ["失智"])]
    assert reasons(read_query("老年痴呆"), HOME)[0].used == "失智"
    assert found("槐安区福海养老院") == [
        ("former_name", "typed", ["福海养老院"]),
        ("region", "typed", ["槐安区"]),
    ]


def test_long_texts_are_cut_around_the_hit() -> None:
    reason = reasons(read_query("失智照护"), HOME)[0]
    assert len(reason.text) <= 62
    assert reason.text.startswith("…")
    assert reason.text.endswith("…")
    assert [reason.text[mark.start : mark.end] for mark in reason.marks] == ["失智照护"]


def test_nothing_is_made_up() -> None:
    assert found("没有的字") == []
    assert found('"heqi"') == []
