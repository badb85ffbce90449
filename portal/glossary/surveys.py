"""The terms of the half-yearly call-back (R43)."""

from __future__ import annotations

from portal.domain.questionnaires import Audience
from portal.domain.survey_figures import Level
from portal.domain.survey_round import RoundPhase
from portal.glossary.term import Term, key_of
from portal.surveys.kinds import SheetChannel, WordsState

SURVEYS = {
    key_of(Audience.RESIDENTS): Term("住在院里的老人", "住在机构里的老人自己答。"),
    key_of(Audience.FAMILIES): Term("家属", "老人的家属答。"),
    key_of(SheetChannel.SHEET): Term("纸质回访单", "纸上有二维码和回访码，由机构发。"),
    key_of(SheetChannel.TELEPHONE): Term("电话回访", "工作人员打电话，边听边录。"),
    key_of(RoundPhase.AHEAD): Term("还没开始"),
    key_of(RoundPhase.OPEN): Term("正在回访", "最后一天也还能答。"),
    key_of(RoundPhase.CLOSED): Term("已结束，分析还没公布"),
    key_of(RoundPhase.PUBLISHED): Term("已公布"),
    key_of(WordsState.WAITING): Term("还没看"),
    key_of(WordsState.CLEARED): Term("可以公开", "写的人够多才登出来。"),
    key_of(WordsState.LEFT_OUT): Term("不公开"),
    key_of(Level.WHOLE): Term("全部"),
    key_of(Level.COUNTY): Term("区县"),
    key_of(Level.OTHER_COUNTIES): Term("其他区县合计", "回答太少的区县合在一起。"),
    key_of(Level.HOME): Term("机构"),
    key_of(Level.OTHER_HOMES): Term("其他机构合计", "回答太少的机构合在一起。"),
}
"""Their labels, under ``key_of`` each."""
