"""Words for what stands in the audit of the column: suggestions, pools, topics, digests."""

from __future__ import annotations

from enum import StrEnum

from portal.backoffice.suggestion_deeds import SUGGESTION_DEEDS
from portal.backoffice.topic_deeds import POOL_DEEDS, TOPIC_DEEDS
from portal.domain.suggestion_status import SuggestionEvent, SuggestionStatus
from portal.domain.topic_targets import TopicMetric
from portal.topics.kinds import (
    DigestState,
    ReasonState,
    SuggestionChannel,
    SuggestionKind,
    SuggestionStage,
    TopicEvent,
    TopicScope,
    Verdict,
    WhyNotPublic,
)

COLUMN_ACTIONS: dict[str, str] = {
    **{f"suggestion_{deed.name}": f"群众点题：{deed.title}" for deed in SUGGESTION_DEEDS},
    **{f"topic_{deed.name}": f"整治项目：{deed.title}" for deed in TOPIC_DEEDS},
    **{f"pool_{deed.name}": f"整治项目：{deed.title}" for deed in POOL_DEEDS},
    "new_suggestion": "登记群众点题",
    "suggestion_publication": "群众点题：公开或改公开的文字",
    "new_topic": "起草整治项目",
    "topic_wording": "整治项目：改文字",
    "topic_reason": "整治项目：审核群众写的话",
    "new_pool": "新建一年的征集",
    "edit_pool": "改征集和投票",
    "compile_month_digest": "编每月汇总",
    "compile_digest": "编每月汇总",
    "compile_digest_again": "重新编每月汇总",
    "write_digest": "写每月汇总的分析",
    "submit_digest": "每月汇总交审核",
    "return_digest": "退回每月汇总",
    "publish_digest": "发布每月汇总",
    "correct_digest": "更正每月汇总",
    "run_the_column": "登记开办栏目",
}

COLUMN_KINDS: dict[str, str] = {
    "suggestion": "群众点题",
    "suggestion_step": "点题的办理记录",
    "suggestion_count": "点题的计数",
    "topic_pool": "征集和投票",
    "topic": "整治项目",
    "topic_step": "整治项目的记录",
    "topic_target": "整治目标",
    "topic_milestone": "整治节点",
    "topic_document": "整治文件",
    "verdict_reason": "群众评价里写的话",
    "suggestion_digest": "每月汇总",
    "column_office": "开办栏目的地方",
}

COLUMN_FIELDS: dict[str, str] = {
    "suggestion.channel": "怎么来的", "suggestion.kind": "哪一方面", "suggestion.status": "状态",
    "suggestion.title": "公开的标题", "suggestion.text": "公开的正文", "suggestion.receipt": "登记编号",
    "suggestion.words_sealed": "原话", "suggestion.person_sealed": "联系方式",
    "look_due": "最晚哪天看完", "looked_at": "看过的时间",
    "supports": "支持人数", "not_public_why": "为什么不公开", "suggestion.merged_into_id": "并入哪一条",
    "answer_due": "最晚哪天答复", "suggestion.answer": "答复", "answered_by": "答复单位", "done": "做了什么",
    "done_at": "公布做了什么的时间", "ended_at": "办结时间",
    "suggestion_id": "哪条点题",
    "suggestion_step.status": "状态", "to_writer": "点题的人看得到", "suggestion_step.said": "事实",
    "suggestion_step.words_sealed": "写的内容", "suggestion_count.stage": "到哪一步",
    "suggestion_count.number": "条数",
    "year": "年份", "explanation": "怎么征集、怎么投票", "choices_most": "最多选几个",
    "collecting_from": "从哪天开始征集", "vote_opens_at": "投票开始", "vote_closes_at": "投票截止",
    "topic_pool.result": "票数", "result_published_at": "公布结果的时间", "result_words": "结果说明",
    "pool_id": "哪次投票", "topic.scope": "共性还是个性", "joint": "配合部门",
    "topic.why": "为什么", "topic.demands": "要做到什么", "problem_category": "哪类问题",
    "proposed_at": "列为候选的时间",
    "passed_over_at": "公布没有列入的时间", "passed_over_why": "为什么没有列入",
    "chosen_why": "为什么选这一项", "work_from": "开始整治", "judged_from": "评价开始",
    "judged_until": "评价截止", "closed_at": "结题时间",
    "conclusion": "结论", "conclusion_words": "结论的理由", "verdict_result": "群众评价的票数",
    "topic_id": "哪个整治项目", "issuer": "发文单位", "topic_document.text": "文件内容",
    "due_on": "最晚哪天", "done_on": "完成的日子", "words": "写的内容", "reported_at": "报完成的时间",
    "topic_step.said": "事实", "in_public": "公众看得到", "metric": "怎么算", "percent": "按百分比",
    "goal": "目标", "since": "从哪天起", "out_of": "总数", "verdict": "评价", "received_on": "收到的日子",
    "declined_why": "不公开的理由", "judgement": "分析", "written_by": "撰写人",
    "remark": "退回的理由", "text_sealed": "原话", "told_why": "告诉点题的人的话",
}  # fmt: skip

COLUMN_TERMS: dict[str, type[StrEnum]] = {
    "suggestion.channel": SuggestionChannel,
    "suggestion.kind": SuggestionKind,
    "suggestion.status": SuggestionStatus,
    "not_public_why": WhyNotPublic,
    "suggestion_step.event": SuggestionEvent,
    "suggestion_step.status": SuggestionStatus,
    "suggestion_step.status_before": SuggestionStatus,
    "suggestion_count.kind": SuggestionKind,
    "suggestion_count.stage": SuggestionStage,
    "topic.scope": TopicScope,
    "conclusion": Verdict,
    "topic_step.event": TopicEvent,
    "metric": TopicMetric,
    "verdict": Verdict,
    "verdict_reason.state": ReasonState,
    "suggestion_digest.state": DigestState,
}
