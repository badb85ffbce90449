"""The blueprint of the back office and its navigation: everybody sees the doors that open to them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, request, url_for

from portal.access import ACCESS_ATTRIBUTE
from portal.accounts.identity import Identity
from portal.domain.permissions import Capability

blueprint = Blueprint("backoffice", __name__, url_prefix="/staff")


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool


_MAIN = (
    ("待办", "backoffice.home"),
    ("投诉", "backoffice.cases"),
    ("线索", "backoffice.clues"),
    ("群众点题", "backoffice.suggestions"),
    ("整治项目", "backoffice.topics"),
    ("每月汇总", "backoffice.digests"),
    ("计票审看", "backoffice.bursts"),
    ("问题台账", "backoffice.problems"),
    ("整改通知", "backoffice.notices"),
    ("检查", "backoffice.inspections"),
    ("抽签", "backoffice.draws"),
    ("信用", "backoffice.credit"),
    ("四张清单", "backoffice.lists"),
    ("双点评", "backoffice.reviews"),
    ("先去查谁", "backoffice.visits"),
    ("机构", "backoffice.institutions"),
    ("未登记备案", "backoffice.unregistered_homes"),
    ("导入名册", "backoffice.imports"),
    ("满意度回访", "backoffice.surveys"),
    ("公众纠错", "backoffice.corrections"),
    ("到期与异常", "backoffice.attention"),
    ("照护指南", "backoffice.guides"),
    ("工作日历", "backoffice.calendar"),
    ("人员", "backoffice.people"),
    ("操作记录", "backoffice.audit"),
)


def doors(identity: Identity) -> list[Door]:
    """Return the sections that exist and that ``identity`` may enter, with the current one marked."""
    found = []
    for label, endpoint in _MAIN:
        view = current_app.view_functions.get(endpoint)
        needed = getattr(view, ACCESS_ATTRIBUTE, None)
        if view is not None and isinstance(needed, Capability) and identity.allows(needed):
            url = url_for(endpoint)
            here = request.path == url or (
                endpoint != "backoffice.home" and request.path.startswith(url + "/")
            )
            found.append(Door(label, url, here))
    return found
