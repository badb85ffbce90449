"""The judge itself is judged: figures, misses, and what it refuses to read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judged.judged_set import (
    Home,
    JudgedSetError,
    Query,
    Record,
    containing,
    parse,
    plain,
    read,
    resolve,
)
from tests.judged.judging import Answer, Report, judge, judge_one

NORTH, SOUTH = "990102", "990122"


def document(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"day": "2026-11-22", "seed": 1, "queries": list(entries)}


def entry(**values: Any) -> dict[str, Any]:
    return {
        "query": "槐安",
        "class": "part_of_name",
        "who": "a daughter",
        "right": [{"name": "槐安院"}],
        **values,
    }


def query(text: str = "槐安", *right: str, kind: str = "part_of_name", **values: Any) -> Query:
    return Query(text, kind, "a daughter", tuple(Home(name) for name in right), **values)


def answer(*names: str, suggested: tuple[str, ...] = ()) -> Answer:
    return Answer([(name, NORTH) for name in names], suggested)


# --- ranks


@pytest.mark.parametrize(("rank", "score"), [(1, 1.0), (2, 0.5), (20, 0.05), (21, 0.0)])
def test_the_first_right_answer_counts_by_its_rank_in_the_first_twenty(rank: int, score: float) -> None:
    others = [f"别家{number}" for number in range(1, rank)]
    judged = judge_one(query("槐安", "槐安院", "槐安居"), answer(*others, "槐安居", "槐安院"))
    assert judged.reciprocal_rank == score
    assert bool(judged.misses) == (score < 1)


def test_any_right_home_may_be_first_unless_one_must_be() -> None:
    found = answer("槐安居", "槐安院")
    assert judge_one(query("槐安", "槐安院", "槐安居"), found).reciprocal_rank == 1
    strict = judge_one(query("槐安", "槐安院", "槐安居", first=True), found)
    assert strict.reciprocal_rank == 0.5
    assert strict.misses == ("槐安院 is at rank 2, first is 槐安居",)


def test_a_home_of_the_same_name_in_another_county_is_another_home() -> None:
    wanted = Query("槐安院", "exact_name", "a son", (Home("槐安院", SOUTH),), complete=True)
    wrong = judge_one(wanted, answer("槐安院"))
    assert (wrong.reciprocal_rank, wrong.recall_at_10, wrong.recall) == (0, 0, 0)
    right = judge_one(wanted, Answer([("槐安院", NORTH), ("槐安院", SOUTH)]))
    assert (right.reciprocal_rank, right.recall_at_10) == (0.5, 1)


# --- recall


def test_recall_asks_for_ten_at_most_on_the_first_page_and_for_all_in_the_whole_answer() -> None:
    names = [f"养老院{number}" for number in range(30)]
    wanted = query("养老院", *names, complete=True)
    full = judge_one(wanted, answer(*names))
    assert (full.recall_at_10, full.recall, full.misses) == (1, 1, ())
    nine = judge_one(wanted, answer(*names[:9], "幼儿园", *names[9:15]))
    assert nine.recall_at_10 == pytest.approx(0.9)
    assert nine.recall == pytest.approx(0.5)
    assert nine.misses == ("9 of 10 on the first page, lacking 养老院9、养老院10、养老院11",)


def test_a_home_found_twice_counts_once() -> None:
    judged = judge_one(query("槐安", "槐安院", "槐安居", complete=True), answer("槐安院", "槐安院"))
    assert (judged.recall_at_10, judged.recall) == (0.5, 0.5)


def test_recall_is_judged_only_where_the_set_is_complete() -> None:
    judged = judge_one(query("槐安", "槐安院", "槐安居"), answer("槐安院"))
    assert (judged.recall_at_10, judged.recall, judged.misses) == (None, None, ())


# --- what must not be found, suggestions, nothing


def test_a_home_that_must_not_be_found_is_reported_whatever_its_rank() -> None:
    names = [f"别家{number}" for number in range(40)]
    judged = judge_one(
        query("槐安", "槐安院", not_found=(Home("暗巷院"),)), answer("槐安院", *names, "暗巷院")
    )
    assert judged.reciprocal_rank == 1
    assert judged.forbidden == ("暗巷院",)


def test_a_suggestion_is_ranked_among_the_suggestions() -> None:
    wrong_letter = query("归去来海裳", kind="one_wrong_character", suggested="归去来·海棠")
    assert judge_one(wrong_letter, answer(suggested=("归去来海棠",))).reciprocal_rank == 1
    assert judge_one(wrong_letter, answer(suggested=("别家", "归去来·海棠"))).reciprocal_rank == 0.5
    none = judge_one(wrong_letter, answer("归去来·海棠"))
    assert none.reciprocal_rank == 0
    assert none.misses == ("归去来·海棠 is not suggested, but nothing",)


def test_a_silent_replacement_is_forbidden_even_with_the_right_suggestion() -> None:
    wrong_letter = query(
        "海裳院", kind="one_wrong_character", suggested="海棠院", not_found=(Home("海棠院", NORTH),)
    )
    judged = judge_one(wrong_letter, answer("海棠院", suggested=("海棠院",)))
    assert judged.reciprocal_rank == 1
    assert judged.forbidden == ("海棠院 (990102)",)


def test_nothing_is_right_only_if_nothing_is_found() -> None:
    hostile = query("<script>", kind="nothing")
    assert judge_one(hostile, answer(suggested=("槐安院",))).reciprocal_rank == 1
    judged = judge_one(hostile, answer("槐安院", "槐安居"))
    assert judged.reciprocal_rank == 0
    assert judged.misses == ("2 found, first 槐安院",)


# --- the report


def some_report() -> Report:
    queries = [
        query("槐安", "槐安院", complete=True),
        query("桂花", "桂花院", complete=True),
        query("呜呜", kind="nothing"),
    ]
    answers = {"槐安": answer("槐安院"), "桂花": answer("别家", "桂花院"), "呜呜": answer()}
    return judge(queries, answers.__getitem__)


def test_the_report_gives_figures_per_class_and_over_all() -> None:
    report = some_report()
    part, nothing = report.rows
    assert (part.kind, part.queries, part.mrr, part.recall_at_10, part.missed) == (
        "part_of_name",
        2,
        0.75,
        1,
        1,
    )
    assert (nothing.kind, nothing.mrr, nothing.recall_at_10) == ("nothing", 1, None)
    assert report.mrr == pytest.approx(2.5 / 3)
    assert report.row("part_of_name", "nothing").mrr == report.mrr
    assert [one.query.text for one in report.missed] == ["桂花"]
    assert report.forbidden == ()


def test_the_text_names_every_class_and_every_miss() -> None:
    lines = some_report().text("whoosh").splitlines()
    assert lines[0] == "whoosh"
    assert lines[2].split() == ["part_of_name", "2", "0.750", "1.000", "1.000", "1"]
    assert lines[3].split() == ["nothing", "1", "1.000", "0"]
    assert lines[4].split()[:3] == ["all", "3", "0.833"]
    assert lines[5:] == ["- part_of_name '桂花': 桂花院 is at rank 2, first is 别家"]


def test_a_class_without_queries_has_no_figures() -> None:
    with pytest.raises(ValueError, match="no query was judged in address"):
        some_report().row("address")


def test_unresolved_queries_are_not_judged() -> None:
    with pytest.raises(JudgedSetError, match="resolve the queries first: '院'"):
        judge([query("院", all_containing=True, fields=("name",))], lambda text: answer())


# --- reading


def test_an_entry_is_read_with_everything_it_says() -> None:
    read_back = parse(document(entry(first=True, all=True, **{"not": ["暗巷院"]}))).queries[0]
    assert read_back == Query(
        "槐安",
        "part_of_name",
        "a daughter",
        (Home("槐安院"),),
        first=True,
        complete=True,
        not_found=(Home("暗巷院"),),
    )


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"class": "guess"}, "'guess' is no class"),
        ({"right": []}, "no right answer"),
        ({"rigth": []}, "unknown keys: 'rigth'"),
        ({"who": ""}, "must not be empty"),
        ({"first": "yes"}, "'first' must be true or false"),
        ({"right": [{"county": NORTH}]}, "a home is"),
        ({"right": [], "all_containing": True}, "needs 'fields'"),
        ({"right": [], "all_containing": True, "fields": ["nmae"]}, "unknown fields 'nmae'"),
        ({"words": [["槐"]]}, "need 'fields'"),
        ({"class": "nothing"}, "no right answer"),
        ({"suggested": "槐安院"}, "'suggested' is for the classes"),
        ({"class": "one_wrong_character"}, "they need it"),
        ({"right": [], "all_containing": True, "fields": ["name"], "first": True}, "'first' needs the home"),
    ],
)
def test_an_entry_that_cannot_be_meant_so_is_refused(values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(JudgedSetError, match=complaint) as refused:
        parse(document(entry(**values)))
    assert str(refused.value).startswith("entry 1 ('槐安')")


def test_missing_keys_and_repeated_queries_are_refused() -> None:
    with pytest.raises(JudgedSetError, match="lacks 'class', 'who'"):
        parse(document({"query": "槐安"}))
    with pytest.raises(JudgedSetError, match="is there twice"):
        parse(document(entry(), entry()))
    with pytest.raises(JudgedSetError, match="lacks 'day'"):
        parse({"seed": 1, "queries": []})


# --- the brute force

RECORDS = (
    Record(Home("雲間·頤居養老院", NORTH), {"name": ("雲間·頤居養老院",), "county": ("汀兰区",)}),
    Record(
        Home("云间公寓", SOUTH), {"name": ("云间公寓",), "county": ("稻香县",), "services": ("失智照护：",)}
    ),
)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (query("云间", fields=("name",)), ["雲間·頤居養老院", "云间公寓"]),
        (query("间颐居", fields=("name",)), ["雲間·頤居養老院"]),
        (
            query("x", words=(("云间",), ("汀兰", "稻香")), fields=("name", "county")),
            ["雲間·頤居養老院", "云间公寓"],
        ),
        (query("x", words=(("云间",), ("稻香",)), fields=("name",)), []),
        (query("x", words=(("云间",),), without=("汀兰区",), fields=("name", "county")), ["云间公寓"]),
        (query("失智", fields=("name", "services")), ["云间公寓"]),
    ],
)
def test_the_brute_force_finds_plain_substrings(asked: Query, names: list[str]) -> None:
    assert [home.name for home in containing(asked, RECORDS)] == names


def test_resolving_keeps_first_what_must_be_first() -> None:
    (resolved,) = resolve(
        [query("云间", "云间公寓", first=True, all_containing=True, fields=("name",))], RECORDS
    )
    assert [home.name for home in resolved.right] == ["云间公寓", "雲間·頤居養老院"]
    assert not resolved.all_containing


def test_resolving_refuses_what_the_database_does_not_hold() -> None:
    with pytest.raises(JudgedSetError, match="no home contains it"):
        resolve([query("海棠", all_containing=True, fields=("name",))], RECORDS)
    with pytest.raises(JudgedSetError, match="does not contain it"):
        resolve([query("失智", "雲間·頤居養老院", all_containing=True, fields=("services",))], RECORDS)


def test_plain_text_is_letters_and_digits_only() -> None:
    assert plain("９９号・重\u200b阳（Ａ）—  渡") == "99号重阳a渡"


def test_the_judged_set_itself_can_be_read() -> None:
    assert len(read().queries) >= 190
