"""Words for what stands in the audit of visits, draws and credit: beside ``audit_words_supervision``."""

from __future__ import annotations

VISIT_ACTIONS: dict[str, str] = {
    "new_inspection": "安排检查",
    "inspection_visit": "登记检查结果",
    "inspection_problem": "登记检查发现的问题",
    "inspection_publication": "公开检查",
    "inspection_withdraw": "撤下公开的检查",
    "inspection_cancel": "取消检查",
    "inspection_cancelled": "取消检查",
    "new_draw": "公告抽签",
    "draw_announced": "公告抽签",
    "draw_number": "录入抽签的号码",
    "draw_reveal": "公开抽签的名单",
    "draw_revealed": "公开抽签的名单",
    "draw_abandon": "作废抽签",
    "draw_abandoned": "作废抽签",
    "new_credit": "录入信用记录",
    "edit_credit": "更正信用记录",
    "credit_publish": "公开信用记录",
    "credit_repair": "信用修复",
    "credit_repaired": "信用修复，记录已删除",
    "credit_revoke": "撤销信用记录",
    "credit_revoked": "撤销，记录已删除",
    "credit_expired": "到期，记录已删除",
}
"""As ``audit_words.ACTIONS``."""

VISIT_NOTES: dict[str, str] = {
    "candidates_hash": "名单校验值", "home_count": "名单上的机构数", "inspector_count": "名单上的人员数",
    "homes_drawn": "抽几家", "inspectors_each": "每家几人", "number_name": "用哪个号码",
    "number_where": "在哪里查", "number_due_at": "号码公布时间", "public_id": "公开编号", "title": "标题",
    "reason": "理由",
}  # fmt: skip
"""As ``audit_words.NOTES``: what stands in the notes of an entry."""
