"""Words that tell of health: found where they matter, absent from what complaints otherwise say."""

from __future__ import annotations

import pytest

from portal.domain.health_words import health_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("老人有糖尿病，高血压吃药多年", ["糖尿病", "高血压", "吃药"]),
        ("摔伤后住院做了手术，又摔伤一次，还发烧", ["摔伤", "住院", "手术"]),
        ("母亲失智，身上有褥疮", ["失智", "褥疮"]),
        ("每月多收三百元护理费，没有签字", []),
        ("消防通道堆着杂物，灭火器过期", []),
        ("押金三千元退不出来，院长说等等", []),
        ("饭菜不新鲜，厨房有老鼠", []),
        ("", []),
    ],
)
def test_words_that_tell_of_health(text: str, found: list[str]) -> None:
    assert health_words(text) == found
