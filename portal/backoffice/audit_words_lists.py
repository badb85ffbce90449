"""Words for what stands in the audit of the four lists, the targets and the two-way reviews."""

from __future__ import annotations

from enum import StrEnum

from portal.accountability.kinds import ListKind, ListState, ReviewState
from portal.domain.permissions import Department

LISTS_ACTIONS: dict[str, str] = {
    "compile_lists": "编四张清单",
    "compile_month": "编四张清单",
    "compile_lists_again": "重新编四张清单",
    "lists_compiled": "编四张清单",
    "add_list_line": "清单手工列入一条",
    "edit_list_line": "改清单的一条",
    "leave_out_list_line": "从清单上拿掉一条",
    "put_back_list_line": "放回清单的一条",
    "submit_month_lists": "报送四张清单",
    "correct_month_lists": "更正四张清单",
    "publish_lists": "清单是否对公众公开",
    "targets_load": "命令行：载入目标",
    "month_lists_xlsx": "导出四张清单",
    "compile_review": "统计双点评",
    "compile_review_again": "重新统计双点评",
    "add_review_remark": "录入点评",
    "edit_review_remark": "改点评",
    "drop_review_remark": "拿掉点评",
    "answer_review_remark": "回复点评",
    "publish_review": "公布双点评",
    "correct_review": "更正双点评",
}

LISTS_KINDS: dict[str, str] = {
    "monthly_lists": "四张清单",
    "monthly_list_entry": "清单的一条",
    "accountability_office": "清单公开的决定",
    "policy_target": "政策目标",
    "county_review": "双点评",
    "county_review_remark": "点评",
}

LISTS_FIELDS: dict[str, str] = {
    "month": "哪个月", "edition": "第几版", "correction_reason": "为什么更正", "compiled_at": "编制时间",
    "submitted_at": "报送时间", "submitted_by": "报送人", "lists_id": "哪份清单",
    "monthly_list_entry.position": "第几条", "monthly_list_entry.remark": "说明",
    "monthly_list_entry.title": "标题", "facts": "台账上的内容", "by_hand": "审核人员改过",
    "removed": "拿掉了", "publishes_lists": "清单对公众公开", "key": "量什么", "value": "目标值",
    "unit": "单位", "source": "出处", "policy_target.year": "到哪年底",
    "begins": "哪个季度（第一天）", "published_by": "公布人", "review_id": "哪份双点评",
    "county_review_remark.office": "点评单位", "county_review_remark.about": "点评哪个部门",
    "county_review_remark.words": "点评内容", "said_on": "点评日期",
    "county_review_remark.reply": "回复内容", "reply_office": "回复单位", "replied_at": "回复时间",
    "replied_by": "回复人",
}  # fmt: skip

LISTS_NOTES: dict[str, str] = {"lines": "按台账列入几条", "kept": "保留几条"}

LISTS_TERMS: dict[str, type[StrEnum]] = {
    "monthly_lists.state": ListState,
    "monthly_list_entry.kind": ListKind,
    "county_review.state": ReviewState,
    "county_review_remark.about": Department,
}
