"""Words for what stands in the audit."""

from __future__ import annotations

from typing import Any

from portal.institutions.field_labels import RECORD_LABELS

ACTIONS: dict[str, str] = {
    "sign_in": "登录",
    "sign_out": "退出登录",
    "locked_out": "试错过多被锁",
    "second_factor": "通过两步验证",
    "set_up_second_factor": "绑定两步验证",
    "second_factor_set": "绑定两步验证",
    "second_factor_reset": "清除两步验证",
    "second_factor_removed": "关闭两步验证",
    "recovery_codes_made": "生成恢复码",
    "recovery_code_used": "使用恢复码",
    "session_ended": "退出一台设备",
    "other_sessions_ended": "退出其他设备",
    "password_set_by_link": "用链接设密码",
    "change_password": "改密码",
    "use_link": "用链接设密码",
    "forgotten": "申请重设密码",
    "invite": "邀请同事",
    "person": "修改账号",
    "reset_person": "发送重设链接",
    "reset_person_factor": "清除两步验证",
    "staff_create": "命令行：新建账号",
    "staff_reset": "命令行：重设密码",
    "staff_disable": "命令行：停用账号",
    "export": "导出",
    "import_committed": "导入名册",
    "import_undone": "撤销导入",
    "import_uploaded": "上传名册",
    "import_discarded": "放弃导入",
    "import_settled": "隔离的行不再处理",
    "import_committing": "导入名册（明细）",
    "import_undoing": "撤销导入（明细）",
}

KINDS: dict[str, str] = {
    **RECORD_LABELS,
    "staff_member": "账号",
    "staff_link": "一次性链接",
    "mail": "邮件",
    "revision": "历史记载",
    "confirmation": "核对记录",
    "source_document": "来源资料",
    "vault_key": "加密密钥",
    "calendar_notice": "放假安排",
    "calendar_amendment": "日历调整",
    "import_run": "导入",
    "correction_report": "公众纠错",
    "correction_step": "纠错答复",
    "search_outbox": "搜索更新",
}


def written(value: Any) -> str:
    """Return a value as people read it; sealed ones say so."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    return "（加密保存）" if text.startswith("v1.") and len(text) > 40 else text[:300]
