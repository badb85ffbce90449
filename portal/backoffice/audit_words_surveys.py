"""Words for what stands in the audit of the call-back. Of answers nothing stands there at all."""

from __future__ import annotations

from enum import StrEnum

from portal.surveys.kinds import Audience, SheetChannel, WordsState

SURVEY_ACTIONS: dict[str, str] = {
    "new_survey": "开一轮回访",
    "move_survey": "改回访的日期",
    "survey_hand_out": "发回访单",
    "survey_hand_out_everywhere": "给各机构发回访单",
    "survey_sheets": "打开回访单（打印）",
    "void_survey_lot": "作废一批回访单",
    "survey_call": "录入一个电话回访",
    "survey_words": "处理回访里写的话",
    "decide_survey_text": "处理回访里写的话",
    "publish_survey": "公布回访",
    "survey_counted": "统计回访",
    "survey_forgotten": "删除回访的单份回答",
}

SURVEY_KINDS: dict[str, str] = {"survey_round": "满意度回访", "survey_lot": "一批回访单"}

SURVEY_FIELDS: dict[str, str] = {
    "survey_round.year": "哪一年",
    "survey_round.half": "上半年还是下半年",
    "survey_round.questionnaire": "第几版题目",
    "survey_round.opens_on": "哪天开始",
    "survey_round.closes_on": "最后一天",
    "survey_round.opened_by": "开轮的单位",
    "survey_round.counted_at": "统计时间",
    "survey_round.remarks": "分析",
    "survey_round.published_at": "公布时间",
    "survey_round.published_by": "公布单位",
    "survey_round.forgotten_at": "删除单份回答的时间",
    "survey_lot.round_id": "哪一轮",
    "survey_lot.audience": "给谁",
    "survey_lot.channel": "怎么问",
    "survey_lot.handed_out": "发出几份",
    "survey_lot.handed_out_on": "哪天发",
    "survey_lot.handed_out_by": "发的单位",
    "survey_lot.codes_sealed": "回访码",
    "survey_lot.void": "作废",
}

SURVEY_NOTES: dict[str, str] = {"lot": "第几批", "sheets": "几张", "became": "怎么处理"}

SURVEY_TERMS: dict[str, type[StrEnum]] = {
    "survey_lot.audience": Audience,
    "survey_lot.channel": SheetChannel,
    "became": WordsState,
}
