"""Mails to staff: invitation and reset. What they say is plain; what they carry works once."""

from __future__ import annotations

from datetime import timedelta

from portal import clock
from portal.accounts.models import LinkPurpose, StaffMember
from portal.accounts.queries import staff_by_email
from portal.accounts.staff import email_of, links_since, name_of, new_link
from portal.notify.outbox import send_later

MOST_AN_HOUR = 3
"""Links that one person is sent an hour on a stranger's word."""
_AN_HOUR = timedelta(hours=1)

_INVITATION = """{name}：

您好。您已被邀请使用“养老服务信息公开平台”的工作后台。

请在7天内打开下面的链接，设置自己的密码：
{address}

链接只能用一次。如果您不知道这是怎么回事，请不要打开，并告诉本单位的管理员。
"""
_RESET = """{name}：

您好。有人为您的工作后台账号申请了重设密码。

如果是您本人，请在2小时内打开下面的链接，设置新密码：
{address}

链接只能用一次。如果不是您本人申请的，可以不理会这封信，您的密码没有变。
"""


def send_invitation(staff: StaffMember, base_url: str) -> str:
    """Send the link by which a new member of staff sets a password; return its address."""
    return _send(staff, LinkPurpose.INVITATION, "工作后台邀请", _INVITATION, base_url)


def send_reset(email: str, base_url: str) -> None:
    """Send a reset link if there is such an account. Anybody may ask for it, so it voids no link that is on
    its way, and nobody's mailbox is filled with them."""
    staff = staff_by_email(email)
    if staff is not None and links_since(staff, clock.now() - _AN_HOUR) < MOST_AN_HOUR:
        _send(staff, LinkPurpose.RESET, "重设工作后台密码", _RESET, base_url, alone=False)


def send_reset_to(staff: StaffMember, base_url: str) -> None:
    """Send a reset link to somebody an administrator has chosen."""
    _send(staff, LinkPurpose.RESET, "重设工作后台密码", _RESET, base_url)


def _send(
    staff: StaffMember, purpose: LinkPurpose, title: str, words: str, base_url: str, *, alone: bool = True
) -> str:
    address = f"{base_url}/staff/link/{new_link(staff, purpose, alone=alone)}"
    body = words.format(name=name_of(staff), address=address)
    send_later(staff.subject, email_of(staff), title, body, purpose.value)
    return address
