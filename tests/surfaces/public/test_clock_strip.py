"""How the strip of a complaint's clock reads: paused days with their reason, in cells and in words."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, get_template_attribute

from portal.domain.clock_strip import final_answer_strip
from portal.domain.day_strip import DayStrip
from portal.domain.response_clock import Pause
from portal.domain.working_days import WorkingCalendar

CALENDAR = WorkingCalendar(2025, 2027, {}, frozenset({2025, 2026}))
MONDAY = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def march(day: int) -> date:
    return date(2026, 3, day)


def drawn(app: Flask, macro: str, strip: DayStrip, **words: str) -> str:
    with app.test_request_context():
        html = get_template_attribute("macros/day_strip.html", macro)(strip, **words)
    return re.sub(r"\s+", " ", str(html)).strip()


def test_paused_days_say_that_an_answer_is_awaited(module_app: Flask) -> None:
    answered = datetime(2026, 3, 11, 9, tzinfo=MONDAY.tzinfo)
    strip = final_answer_strip(
        CALENDAR, MONDAY, march(13), days=5, pause=Pause(march(3), march(6)), answered_at=answered
    )
    cells = drawn(module_app, "day_strip", strip)
    assert cells.count("day--paused") == cells.count("不算，</span>等您回答") == 2
    assert cells.count("不算，</span>周") == 2
    assert cells.count(">已答复<") == cells.count(">到期<") == 1
    assert drawn(module_app, "day_strip", strip, whom="投诉人").count("等投诉人回答") == 2


def test_in_words_a_pause_tells_its_days_and_when_counting_went_on(module_app: Flask) -> None:
    over = final_answer_strip(
        CALENDAR, MONDAY, march(13), days=5, pause=Pause(march(3), march(6)), extension=2
    )
    words = drawn(module_app, "in_words", over)
    assert words.endswith(
        "办理时间延长了2个工作日，已经算在里面。2026年3月3日（周二）向您提了问题，"
        "2026年3月6日（周五）收到您的回答，中间等您回答的2个工作日不算；"
        "提问那天、回答那天，只要是工作日就照常算。"
    )
    waiting = final_answer_strip(CALENDAR, MONDAY, march(5), days=5, pause=Pause(march(3)))
    words = drawn(module_app, "in_words", waiting, whom="投诉人")
    assert "现在等投诉人回答，这几天不算。投诉人今天回答的话，到2026年3月10日（周二）为止；" in words
    assert words.endswith("一直不回答，从2026年3月17日（周二）起也接着数。")
    gone = final_answer_strip(CALENDAR, MONDAY, march(19), days=5, pause=Pause(march(3)))
    words = drawn(module_app, "in_words", gone)
    assert "中间9个工作日不算；等到2026年3月17日（周二）还没有回答，从这一天起接着数。" in words


def test_without_a_pause_nothing_is_said_of_one(module_app: Flask) -> None:
    strip = final_answer_strip(CALENDAR, MONDAY, march(5), days=5)
    assert "答复" not in drawn(module_app, "in_words", strip) + drawn(module_app, "day_strip", strip)
    assert "延长" not in drawn(module_app, "in_words", strip)
