"""How a region takes complaints: hotline, post address, four eyes; and the words that replies begin with.

A reviewer of the region, or above it, keeps both. Flushes, never commits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.complaints.models import Case
from portal.complaints.office_models import ComplaintOffice, ReplyTemplate
from portal.complaints.reach import Reach
from portal.complaints.service.rights import ReviewerNeeded, fit_words
from portal.complaints.service.steps import NotTheirs, round_of
from portal.complaints.service.words import told_of
from portal.domain.day_words import cn_date
from portal.domain.errors import DomainError
from portal.domain.permissions import DEPARTMENT_TITLES, Department
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory

FIELDS = ("登记编号", "机构", "收到日期", "答复期限", "承办单位")
"""What a template may hold in braces, each filled in from the case."""

_FIELD = re.compile(r"[{｛]\s*([^{}｛｝\n]{1,20}?)\s*[}｝]")
_TITLE_MOST, _BODY_MOST = 60, 5_000


class OfficeUnfit(DomainError):
    """What was typed for an office or a template can't be kept; the message says why."""


@dataclass(frozen=True, slots=True)
class OfficeRules:
    """One region's own word on how it takes complaints; empty where it has said nothing."""

    region_code: str
    hotline: str = ""
    post_address: str = ""
    four_eyes: bool = False
    four_eyes_above: bool = False
    """True if a region above asks for four eyes, whatever this one says."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A template's words with the case's facts. ``unknown``: fields it names that there are none of."""

    text: str
    unknown: tuple[str, ...]


def get_office(region_code: str) -> OfficeRules:
    """Return what a region itself says, for those who keep it."""
    own = db.session.get(ComplaintOffice, region_code)
    above = four_eyes(region_code, but_own=True)
    if own is None:
        return OfficeRules(region_code, four_eyes_above=above)
    return OfficeRules(region_code, own.hotline or "", own.post_address or "", own.four_eyes, above)


def save_office(region_code: str, hotline: str, post_address: str, four_eyes: bool, reach: Reach) -> None:
    """Keep what a region says. Raises NotTheirs, ReviewerNeeded, OfficeUnfit."""
    _keeper(region_code, reach)
    hotline, post_address = hotline.strip(), post_address.strip()
    if len(hotline) > 40 or len(post_address) > 200 or not (hotline + post_address).isprintable():
        raise OfficeUnfit("电话最多40个字，地址最多200个字，都写在一行里。")
    own = db.session.get(ComplaintOffice, region_code)
    if own is None:
        own = ComplaintOffice(region_code=region_code)
        db.session.add(own)
    own.hotline, own.post_address, own.four_eyes = hotline or None, post_address or None, four_eyes
    db.session.flush()


def four_eyes(region_code: str, *, but_own: bool = False) -> bool:
    """True if each final reply is to be seen by a second person: the region says so, or one above it does."""
    codes = [row.code for row in region_directory().ancestors(region_code)]
    query = select(ComplaintOffice.region_code).where(
        ComplaintOffice.region_code.in_(codes if but_own else [*codes, region_code]),
        ComplaintOffice.four_eyes,
    )
    return db.session.scalar(query.limit(1)) is not None


def add_template(
    title: str, body: str, region_code: str | None, department: Department | None, reach: Reach
) -> ReplyTemplate:
    """Enter words that replies begin with. ``region_code`` None: for everybody, by those who see everything.

    Raises NotTheirs, ReviewerNeeded, OfficeUnfit.
    """
    _template_keeper(region_code, department, reach)
    template = ReplyTemplate(region_code=region_code, department=department, active=True)
    _write(template, title, body)
    db.session.add(template)
    db.session.flush()
    return template


def change_template(template: ReplyTemplate, title: str, body: str, active: bool, reach: Reach) -> None:
    """Change a template or put it away. Raises as ``add_template``."""
    _template_keeper(template.region_code, template.department, reach)
    _write(template, title, body)
    template.active = active
    db.session.flush()


def find_template(template_id: int, reach: Reach) -> ReplyTemplate | None:
    """Return a template that they may use or keep."""
    found = db.session.get(ReplyTemplate, template_id)
    if found is None or not reach.handles:
        return None
    near = found.region_code is None or found.region_code in _around(reach)
    return found if near and found.department in (None, reach.scope.department) else None


def templates_within(reach: Reach) -> Sequence[ReplyTemplate]:
    """Return every template that concerns them, those put away last: to be kept."""
    if not reach.handles:
        return []
    query = select(ReplyTemplate).where(
        ReplyTemplate.region_code.is_(None) | ReplyTemplate.region_code.in_(_around(reach)),
        ReplyTemplate.department.is_(None) | (ReplyTemplate.department == reach.scope.department),
    )
    return db.session.scalars(query.order_by(ReplyTemplate.active.desc(), ReplyTemplate.id)).all()


def may_change_template(template: ReplyTemplate, reach: Reach) -> bool:
    """True if the template is theirs to change."""
    try:
        _template_keeper(template.region_code, template.department, reach)
    except NotTheirs:
        return False
    return True


def templates_for(case: Case, reach: Reach) -> Sequence[ReplyTemplate]:
    """Return the templates that a reply to the case can begin with: its region's own first."""
    if not reach.reads(case):
        return []
    codes = [
        case.region_code,
        *(row.code for row in reversed(region_directory().ancestors(case.region_code))),
    ]
    query = select(ReplyTemplate).where(
        ReplyTemplate.active,
        ReplyTemplate.region_code.is_(None) | ReplyTemplate.region_code.in_(codes),
        ReplyTemplate.department.is_(None) | (ReplyTemplate.department == case.department),
    )
    nearness = {code: number for number, code in enumerate(codes)}
    found = db.session.scalars(query.order_by(ReplyTemplate.id))
    return sorted(found, key=lambda one: nearness.get(one.region_code or "", len(codes)))


def fill_template(template: ReplyTemplate, case: Case) -> Filled:
    """Return the template's words for a case. Fields that there are none of stay as they are."""
    facts = _facts(case)
    unknown = tuple(dict.fromkeys(name for name in _FIELD.findall(template.body) if name not in facts))
    return Filled(_FIELD.sub(lambda found: facts.get(found[1], found[0]), template.body), unknown)


def unknown_fields(body: str) -> tuple[str, ...]:
    """Return the fields in braces that no case can fill in."""
    return tuple(dict.fromkeys(name for name in _FIELD.findall(body) if name not in FIELDS))


def _facts(case: Case) -> dict[str, str]:
    home = None if case.institution_id is None else db.session.get(Institution, case.institution_id)
    told = told_of(case) if home is None else None
    name = home.name if home is not None else (told.place_name if told is not None else None)
    current = round_of(case)
    due = current.first_due if current.first_answered_at is None else current.final_due
    office = f"{region_directory().label(case.region_code)}{DEPARTMENT_TITLES[case.department]}部门"
    values = (case.receipt, name or "被投诉的机构", cn_date(current.received_on), cn_date(due), office)
    return dict(zip(FIELDS, values, strict=True))


def _write(template: ReplyTemplate, title: str, body: str) -> None:
    title, body = title.strip(), fit_words(body, "请填写模板内容。", _BODY_MOST)
    if not title or len(title) > _TITLE_MOST:
        raise OfficeUnfit(f"请填写模板名称，最多{_TITLE_MOST}个字。")
    unknown = unknown_fields(body)
    if unknown:
        known = "、".join(f"{{{name}}}" for name in FIELDS)
        wrong = "、".join(f"{{{name}}}" for name in unknown)
        raise OfficeUnfit(f"{wrong}填不出来。可以用：{known}。")
    template.title, template.body = title, body


def _around(reach: Reach) -> frozenset[str]:
    """Return the regions within reach and those above them."""
    if reach.scope.regions is None:
        return frozenset(region_directory().rows)
    directory = region_directory()
    above = {row.code for code in reach.scope.regions for row in directory.ancestors(code)}
    return reach.scope.regions | above


def _keeper(region_code: str, reach: Reach) -> None:
    if not reach.reviews:
        raise ReviewerNeeded("这里由审核人员来改。")
    if reach.scope.department is not Department.CIVIL_AFFAIRS or not reach.scope.covers(region_code):
        raise NotTheirs("这里由当地民政部门的审核人员来改。")


def _template_keeper(region_code: str | None, department: Department | None, reach: Reach) -> None:
    if not reach.reviews:
        raise ReviewerNeeded("模板由审核人员来改。")
    everywhere = reach.scope.regions is None
    if (region_code is None and not everywhere) or (
        region_code is not None and not reach.scope.covers(region_code)
    ):
        raise NotTheirs("这个模板由上级来改。")
    if department is not reach.scope.department and reach.scope.department is not Department.CIVIL_AFFAIRS:
        raise NotTheirs("这个模板由别的部门来改。")
