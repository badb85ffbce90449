"""What the address of the complaints' list asks for: its filters; the address with one of them changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.accounts.identity import Identity
from portal.backoffice.asked import Option, asked_member, asked_number, asked_region, options
from portal.backoffice.regions import region_choices
from portal.backoffice.table_pages import PER_PAGE, asked_page
from portal.complaints.kinds import DEPARTMENTS, Category, Channel
from portal.complaints.queries.queue import QueueChoice, QueueGroup
from portal.domain.permissions import Capability, Department
from portal.glossary import label
from portal.reference.directory import region_directory

GROUPS = {
    QueueGroup.TO_DO: "要办的",
    QueueGroup.NEW: "还没受理",
    QueueGroup.WAITING: "等投诉人回答",
    QueueGroup.TO_CLOSE: "已答复，待办结",
    QueueGroup.ENDED: "已结束",
}
_TICKS = {
    "mine": "我承办的",
    "late": "超期的",
    "urgent": "紧急的",
    "unassigned": "还没交办的",
    "unacknowledged": "转来还没确认的",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list, and as which parts of the address."""

    choice: QueueChoice
    query: dict[str, str]
    """What differs from the plain list, by name in the address."""
    offset: int

    @property
    def narrowed(self) -> bool:
        """True if one of the folded filters is in use."""
        return bool(self.query.keys() - _TICKS.keys() - {"state"})

    @property
    def kept(self) -> dict[str, str]:
        """What the form of the folded filters sends along unseen."""
        return {name: value for name, value in self.query.items() if name in _TICKS or name == "state"}


def asked(who: Identity) -> Asked:
    """Read the address; what means nothing, and what is not for the caller to ask, is left out."""
    handles = who.allows(Capability.HANDLE_CASES)
    ticks = {name: request.args.get(name) == "1" for name in _TICKS if handles or name != "mine"}
    choice = QueueChoice(
        group=asked_member(QueueGroup, "state") or QueueGroup.TO_DO,
        region=asked_region(who),
        category=asked_member(Category, "category"),
        channel=asked_member(Channel, "channel"),
        handler=asked_number("handler") if handles else None,
        department=None if handles else asked_member(Department, "department"),
        text=request.args.get("receipt", "").strip()[:40],
        **ticks,
    )
    parts = {
        "state": choice.group.value if choice.group is not QueueGroup.TO_DO else "",
        "region": choice.region,
        "category": choice.category,
        "channel": choice.channel,
        "handler": choice.handler,
        "department": choice.department,
        "receipt": choice.text,
        **{name: "1" if ticked else "" for name, ticked in ticks.items()},
    }
    query = {name: str(value) for name, value in parts.items() if value}
    return Asked(choice, query, (asked_page() - 1) * PER_PAGE)


def address_of(now: Asked, endpoint: str = "backoffice.cases", **changes: Any) -> str:
    """Return the list's address with some of its parts changed; a new choice begins at page 1."""
    query = {**now.query, **changes}
    if query.get("state") == QueueGroup.TO_DO.value:
        query["state"] = ""
    return url_for(endpoint, **{name: value for name, value in query.items() if value not in (None, "")})


def selects(
    now: Asked, who: Identity, staff_here: Sequence[Option]
) -> list[tuple[str, str, list[Option], str]]:
    """Return the folded filters: name, title, options, and the one chosen."""
    found = [
        ("region", "地区", [("", "全部地区"), *region_choices(who)]),
        ("category", "类别", options(Category, "全部类别")),
        ("channel", "渠道", options(Channel, "全部渠道")),
    ]
    if staff_here:
        found.append(("handler", "承办人", [("", "全部"), *staff_here]))
    elif not who.allows(Capability.HANDLE_CASES):
        found.append(
            ("department", "部门", [("", "全部部门"), *((one.value, label(one)) for one in DEPARTMENTS)])
        )
    return [(name, title, options, now.query.get(name, "")) for name, title, options in found]


def in_words(now: Asked) -> str:
    """Return the filters in force, in words."""
    choice, said = now.choice, [GROUPS.get(now.choice.group, "还要答复的")]
    said += [title for name, title in _TICKS.items() if name in now.query]
    if choice.region:
        said.append(region_directory().label(choice.region))
    said += [label(one) for one in (choice.category, choice.channel, choice.department) if one is not None]
    if choice.handler is not None:
        said.append("一位承办人的")
    return "、".join([*said, choice.text] if choice.text else said)
