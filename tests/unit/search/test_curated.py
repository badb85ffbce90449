"""The hand-kept files can be read, and say what is wrong with a line that cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.search import curated
from portal.search.curated import CuratedFileError
from portal.search.query import Word, read_query
from portal.search.synonyms import replacements
from portal.search.text import normalise


def test_the_files_of_the_project() -> None:
    assert curated.variants()["⻓"] == "长"
    assert curated.place_readings()["六安"] == ("lu", "an")
    words = [word for group in curated.synonyms().groups for word in group.words]
    assert all(normalise(word) for word in words)


@pytest.mark.parametrize(
    ("name", "line", "read"),
    [
        ("variants.txt", "长 长 长", curated.variants),
        ("readings.txt", "六安 lu", curated.place_readings),
        ("synonyms.txt", "只有一个", curated.synonyms),
    ],
)
def test_a_bad_line_is_named(
    name: str, line: str, read: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text(f"# 注释\n{line}\n", encoding="utf-8")
    monkeypatch.setattr(curated, "FOLDER", tmp_path)
    with pytest.raises(CuratedFileError, match=f"{name}:2"):
        read.__wrapped__()  # type: ignore[attr-defined]


def test_other_words() -> None:
    def others(typed: str) -> set[str]:
        query = read_query(typed)
        return {other.text for other in replacements(query, query.words[0])}

    assert {"失智", "认知症"} <= others("老年痴呆")
    assert "槐安敬老院" in others("槐安养老院")
    assert others("养老院") == set()  # a common ending alone means itself
    assert "敬老院" in others("养老院 槐安")
    assert others('"老年痴呆"') == set()
    assert replacements(read_query("甲"), Word("乙")) == ()
