"""The audit's hash of each closed day, mailed to those who supervise: a copy that nobody here can change."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from flask import current_app

from portal.accounts.queries import staff_in_role
from portal.accounts.staff import email_of
from portal.audit.digest import close_days
from portal.audit.models import AuditDigest
from portal.config import Settings
from portal.domain.permissions import Role
from portal.notify.outbox import send_later
from portal.vault.sealing import VaultDamaged

KIND = "audit_digest"


def publish_closed_days() -> Sequence[AuditDigest]:
    """Close the days that have passed and enter a mail on them to every active supervisor. Flushes."""
    closed = close_days()
    if closed:
        title, body = _words(closed)
        for staff in staff_in_role(Role.SUPERVISOR):
            try:
                address = email_of(staff)
            except VaultDamaged:  # one damaged address must not keep the days open for everybody
                structlog.get_logger("audit").error("digest_not_mailed", staff=staff.id)
                continue
            if address:  # empty where it was erased
                send_later(staff.subject, address, title, body, KIND)
    return closed


def _words(closed: Sequence[AuditDigest]) -> tuple[str, str]:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    first, last = closed[0].day, closed[-1].day
    until = "" if first == last else f"至{last.year}年{last.month}月{last.day}日"
    days = f"{first.year}年{first.month}月{first.day}日{until}"
    lines = [
        f"{settings.site_name}的操作记录，每天结束时的校验值如下：",
        "",
        *(f"{one.day.isoformat()}  共{one.sequence}条\n{one.hash}\n" for one in closed),
        "请保存这封邮件。要核对时，打开下面的网页，把同一天的校验值与这里的逐字比较。",
        f"{settings.base_url}/integrity",
        "",
        "两边一致，说明那一天结束以前的操作记录没有被人改过；不一致，请立即报告。",
    ]
    return f"操作记录校验值：{days}", "\n".join(lines)
