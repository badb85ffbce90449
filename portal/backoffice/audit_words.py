"""Words for what stands in the audit: what was done, to what, which field, from which value to which.

The whole of an entry, columns included that mean nothing to people, is shown by ``flask audit show``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from portal import clock, glossary
from portal.accounts.models import LinkPurpose
from portal.backoffice.audit_words_cases import CASE_ACTIONS, CASE_FIELDS, CASE_KINDS, CASE_NOTES, CASE_TERMS
from portal.backoffice.audit_words_column import COLUMN_ACTIONS, COLUMN_FIELDS, COLUMN_KINDS, COLUMN_TERMS
from portal.backoffice.audit_words_lists import (
    LISTS_ACTIONS,
    LISTS_FIELDS,
    LISTS_KINDS,
    LISTS_NOTES,
    LISTS_TERMS,
)
from portal.backoffice.audit_words_supervision import (
    SUPERVISION_ACTIONS,
    SUPERVISION_FIELDS,
    SUPERVISION_KINDS,
    SUPERVISION_NOTES,
    SUPERVISION_TERMS,
    supervision_value,
)
from portal.backoffice.audit_words_surveys import (
    SURVEY_ACTIONS,
    SURVEY_FIELDS,
    SURVEY_KINDS,
    SURVEY_NOTES,
    SURVEY_TERMS,
)
from portal.backoffice.audit_words_voices import VOICES_ACTIONS, VOICES_FIELDS, VOICES_KINDS, VOICES_TERMS
from portal.backoffice.record_words import day_words, value_words
from portal.corrections.models import KnownHow
from portal.domain.correction_state import CorrectionEvent, CorrectionState
from portal.domain.permissions import Department, Role
from portal.domain.working_days import Arranged
from portal.history.models import SourceKind
from portal.history.recorded import decode
from portal.institutions.field_labels import BLOCK_TITLES, FIELDS, RECORD_LABELS, Block
from portal.institutions.models import CareGuide, UnregisteredHome
from portal.institutions.queries.trail import MODELS
from portal.reference.directory import region_directory

ACTIONS: dict[str, str] = {
    "sign_in": "登录",
    "sign_out": "退出登录",
    "locked_out": "试错过多被锁",
    "second_factor": "通过两步验证",
    "set_up_second_factor": "绑定两步验证",
    "second_factor_set": "绑定两步验证",
    "second_factor_reset": "清除两步验证",
    "reset_person_factor": "清除两步验证",
    "second_factor_removed": "关闭两步验证",
    "remove_second_factor": "关闭两步验证",
    "recovery_codes_made": "生成恢复码",
    "new_recovery_codes": "生成恢复码",
    "recovery_code_used": "使用恢复码",
    "session_ended": "退出一台设备",
    "end_session": "退出一台设备",
    "other_sessions_ended": "退出其他设备",
    "end_other_sessions": "退出其他设备",
    "password_set_by_link": "用链接设密码",
    "use_link": "用链接设密码",
    "change_password": "改密码",
    "prove": "再次确认密码",
    "forgotten": "申请重设密码",
    "invite": "邀请同事",
    "person": "修改账号",
    "reset_person": "发送重设链接",
    "staff_create": "命令行：新建账号",
    "keys_rotate": "命令行：更换主密钥",
    "keys_rotated": "更换主密钥",
    "intake_erased": "销毁到期的内容",
    "staff_reset": "命令行：重设密码",
    "staff_disable": "命令行：停用账号",
    "staff_erase": "命令行：删除个人信息",
    "person_erased": "删除个人信息",
    "new_institution": "登记新机构",
    "edit_institution": "修改机构信息",
    "edit_institution_block": "修改机构信息",
    "withdraw_institution": "撤下或恢复机构",
    "new_record": "登记机构的记录",
    "edit_record": "修改机构的记录",
    "withdraw_record": "撤下或恢复记录",
    "new_unregistered_home": "登记未登记备案场所",
    "unregistered_step": "登记未登记备案场所的进展",
    "correct_unregistered_home": "更正未登记备案场所",
    "guide": "修改照护指南",
    "accept_correction": "采纳公众纠错",
    "reject_correction": "答复不采纳公众纠错",
    "reopen_correction": "重新打开公众纠错",
    "calendar": "录入放假安排",
    "withdraw_notice": "撤下放假安排",
    "calendar_amend": "命令行：修改工作日历",
    "calendar_recompute": "按新的日历重新推算投诉期限",
    "case_received_earlier": "补录投诉，收到的日子更早",
    "case_redated": "往前改投诉的收到时间",
    "export": "导出",
    "new_import": "上传名册",
    "import_uploaded": "上传名册",
    "import_asked": "要求核对、导入或撤销",
    "import_rows_taken": "勾选要导入的行",
    "import_rows_left_out": "取消勾选要导入的行",
    "import_rows": "勾选要导入的行",
    "import_check_again": "重新核对名册",
    "import_commit": "确认导入名册",
    "import_committing": "导入名册（明细）",
    "import_committed": "导入名册",
    "import_discard": "放弃导入",
    "import_discarded": "放弃导入",
    "import_settle": "隔离的行不再处理",
    "import_settled": "隔离的行不再处理",
    "import_undo": "确认撤销导入",
    "import_undoing": "撤销导入（明细）",
    "import_undone": "撤销导入",
    **CASE_ACTIONS,
    **SUPERVISION_ACTIONS,
    **LISTS_ACTIONS,
    **VOICES_ACTIONS,
    **SURVEY_ACTIONS,
    **COLUMN_ACTIONS,
}
"""Endpoint, command, job or event → words. Some deeds have two names: what was asked, and what came of it."""

KINDS: dict[str, str] = {
    **RECORD_LABELS,
    "staff_member": "账号",
    "staff_link": "一次性链接",
    "revision": "历史记载",
    "confirmation": "核对记录",
    "source_document": "来源资料",
    "quarantined_row": "隔离的行",
    "calendar_notice": "放假安排",
    "calendar_amendment": "日历调整",
    "correction_report": "公众纠错",
    "correction_step": "纠错答复",
    "data_set": "数据状态",
    "intake_file": "附件",
    **CASE_KINDS,
    **SUPERVISION_KINDS,
    **LISTS_KINDS,
    **VOICES_KINDS,
    **SURVEY_KINDS,
    **COLUMN_KINDS,
}

_FIELDS: dict[str, str] = {
    "name_sealed": "姓名", "email_sealed": "邮箱", "role": "角色", "department": "部门",
    "region_code": "地区", "active": "账号可用", "password_hash": "密码", "totp_sealed": "两步验证",
    "invited_at": "邀请时间", "password_changed_at": "改密码时间", "purpose": "用途",
    "made_at": "生成时间", "expires_at": "有效到", "used_at": "使用时间",
    "kind": "种类", "title": "名称", "publisher": "发布单位", "document_number": "文号", "url": "网址",
    "as_of": "数据日期", "retracted_at": "作废时间", "reason": "理由", "stated": "记载的内容",
    "actor": "登记人", "fields": "核对的内容", "row": "表格第几行", "cells": "原来的内容",
    "problems": "问题", "whole_year": "哪一年的全年安排", "withdrawn_at": "撤下时间",
    "withdrawn_by": "撤下的人", "withdrawn_reason": "撤下的原因", "day": "日期", "name": "名称",
    "receipt": "回执号", "about": "哪一块", "snapshot": "页面当时的内容", "words_sealed": "反映人写的内容",
    "known_how": "怎么知道的", "waiting_since": "答复期限的起算时间", "state": "状态",
    "decided_at": "答复时间", "decided_by": "答复单位", "event": "办理", "at": "时间",
    "report_id": "纠错编号", "loaded_on": "载入日期",
    **COLUMN_FIELDS,
    **SUPERVISION_FIELDS,
    **LISTS_FIELDS,
    **VOICES_FIELDS,
    **SURVEY_FIELDS,
    **CASE_FIELDS,
}  # fmt: skip
_UNSHOWN = frozenset(
    {
        "id", "public_id", "name_key", "email_key", "institution_id", "staff_id", "notice_id", "record_id",
        "record_kind", "source_id", "revision_id", "subject", "entered_at", "entered_by", "token_hash",
        "totp_last_step", "demo", "fingerprint", "submission", "version", "item", "sha256", "covers",
        "figures", "written_staff_id", "position",
    }
)  # fmt: skip
"""Columns by which the portal finds its own way."""

_NOTES: dict[str, str] = {
    "list": "名单", "choice": "筛选", "format": "格式", "rows": "行数", "sha256": "文件校验值",
    "size": "字节数",
    "source": "来源", "as_of": "数据日期", "source_id": "来源编号", "purpose": "用途", "count": "台数",
    "new": "新增", "changed": "变更", "unchanged": "没有变化", "quarantined": "隔离", "left_out": "没有勾选",
    "withdrawn": "撤下", "restored": "恢复", "confirmations": "作废的核对",
    "numbers": "第几行", "wanted": "要求", "sheet": "工作表",
    **CASE_NOTES,
    **SUPERVISION_NOTES,
    **LISTS_NOTES,
    **SURVEY_NOTES,
}  # fmt: skip

_TERMS: dict[str, type[StrEnum]] = {
    "role": Role,
    "department": Department,
    "state": CorrectionState,
    "event": CorrectionEvent,
    "known_how": KnownHow,
    "source_document.kind": SourceKind,
    "calendar_amendment.kind": Arranged,
    **CASE_TERMS,
    **COLUMN_TERMS,
    **SUPERVISION_TERMS,
    **LISTS_TERMS,
    **VOICES_TERMS,
    **SURVEY_TERMS,
}
_PURPOSES = {LinkPurpose.INVITATION: "邀请", LinkPurpose.RESET: "重设密码"}
_MODELS: dict[str, Any] = {**MODELS, "unregistered_home": UnregisteredHome, "care_guide": CareGuide}
_EMPTY = "（空）"


def actions_like(action: str) -> tuple[str, ...]:
    """Return every name of the deed that ``action`` is a name of."""
    return tuple(one for one, words in ACTIONS.items() if words == ACTIONS[action])


def action_choices() -> dict[str, str]:
    """Return each deed once, by its first name, for people to choose from."""
    found: dict[str, str] = {}
    for words in dict.fromkeys(ACTIONS.values()):
        found[next(one for one, its in ACTIONS.items() if its == words)] = words
    return found


def noted(note: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was said of an event, in words."""
    said = {name: value for name, value in note.items() if name != "record"}
    found = [(_NOTES.get(name, name), _value("", name, value)) for name, value in said.items()]
    # a credit entry that ended: the audit alone keeps what it said
    return found + [
        (label, was) for label, was, _ in changed_fields("credit_record", note.get("record", {}), {})
    ]


def changed_fields(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Yield the fields of a change that mean something to people: label, value before, value after."""
    for name in dict.fromkeys((*before, *after)):
        if name not in _UNSHOWN:
            label = (
                FIELDS[kind, name].label
                if (kind, name) in FIELDS
                else _FIELDS.get(f"{kind}.{name}") or _FIELDS.get(name, name)
            )
            yield label, _value(kind, name, before.get(name)), _value(kind, name, after.get(name))


def _value(kind: str, name: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return _EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and value.startswith("v1.") and len(value) > 40:
        return "（加密保存）"
    try:
        return _recorded(kind, name, value) if (kind, name) in FIELDS else _own(kind, name, value)[:300]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):  # kept by a former version
        return str(value)[:300]


def _recorded(kind: str, name: str, value: Any) -> str:
    return value_words(kind, name, decode(_MODELS[kind], name, value), region_directory(), {})[:300]


def _own(kind: str, name: str, value: Any) -> str:
    terms = _TERMS.get(f"{kind}.{name}") or _TERMS.get(name)
    if terms is not None:
        return glossary.label(terms(value))
    told = supervision_value(kind, name, value) if isinstance(value, str) else None
    if told is not None:
        return told or _EMPTY
    match name:
        case "purpose":
            return _PURPOSES[LinkPurpose(value)]
        case "about":
            return BLOCK_TITLES[Block(value)]
        case "region_code" | "from_region" | "to_region":
            return region_directory().label(value)
        case "stated":
            return "；".join(_stated(value))
        case "as_of" | "begins" | "day" | "on" | "deadline" | "until" | "listed_until" | "planned_by":
            return day_words(date.fromisoformat(value))
        case "at" if isinstance(value, str):
            return _moment(value)
        case _ if name.endswith(("_on", "_due")):
            return day_words(date.fromisoformat(value))
        case _ if name.endswith(("_at", "_since")):
            return _moment(value)
        case _:
            return str(value)


def _stated(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a revision states. Its kind stands beside it, so the first field of that name will do."""
    labels = {name: label.label for (_, name), label in reversed(FIELDS.items())}
    for name, value in values.items():
        plain = "是" if value is True else "否" if value is False else _EMPTY if value is None else str(value)
        yield f"{labels.get(name, name)}：{plain}"


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text).astimezone(clock.SHANGHAI)
    return f"{day_words(moment.date())} {moment:%H:%M}"
