"""Words that stand out: by hand-made months, by the formula, and what never becomes a word."""

from __future__ import annotations

import math

import pytest

from portal.domain.standing_words import (
    LEAST_BEFORE,
    LEAST_TEXTS,
    PRIOR,
    STANDS_OUT,
    StandingWord,
    standing_words,
)

BEFORE = [
    "希望养老院能多装扶手，走廊太滑了", "食堂的菜太咸，老人吃不惯", "押金退得太慢，等了三个月",
    "护工太少，晚上没人应铃", "建议公示收费标准", "养老院收费涨价没有提前说", "希望长者食堂多开几家",
    "电梯老坏，老人上下楼不方便", "上门助浴能不能多派几个人", "补贴到账太晚", "申请补贴跑了好几趟",
    "楼道没有扶手，老人容易摔", "社区医院取药要排队", "护理员没有证", "晚上值班的护工太少", "食堂价格太高",
    "日间照料中心离家远", "轮椅进不了卫生间", "名单在哪里查", "希望公开检查结果",
] * 2  # fmt: skip
NOW = [
    "养老院楼道里停满电动车，充电太危险", "电动车在楼道充电，希望管一管",
    "老人住的楼下电动车乱停，还飞线充电",
    "电动车充电棚太远", "飞线充电的太多了，容易着火", "建议给电动车建充电棚", "楼道里停电动车，老人走不过去",
    "扶手松了", "食堂的菜太咸", "押金退得太慢", "天热了，养老院的空调不开", "空调不开，老人中暑",
    "希望夏天空调早点开", "房间空调坏了两个月", "收空调费不合理", "护工太少",
]  # fmt: skip


def words(now: list[str], before: list[str] = BEFORE) -> list[str]:
    return [one.word for one in standing_words(now, before)]


def test_what_a_month_speaks_of_more_than_others_is_found_as_people_say_it() -> None:
    assert words(NOW) == ["充电", "电动车", "空调"]


def test_how_many_texts_say_it_is_told_and_scored_by_the_formula() -> None:
    (car,) = [one for one in standing_words(NOW, BEFORE) if one.word == "电动车"]
    assert (car.now, car.before) == (sum("电动车" in text for text in NOW), 0)
    share = car.now / (len(NOW) + len(BEFORE))
    weight, rest = PRIOR * share, PRIOR * (1 - share)
    odds = math.log((car.now + weight) / (len(NOW) - car.now + rest))
    before = math.log(weight / (len(BEFORE) + rest))
    assert car.score == pytest.approx(
        (odds - before) / math.sqrt(1 / (car.now + weight) + 1 / weight), abs=0.01
    )
    assert car.score > STANDS_OUT


def test_what_is_always_said_does_not_stand_out() -> None:
    assert words(BEFORE) == []
    assert words(["护工太少，老人没人管"] * 5, ["护工太少，老人没人管"] * LEAST_BEFORE) == []


def test_one_eager_writer_makes_no_word() -> None:
    once = ["停车棚、停车棚、停车棚、停车棚、停车棚", *BEFORE[:12]]
    assert words(once) == []
    assert LEAST_TEXTS == 3


def test_parts_of_a_word_and_words_across_particles_are_none() -> None:
    found = words([f"{who}的家庭医生不来" for who in ("老人", "住户", "街坊", "邻居", "我家", "楼上")])
    assert found == ["家庭医生"]


def test_nothing_is_compared_with_too_little() -> None:
    assert words(NOW * 2, BEFORE[: LEAST_BEFORE - 1]) == []
    assert words(NOW * 2, BEFORE[:LEAST_BEFORE]) != []
    assert words([]) == []


def test_figures_letters_and_marks_are_no_words() -> None:
    assert words(["138001 ABC！！！ 12345", "138001 ABC？", "138001，ABC。", "138001 ABC 12345"]) == []


def test_the_same_texts_give_the_same_words_and_no_more_than_asked() -> None:
    assert standing_words(NOW, BEFORE) == standing_words(list(NOW), list(BEFORE))
    assert standing_words(NOW, BEFORE, most=1) == standing_words(NOW, BEFORE)[:1]
    assert all(isinstance(one, StandingWord) for one in standing_words(NOW, BEFORE))
