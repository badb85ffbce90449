"""Words for what stands in the audit of supervision: visits, draws, problems, notices and credit."""

from __future__ import annotations

import json
from enum import StrEnum

from portal.backoffice.audit_words_visits import VISIT_ACTIONS, VISIT_NOTES
from portal.backoffice.problem_words import said_words
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemEvent, ProblemStatus
from portal.glossary import label
from portal.supervision.kinds import (
    CreditKind,
    DrawState,
    InspectionArea,
    InspectionKind,
    InspectionResult,
    ItemFinding,
    NoticeState,
    PhotoStage,
    ProblemCategory,
    ProblemOrigin,
    ServiceMethod,
    Severity,
)

SUPERVISION_ACTIONS: dict[str, str] = {
    "new_problem": "问题登账",
    "edit_problem": "更正问题的内容",
    "problem_set_deadline": "定问题的整改期限",
    "problem_move_deadline": "改问题的整改期限",
    "problem_start": "问题开始整改",
    "problem_submit": "提请验收",
    "problem_reject": "验收不合格",
    "problem_clear": "验收合格，销号",
    "problem_hand_to_enforcement": "问题移交执法",
    "problem_list_for_supervision": "问题挂牌督办",
    "problem_delist": "问题摘牌",
    "problem_note": "写问题的内部记录",
    "problem_void": "撤销登账",
    "add_problem_photo": "添加整改照片",
    "show_problem_photo": "公开整改照片",
    "hide_problem_photo": "撤下整改照片",
    "problem_publication": "公开问题",
    "unpublish_problem": "撤下公开的问题",
    "notice_unpublished": "整改通知书不再公开的理由",
    "notice_recount": "按新的日历重新推算整改期限",
    "new_notice": "起草整改通知书",
    "edit_notice": "修改整改通知书的稿子",
    "notice_submit_draft": "整改通知书交审核",
    "notice_return_draft": "审核退回整改通知书",
    "notice_issue": "发出整改通知书",
    "notice_serve": "登记整改通知书送达",
    "notice_extend": "延长整改期限",
    "notice_withdraw": "撤回整改通知书",
    "notice_discard": "整改通知书的稿子不要了",
    "notice_publication": "公开整改通知书",
    "unpublish_notice": "撤下公开的整改通知书",
    **VISIT_ACTIONS,
}
"""As ``audit_words.ACTIONS``."""

SUPERVISION_KINDS: dict[str, str] = {
    "inspection": "检查",
    "inspection_item": "检查的项目",
    "random_draw": "双随机抽签",
    "problem": "问题",
    "problem_step": "问题办理记录",
    "problem_photo": "整改照片",
    "rectification_notice": "整改通知书",
    "notice_deadline": "整改期限",
    "credit_record": "信用记录",
}

SUPERVISION_FIELDS: dict[str, str] = {
    "theme": "查什么事", "departments": "哪些部门去", "inspectors": "谁去",
    "planned_by": "最晚哪天去", "visited_on": "去的日子", "result": "结果", "summary": "看到的情况",
    "public_summary": "公开的情况", "draw_id": "哪次抽签",
    "origin": "怎么来的", "origin_ref": "来处编号", "follows_problem_id": "回头看哪个问题",
    "found_again": "问题又出现了", "inspection_id": "哪次检查", "position": "第几项", "area": "哪一块",
    "code": "编号", "basis": "依据", "inspection_item.finding": "是否符合",
    "inspection_item.text": "项目内容", "inspection_item.remark": "说明",
    "random_draw.number": "公开号码", "problem.number": "问题编号", "rectification_notice.number": "文号",
    "notice_deadline.number": "第几次定的期限", "rectification_notice.remark": "退回的意见",
    "candidates": "抽签名单", "candidates_hash": "名单校验值", "home_count": "名单里几家机构",
    "inspector_count": "名单里几位检查人员", "homes_drawn": "抽几家", "inspectors_each": "每家去几人",
    "number_name": "用哪个公开号码", "number_where": "号码在哪里看", "number_due_at": "号码公布时间",
    "announced_at": "公告时间", "drawn_at": "抽取时间", "revealed_at": "公开名单时间",
    "abandoned_at": "作废时间", "abandoned_reason": "作废理由",
    "unregistered_home_id": "未登记备案场所编号", "place": "地点", "severity": "轻重",
    "criterion": "判定标准",
    "description": "问题内容", "public_text": "公开的内容", "responsible": "整改责任单位",
    "measure": "整改措施", "found_on": "发现的日子", "entered_staff_id": "登账人编号",
    "deadline": "整改期限", "submitted_staff_id": "提请验收人编号", "cleared_on": "销号的日子",
    "handed_on": "移交执法的日子", "handed_to": "移交给谁", "first_entry_id": "首次登账的问题",
    "listed_on": "挂牌的日子", "listed_by": "谁挂牌督办", "listed_until": "挂牌督办到哪天",
    "delisted_on": "摘牌的日子", "problem_id": "问题编号", "on": "发生的日子", "words": "写的内容",
    "file_id": "附件编号", "stage": "整改前后", "taken_on": "拍摄的日子", "caption": "照片说明",
    "public": "可以公开", "year": "年份", "sequence": "序号", "addressee": "发给谁", "demands": "整改要求",
    "legal_basis": "法律依据", "days": "期限天数", "working_days": "按工作日算", "contact": "联系方式",
    "public_body": "公开的内容", "drafted_by": "起草人", "drafted_staff_id": "起草人编号",
    "drafted_at": "起草时间", "issued_on": "发出的日子", "issued_at": "发出时间", "issued_by": "签发人",
    "served_on": "送达的日子", "served_how": "怎么送达", "deadline_version": "第几次定的期限",
    "cleared_at": "销号时间", "calendar": "按哪版日历", "provisional": "暂定", "set_at": "定期限的时间",
    "set_by": "定期限的人", "missed": "没有赶上", "authority": "作出决定的机关", "content": "决定内容",
    "amount_fen": "金额（分）", "decided_on": "决定的日子", "until": "公开到哪天",
}  # fmt: skip
"""Columns; those of one table, with its name, go before what a column of that name is called elsewhere."""


def supervision_value(kind: str, name: str, value: str) -> str | None:
    """Return in words what is kept as JSON, None for anything else. Raises ValueError for what is none."""
    match kind, name:
        case "rectification_notice", "body" | "public_body":
            return "（全文，见通知书）"
        case "inspection", "departments":
            return "、".join(label(Department(one)) for one in json.loads(value))
        case "problem_step", "said":
            return said_words(json.loads(value))
        case _:
            return None


SUPERVISION_NOTES: dict[str, str] = {
    **VISIT_NOTES,
    "until": "公开到哪天",
}

SUPERVISION_TERMS: dict[str, type[StrEnum]] = {
    "inspection.kind": InspectionKind,
    "inspection.result": InspectionResult,
    "inspection_item.area": InspectionArea,
    "inspection_item.finding": ItemFinding,
    "random_draw.state": DrawState,
    "problem.origin": ProblemOrigin,
    "problem.category": ProblemCategory,
    "problem.severity": Severity,
    "problem.status": ProblemStatus,
    "problem_step.event": ProblemEvent,
    "problem_step.status": ProblemStatus,
    "problem_step.status_before": ProblemStatus,
    "problem_photo.stage": PhotoStage,
    "rectification_notice.state": NoticeState,
    "rectification_notice.served_how": ServiceMethod,
    "credit_record.kind": CreditKind,
    "credit_record.department": Department,
}
"""Columns of one table, and what their values mean."""
