"""A digest's figures: kept and read back unchanged, compared where there is something, told in sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from portal.domain.digest_figures import (
    MONTHS_SHOWN,
    DigestFigures,
    Fates,
    Looked,
    MonthCount,
    Movement,
    Ranked,
    compared,
    from_json,
    movements,
    shown_months,
    to_json,
)
from portal.domain.digest_words import digest_title, moved, no_words, summary, waiting_words
from portal.domain.standing_words import StandingWord

MONTH = date(2026, 10, 1)
FIGURES = DigestFigures(
    received=Movement(12, 5, None),
    kinds={"safety": Movement(8, 1, None)},
    places={"350404": Movement(12, 5, None)},
    months=(MonthCount(date(2026, 9, 1), 5, 2), MonthCount(MONTH, 12, 3)),
    fates=Fates(1, 8, 1, 1, 1, 0),
    looked=Looked(10, 1, 1, 0),
    published=9,
    answered=3,
    answered_late=1,
    unanswered=4,
    overdue=2,
    adopted=1,
    done=1,
    most_supported=(Ranked("d1", 90), Ranked("d2", 7)),
    longest_wished=(Ranked("d3", 60),),
    answered_ids=("d4",),
    done_ids=("d5", "d1"),
    words=(StandingWord("电动车", 6, 0, 3.1), StandingWord("楼道", 4, 1, 2.0)),
    texts=9,
    texts_before=45,
    left_out=("楼道",),
)


def test_what_is_kept_is_read_back() -> None:
    assert from_json(to_json(FIGURES)) == FIGURES
    assert from_json(to_json(DigestFigures(Movement(0)))) == DigestFigures(Movement(0))
    assert to_json(FIGURES) == to_json(from_json(to_json(FIGURES)))


def test_what_it_names_and_shows() -> None:
    assert FIGURES.shown_ids == {"d1", "d2", "d3", "d4", "d5"}
    assert [one.word for one in FIGURES.shown_words] == ["电动车"]
    assert FIGURES.answered_in_time == 2
    assert FIGURES.fates.total == 12


@pytest.mark.parametrize(
    ("since", "before", "year_ago"),
    [
        (MONTH, None, None),
        (date(2026, 9, 1), 3, None),
        (date(2025, 11, 1), 3, None),
        (date(2025, 10, 1), 3, 0),
    ],
)
def test_nothing_is_compared_with_months_before_the_column_began(
    since: date, before: int | None, year_ago: int | None
) -> None:
    counts = {("a", MONTH): 7, ("a", date(2026, 9, 1)): 3, ("b", date(2026, 9, 1)): 1}
    found = movements(MONTH, since, counts, ("c",))
    assert found["a"] == Movement(7, before, year_ago)
    assert found["b"].now == found["c"].now == 0
    assert list(found) == ["a", "b", "c"]


def test_months_before_and_beside() -> None:
    assert compared(date(2026, 1, 1)) == (date(2025, 12, 1), date(2025, 1, 1))
    assert shown_months(MONTH, date(2026, 8, 1)) == (date(2026, 8, 1), date(2026, 9, 1), MONTH)
    whole = shown_months(MONTH, date(2020, 1, 1))
    assert (len(whole), whole[0]) == (MONTHS_SHOWN, date(2025, 11, 1))


def test_it_is_told_in_sentences() -> None:
    assert digest_title("三元区", MONTH) == "三元区2026年10月点题汇总"
    assert summary(FIGURES) == (
        "这个月收到点题12条，比上个月多7条；新公开9条。"
        "答复3条，其中1条超过了期限；列入整治项目1条；公布做成1条。"
    )
    assert [moved(change, "上个月") for change in (None, 0, 2, -3)] == [
        "", "和上个月一样多", "比上个月多2条", "比上个月少3条",
    ]  # fmt: skip
    assert "还有4条公开的点题没有答复，其中2条到月底已经超过期限" in waiting_words(FIGURES)
    assert "都还在期限里" in waiting_words(replace(FIGURES, overdue=0))
    assert waiting_words(replace(FIGURES, unanswered=0)) == "汇总的时候，公开的点题都已经答复。"


def test_why_there_is_no_word_is_told() -> None:
    assert "太少" in no_words(replace(FIGURES, words=(), texts_before=19))
    assert "没有哪个词" in no_words(replace(FIGURES, words=()))
    assert "没有可以列出来的词" in no_words(FIGURES)
