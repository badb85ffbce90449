"""What the address of the notices' list asks for: its filters; the address with one of them changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.accounts.identity import Identity
from portal.backoffice.asked import Option, asked_member, asked_region, options
from portal.backoffice.regions import region_choices
from portal.backoffice.table_pages import PER_PAGE, asked_page
from portal.domain.permissions import Department
from portal.domain.standing import Standing
from portal.glossary import label
from portal.reference.directory import region_directory
from portal.supervision.kinds import DEPARTMENTS, NoticeState, ProblemCategory, Severity
from portal.supervision.queries.notices import NoticeChoice, NoticeSort

GROUPS: dict[str, tuple[str, dict[str, Any]]] = {
    "open": ("在执行的", {"state": Standing.OPEN}),
    "overdue": ("逾期的", {"state": Standing.OVERDUE}),
    "draft": ("起草中", {"notice_state": NoticeState.DRAFT}),
    "returned": ("退回修改", {"notice_state": NoticeState.RETURNED}),
    "submitted": ("待审核", {"notice_state": NoticeState.SUBMITTED}),
    "unserved": ("还没送达", {"unserved": True}),
    "unpublished": ("还没公开", {"notice_state": NoticeState.ISSUED, "published": False}),
    "cleared": ("都改好了", {"state": Standing.CLEARED}),
    "recurred": ("后来又出现的", {"state": Standing.RECURRED}),
    "withdrawn": ("撤回的", {"notice_state": NoticeState.WITHDRAWN}),
    "discarded": ("作废的稿子", {"notice_state": NoticeState.DISCARDED}),
}
"""Name in the address → title, and what it asks for."""
FIRST = "open"
_BY_DEADLINE = ("open", "overdue")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list, and as which parts of the address."""

    choice: NoticeChoice
    group: str
    query: dict[str, str]
    """What differs from the plain list, by name in the address."""
    offset: int

    @property
    def narrowed(self) -> bool:
        """True if one of the folded filters is in use."""
        return bool(self.query.keys() - {"state"})

    @property
    def kept(self) -> dict[str, str]:
        """What the form of the folded filters sends along unseen."""
        return {name: value for name, value in self.query.items() if name == "state"}


def asked(who: Identity) -> Asked:
    """Read the address; what means nothing, and what is not for the caller to ask, is left out."""
    group = request.args.get("state", "")
    group = group if group in GROUPS else FIRST
    department = asked_member(Department, "department")
    choice = NoticeChoice(
        category=asked_member(ProblemCategory, "category"),
        severity=asked_member(Severity, "severity"),
        department=department if department in DEPARTMENTS else None,
        region=asked_region(who),
        text=request.args.get("q", "").replace("\x00", "").strip()[:60],
        sort=NoticeSort.DEADLINE if group in _BY_DEADLINE else NoticeSort.NEWEST,
        **GROUPS[group][1],
    )
    parts = {
        "state": group if group != FIRST else "",
        "category": choice.category,
        "severity": choice.severity,
        "department": choice.department,
        "region": choice.region,
        "q": choice.text,
    }
    query = {name: str(value) for name, value in parts.items() if value}
    return Asked(choice, group, query, (asked_page() - 1) * PER_PAGE)


def address_of(now: Asked, endpoint: str = "backoffice.notices", **changes: Any) -> str:
    """Return the list's address with some of its parts changed; a new choice begins at page 1."""
    query = {**now.query, **changes}
    if query.get("state") == FIRST:
        query["state"] = ""
    return url_for(endpoint, **{name: value for name, value in query.items() if value not in (None, "")})


def selects(now: Asked, who: Identity) -> list[tuple[str, str, list[Option], str]]:
    """Return the folded filters: name, title, options, and the one chosen."""
    found = [
        ("region", "地区", [("", "全部地区"), *region_choices(who)]),
        ("category", "写的是哪方面的问题", options(ProblemCategory, "全部类别")),
        ("severity", "问题轻重", options(Severity, "不分轻重")),
        ("department", "部门", [("", "全部部门"), *((one.value, label(one)) for one in DEPARTMENTS)]),
    ]
    return [(name, title, offered, now.query.get(name, "")) for name, title, offered in found]


def in_words(now: Asked) -> str:
    """Return the filters in force, in words."""
    choice, said = now.choice, [GROUPS[now.group][0]]
    if choice.region:
        said.append(region_directory().label(choice.region))
    said += [label(one) for one in (choice.category, choice.severity, choice.department) if one is not None]
    return "、".join([*said, choice.text] if choice.text else said)
