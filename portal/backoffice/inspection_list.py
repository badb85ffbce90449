"""What the address of the visits' list asks for: its filters; the address with one of them changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.accounts.identity import Identity
from portal.backoffice.asked import Option, asked_member, asked_number, asked_region, options
from portal.backoffice.regions import region_choices
from portal.backoffice.table_pages import PER_PAGE, asked_page
from portal.domain.actor import Scope
from portal.domain.permissions import Department
from portal.glossary import label
from portal.reference.directory import region_directory
from portal.supervision.kinds import DEPARTMENTS, InspectionKind, InspectionResult
from portal.supervision.queries.inspection_finds import visit_years
from portal.supervision.queries.inspections import InspectionChoice, InspectionGroup

GROUPS: dict[str, tuple[str, InspectionGroup]] = {
    "planned": ("要去的", InspectionGroup.PLANNED),
    "overdue": ("过了最晚日子还没去的", InspectionGroup.OVERDUE),
    "made": ("去过的", InspectionGroup.MADE),
    "to_publish": ("还没公开的", InspectionGroup.TO_PUBLISH),
    "withdrawn": ("撤下的", InspectionGroup.WITHDRAWN),
}
"""Name in the address → title, which visits."""
FIRST = "planned"
_TURNED = ("made", "withdrawn")
"""Groups that can be read from the earliest visit on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list, and as which parts of the address."""

    choice: InspectionChoice
    group: str
    query: dict[str, str]
    """What differs from the plain list, by name in the address."""
    offset: int

    @property
    def narrowed(self) -> bool:
        """True if one of the folded filters is in use."""
        return bool(self.query.keys() - _KEPT)

    @property
    def kept(self) -> dict[str, str]:
        """What the form of the folded filters sends along unseen."""
        return {name: value for name, value in self.query.items() if name in _KEPT}

    @property
    def turnable(self) -> bool:
        """True if the list can be read from its other end."""
        return self.group in _TURNED


_KEPT = {"state", "sort"}


def asked(who: Identity) -> Asked:
    """Read the address; what means nothing, and what is not for the caller to ask, is left out."""
    group = request.args.get("state", "")
    group = group if group in GROUPS else FIRST
    department = asked_member(Department, "department")
    year = asked_number("year")
    choice = InspectionChoice(
        group=GROUPS[group][1],
        region=asked_region(who),
        kind=asked_member(InspectionKind, "kind"),
        result=asked_member(InspectionResult, "result"),
        department=department if department in DEPARTMENTS else None,
        year=year if year is not None and 1990 <= year <= 2100 else None,
        text=request.args.get("q", "").replace("\x00", "").strip()[:60],
        oldest_first=group in _TURNED and request.args.get("sort") == "oldest",
    )
    parts = {
        "state": group if group != FIRST else "",
        "region": choice.region,
        "kind": choice.kind,
        "result": choice.result,
        "department": choice.department,
        "year": choice.year,
        "q": choice.text,
        "sort": "oldest" if choice.oldest_first else "",
    }
    query = {name: str(value) for name, value in parts.items() if value}
    return Asked(choice, group, query, (asked_page() - 1) * PER_PAGE)


def address_of(now: Asked, endpoint: str = "backoffice.inspections", **changes: Any) -> str:
    """Return the list's address with some of its parts changed; a new choice begins at page 1."""
    query = {**now.query, **changes}
    if query.get("state") == FIRST:
        query["state"] = ""
    return url_for(endpoint, **{name: value for name, value in query.items() if value not in (None, "")})


def department_options() -> list[Option]:
    """Return the departments to choose from, and before them that it does not matter."""
    return [("", "全部部门"), *((one.value, label(one)) for one in DEPARTMENTS)]


def selects(now: Asked, who: Identity, scope: Scope) -> list[tuple[str, str, list[Option], str]]:
    """Return the folded filters: name, title, options, and the one chosen."""
    years = [("", "不限年份"), *((str(year), f"{year}年") for year in visit_years(scope))]
    found = [
        ("region", "地区", [("", "全部地区"), *region_choices(who)]),
        ("kind", "哪一种检查", options(InspectionKind, "全部")),
        ("result", "检查结果", options(InspectionResult, "全部结果")),
        ("department", "部门", department_options()),
        ("year", "哪一年去的", years),
    ]
    return [(name, title, offered, now.query.get(name, "")) for name, title, offered in found]


def in_words(now: Asked) -> str:
    """Return the filters in force, in words."""
    choice = now.choice
    said = [GROUPS[now.group][0]]
    if choice.region:
        said.append(region_directory().label(choice.region))
    said += [label(one) for one in (choice.kind, choice.result, choice.department) if one is not None]
    if choice.year is not None:
        said.append(f"{choice.year}年")
    return "、".join([*said, choice.text] if choice.text else said)
