"""The figures of a round: counted as they should be, and nobody shown of whom there are too few."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from portal.domain.questionnaires import (
    CURRENT,
    OVERALL,
    SKIPPED,
    Audience,
    NothingAnswered,
    questionnaire,
    read_answers,
)
from portal.domain.survey_figures import (
    FEW,
    HomeAnswers,
    Level,
    analysed,
    content,
    pooled,
    share,
)

ASKED = questionnaire(CURRENT, Audience.RESIDENTS)


def answers(rng: Random, count: int) -> list[dict[str, str]]:
    return [
        {
            question.key: rng.choices(
                [choice.key for choice in question.choices], [9, 6, 3, 1, 1][: len(question.choices)]
            )[0]
            for question in ASKED.questions
            if rng.random() > 0.1
        }
        for _ in range(count)
    ]


def homes_of(*counties: tuple[int, ...]) -> list[HomeAnswers]:
    """Homes by the number of their answers, county by county."""
    rng, home = Random(1), 0
    found = []
    for number, counts in enumerate(counties):
        for count in counts:
            home += 1
            found.append(HomeAnswers(home, f"c{number}", count + 4, answers(rng, count)))
    return found


def test_what_is_shown_is_what_was_answered() -> None:
    homes = homes_of((30, 12, 3, 8), (25, 40, 7, 2), (2, 1))
    by_home = {one.home: one for one in homes}
    rows = analysed(ASKED, homes)
    for row in rows:
        given = [answer for home in row.members for answer in by_home[home].answers]
        assert row.answered == len(given)
        assert row.handed_out == sum(by_home[home].handed_out for home in row.members)
        for question in ASKED.questions:
            counted = Counter(answer.get(question.key, SKIPPED) for answer in given)
            for key, count in row.shown[question.key].items():
                assert count is None or (count == counted[key] and count >= FEW)
            assert all(row.shown[question.key][key] is None for key, n in counted.items() if n < FEW)


def test_no_row_stands_on_few_and_none_follows_from_the_others() -> None:
    """Two small homes hide together; where they are still few, or one alone, the next smallest joins them."""
    homes = homes_of((30, 12, 3, 8), (25, 40, 7, 2), (4, 20, 3))
    rows = analysed(ASKED, homes)
    assert all(row.answered is not None and row.answered >= FEW for row in rows)
    shown = {row.home for row in rows if row.level is Level.HOME}
    others = {row.county: row for row in rows if row.level is Level.OTHER_HOMES}
    assert shown == {1, 2, 5, 6, 10}
    assert {county: row.members for county, row in others.items()} == {
        "c0": (3, 4), "c1": (7, 8), "c2": (9, 11),
    }  # fmt: skip


def test_a_county_of_few_hides_among_the_others() -> None:
    rows = analysed(ASKED, homes_of((30, 12), (25, 9), (2, 1)))
    assert [row.county for row in rows if row.level is Level.COUNTY] == ["c0"]
    (other,) = [row for row in rows if row.level is Level.OTHER_COUNTIES]
    assert other.members == (3, 4, 5, 6)
    assert all(row.county == "c0" for row in rows if row.level is Level.HOME)


def test_of_few_in_all_nothing_is_told_but_that() -> None:
    (whole,) = analysed(ASKED, homes_of((2, 1)))
    assert (whole.answered, whole.shown) == (None, {})
    (empty,) = analysed(ASKED, homes_of((0, 0)))
    assert (empty.answered, empty.shown) == (0, {})


def test_pools_hold_enough_of_two_at_least() -> None:
    assert pooled({"a": 9, "b": 7}, 5) == (["b", "a"], [])
    assert pooled({"a": 9, "b": 7, "c": 0}, 5) == (["b", "a"], [])
    assert pooled({"a": 9, "b": 7, "c": 4}, 5) == (["a"], ["c", "b"])
    assert pooled({"a": 9, "b": 2, "c": 2}, 5) == ([], ["b", "c", "a"])
    assert pooled({"a": 3}, 5) == ([], ["a"])


def test_shares_are_of_all_who_answered() -> None:
    question = ASKED.question(OVERALL)
    assert question is not None
    counts = {"very_good": 30, "good": 12, "fair": None, "bad": None, "very_bad": None, SKIPPED: None}
    assert content(question, counts, 51) == 82
    assert content(question, {**counts, "good": None}, 51) is None
    assert share(3, 9) is None
    assert share(5, 10) == 50
    assert share(1, 8 * 25) == 1, "0.5 is rounded up"


def test_answers_are_read_by_the_questionnaire_alone() -> None:
    given = {"care": "good", "meals": "delicious", "someone": "else", OVERALL: ""}
    assert read_answers(ASKED, given) == {"care": "good"}
    with pytest.raises(NothingAnswered):
        read_answers(ASKED, {"meals": "delicious"})


def test_both_questionnaires_ask_for_the_whole_and_know_what_is_good() -> None:
    for audience in Audience:
        asked = questionnaire(CURRENT, audience)
        keys = [question.key for question in asked.questions]
        assert OVERALL in keys
        assert len(set(keys)) == len(keys)
        for question in asked.questions:
            choices = {choice.key for choice in question.choices}
            assert question.good
            assert question.good < choices
            assert SKIPPED not in choices
