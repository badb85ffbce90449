"""What the address of the problems' list asks for: its filters; the address with one of them changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.accounts.identity import Identity
from portal.backoffice.asked import Option, asked_member, asked_region, options
from portal.backoffice.home_choice import HomeOption, option_of
from portal.backoffice.regions import region_choices
from portal.backoffice.table_pages import PER_PAGE, asked_page
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.domain.standing import Standing
from portal.glossary import label
from portal.reference.directory import region_directory
from portal.supervision.kinds import DEPARTMENTS, ProblemCategory, ProblemOrigin, Severity
from portal.supervision.queries.problems import ProblemChoice, ProblemSort

GROUPS: dict[str, tuple[str, Standing | None, ProblemStatus | None]] = {
    "open": ("没销号的", Standing.OPEN, None),
    "overdue": ("逾期的", Standing.OVERDUE, None),
    "entered": ("还没发通知", None, ProblemStatus.ENTERED),
    "notice": ("已发通知", None, ProblemStatus.NOTICE_ISSUED),
    "progress": ("整改中", None, ProblemStatus.IN_PROGRESS),
    "submitted": ("待验收", None, ProblemStatus.SUBMITTED),
    "enforcement": ("移交执法", None, ProblemStatus.ENFORCEMENT),
    "cleared": ("已销号", Standing.CLEARED, None),
    "recurred": ("后来又出现的", Standing.RECURRED, None),
    "void": ("撤销的", None, ProblemStatus.VOID),
}
"""Name in the address → title, how it stands to its last day, its status."""
FIRST = "open"
_LATEST_FIRST = ("cleared", "recurred", "void")
_BEYOND = frozenset({"state", "home"})
"""Parts of the address that the folded filters leave as they are."""
TICKS = {"listed": "挂牌督办的", "free": "还没发通知、没定期限的"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list, and as which parts of the address."""

    choice: ProblemChoice
    group: str
    query: dict[str, str]
    """What differs from the plain list, by name in the address."""
    offset: int
    home: HomeOption | None = None
    """The one home whose problems are shown."""

    @property
    def narrowed(self) -> bool:
        """True if one of the folded filters is in use."""
        return bool(self.query.keys() - TICKS.keys() - _BEYOND)

    @property
    def kept(self) -> dict[str, str]:
        """What the form of the folded filters sends along unseen."""
        return {name: value for name, value in self.query.items() if name in TICKS or name in _BEYOND}


def asked(who: Identity) -> Asked:
    """Read the address; what means nothing, and what is not for the caller to ask, is left out."""
    group = request.args.get("state", "")
    group = group if group in GROUPS else FIRST
    _, standing, status = GROUPS[group]
    ticks = {name: request.args.get(name) == "1" for name in TICKS}
    department = asked_member(Department, "department")
    home = option_of(request.args.get("home", ""), who.scope)
    choice = ProblemChoice(
        state=standing,
        status=status,
        category=asked_member(ProblemCategory, "category"),
        severity=asked_member(Severity, "severity"),
        department=department if department in DEPARTMENTS else None,
        origin=asked_member(ProblemOrigin, "origin"),
        region=asked_region(who),
        text=request.args.get("q", "").replace("\x00", "").strip()[:60],
        listed=ticks["listed"],
        without_notice=ticks["free"],
        institution_id=None if home is None else home.institution_id,
        unregistered_home_id=None if home is None else home.unregistered_home_id,
        sort=ProblemSort.NEWEST if group in _LATEST_FIRST else ProblemSort.DEADLINE,
    )
    parts = {
        "state": group if group != FIRST else "",
        "category": choice.category,
        "severity": choice.severity,
        "department": choice.department,
        "origin": choice.origin,
        "region": choice.region,
        "q": choice.text,
        "home": None if home is None else home.key,
        **{name: "1" if ticked else "" for name, ticked in ticks.items()},
    }
    query = {name: str(value) for name, value in parts.items() if value}
    return Asked(choice, group, query, (asked_page() - 1) * PER_PAGE, home)


def address_of(now: Asked, endpoint: str = "backoffice.problems", **changes: Any) -> str:
    """Return the list's address with some of its parts changed; a new choice begins at page 1."""
    query = {**now.query, **changes}
    if query.get("state") == FIRST:
        query["state"] = ""
    return url_for(endpoint, **{name: value for name, value in query.items() if value not in (None, "")})


def selects(now: Asked, who: Identity) -> list[tuple[str, str, list[Option], str]]:
    """Return the folded filters: name, title, options, and the one chosen."""
    origins = [("", "全部来源"), *((one.value, _ORIGINS.get(one) or label(one)) for one in ProblemOrigin)]
    found = [
        ("region", "地区", [("", "全部地区"), *region_choices(who)]),
        ("category", "类别", options(ProblemCategory, "全部类别")),
        ("severity", "轻重", options(Severity, "不分轻重")),
        ("department", "部门", [("", "全部部门"), *((one.value, label(one)) for one in DEPARTMENTS)]),
        ("origin", "怎么发现的", origins),
    ]
    return [(name, title, offered, now.query.get(name, "")) for name, title, offered in found]


_ORIGINS = {ProblemOrigin.COMPLAINT: "投诉查实", ProblemOrigin.SUGGESTION: "群众点题"}
"""For the staff; the public reads 群众反映 of both."""


def origin_words(origin: ProblemOrigin) -> str:
    """Return how a problem came to light, as the staff call it."""
    return _ORIGINS.get(origin) or label(origin)


def in_words(now: Asked) -> str:
    """Return the filters in force, in words."""
    choice = now.choice
    said = [GROUPS[now.group][0], *(title for name, title in TICKS.items() if name in now.query)]
    if choice.region:
        said.append(region_directory().label(choice.region))
    said += [label(one) for one in (choice.category, choice.severity, choice.department) if one is not None]
    if choice.origin is not None:
        said.append(origin_words(choice.origin))
    if now.home is not None:
        said.append(now.home.name)
    return "、".join([*said, choice.text] if choice.text else said)
