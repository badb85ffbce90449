"""Words for what stands in the audit of complaints: columns and notes. What people wrote is sealed there."""

from __future__ import annotations

from enum import StrEnum

from portal.complaints.kinds import Appearance, Category, Channel, Finding, Rating, WhyExcluded
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.permissions import Department

CASE_ACTIONS: dict[str, str] = {
    "new_case": "登记电话、来信、来访的投诉",
    "assign_cases": "成批交办投诉",
    "case_acknowledge": "确认收到转来的投诉",
    "case_accept": "受理投诉",
    "case_assign": "交办投诉",
    "case_start": "开始办理投诉",
    "case_first_answer": "首次答复投诉",
    "case_reply": "办理答复投诉",
    "case_close": "办结投诉",
    "case_refuse": "不予受理投诉",
    "case_ask": "向投诉人提问",
    "case_interim_reply": "告诉投诉人进展",
    "case_extend": "延长投诉的办理期限",
    "case_hear": "代记投诉人来电、来信、来访说的",
    "case_note": "写投诉的内部记录",
    "case_urgent": "把投诉标为紧急",
    "case_not_urgent": "取消投诉的紧急",
    "case_transfer": "转走投诉",
    "case_merge": "投诉并案",
    "case_unmerge": "取消投诉并案",
    "case_redate": "往前改投诉的收到时间",
    "case_clue": "移交纪检线索",
    "case_exclude": "让人回避投诉",
    "case_readmit": "取消投诉的回避",
    "case_hold": "投诉到期不删除",
    "case_release": "取消投诉的保留",
    "save_case_draft": "交审核或写投诉的草稿",
    "approve_case_draft": "审核同意答复",
    "return_case_draft": "审核退回答复",
    "case": "看投诉",
    "case_person_first_seen": "第一次看到投诉人是谁",
    "open_contact": "打开投诉人的联系方式",
    "case_person_opened": "打开投诉人的联系方式",
    "erase_case": "删除投诉的内容",
    "case_publication": "公开投诉",
    "unpublish_case": "撤下公开的投诉",
    "case_office": "修改投诉设置",
    "new_reply_template": "加答复模板",
    "reply_template": "改答复模板",
    "receive_clue": "确认收到线索",
    "end_pauses": "投诉人十个工作日没有回答，接着办理",
    "close_cases": "答复三十天后没有办结，自动办结",
    "erase_cases": "保存期满，销毁投诉的内容",
}
"""As ``audit_words.ACTIONS``."""

CASE_KINDS: dict[str, str] = {
    "complaint_case": "投诉件",
    "complaint_round": "投诉办理期限",
    "complaint_step": "投诉办理记录",
    "complaint_exclusion": "投诉回避",
    "complaint_transfer": "投诉转办",
    "complaint_publication": "公开的投诉答复",
    "complaint_clue": "移送纪检的线索",
    "complaint_office": "投诉受理设置",
    "reply_template": "答复模板",
}

CASE_FIELDS: dict[str, str] = {
    "size": "字节数", "brought_by": "谁提供的", "erased_at": "销毁时间", "access_hash": "查询码",
    "channel": "来源渠道", "received_at": "收到时间", "received_on": "收到的日子", "category": "类别",
    "appearance": "留不留姓名", "person_sealed": "投诉人", "has_mail": "留有邮箱",
    "consent_health": "同意使用健康信息", "consent_publish": "同意公开", "privacy_version": "隐私说明版本",
    "status": "状态", "status_before": "原来的状态", "urgent": "紧急", "handler_id": "承办人编号",
    "acknowledged": "已接收", "round_number": "第几次办理", "number": "第几次办理",
    "next_due": "下一个到期日", "merged_into_id": "并入哪一件", "finding": "是否属实", "rating": "满意度",
    "rating_reason_sealed": "评价的理由", "rated_at": "评价时间", "ended_at": "办结时间",
    "hold_reason": "继续保存的理由", "case_id": "投诉件编号",
    "first_due": "首次答复到期日", "first_provisional": "首次答复到期日是暂定的",
    "first_answered_at": "首次答复时间", "first_calendar": "首次答复按哪版日历",
    "final_due": "办结到期日", "final_provisional": "办结到期日是暂定的",
    "final_answered_at": "办理答复时间", "final_calendar": "办结按哪版日历",
    "final_days": "办理期限（工作日）", "extension_days": "延长（工作日）",
    "extension_reason": "延长的理由", "asked_on": "提问的日子",
    "answered_on": "回答的日子", "said": "说明", "to_citizen": "投诉人能看到", "why": "回避的原因",
    "from_region": "从哪里", "from_department": "从哪个部门", "to_region": "到哪里",
    "to_department": "到哪个部门", "sent_at": "转出时间", "acknowledged_at": "接收时间",
    "text": "公开的内容", "reply": "公开的答复", "timeline": "办理经过", "approved_by": "审核人",
    "published_at": "公开时间", "changed_at": "修改时间", "handed_over_at": "移送时间",
    "handed_over_by": "移送人", "received_by": "接收人", "body": "内容", "hotline": "热线",
    "post_address": "通信地址", "four_eyes": "办理答复要先审核",
}  # fmt: skip

CASE_NOTES: dict[str, str] = {
    "first": "首次答复到期日", "final": "办结到期日", "calendar": "日历版本", "from": "原来", "to": "改为",
}  # fmt: skip

CASE_TERMS: dict[str, type[StrEnum]] = {
    "complaint_step.event": CaseEvent,
    "status": CaseStatus,
    "status_before": CaseStatus,
    "channel": Channel,
    "category": Category,
    "appearance": Appearance,
    "finding": Finding,
    "rating": Rating,
    "why": WhyExcluded,
    "from_department": Department,
    "to_department": Department,
}
"""Columns, or columns of one table, and what their values mean."""
