"""A complaint that proves true becomes a problem entry (R35): the one place where the two records meet.

Staff of every department see problems, and of a complaint only those who handle it may read a word (R32). So
nothing of what was written goes over: what it is about, which home, and that the public told of it. Who may
reach the case finds its number beside the problem (``queries.origin``).
"""

from __future__ import annotations

from portal import clock
from portal.complaints.kinds import Category, Finding
from portal.complaints.models import Case
from portal.domain.actor import Actor
from portal.domain.personal_marks import NEVER_IN_THE_OPEN, personal_marks
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.supervision.kinds import DEPARTMENTS, ProblemCategory, ProblemOrigin, Severity
from portal.supervision.service.problems import Entry, enter_problem
from portal.supervision.service.rights import TITLE_MOST

PREFIX = "complaint/"
"""What the origin of a problem begins with that came of a complaint; then the leading case's id."""

ABOUT: dict[Category, tuple[ProblemCategory, str]] = {
    Category.CARE: (ProblemCategory.CARE, "照护服务"),
    Category.ABUSE: (ProblemCategory.CARE, "对待老人的方式"),
    Category.SAFETY: (ProblemCategory.MANAGEMENT, "安全管理"),
    Category.FIRE: (ProblemCategory.FIRE, "消防安全"),
    Category.BUILDING: (ProblemCategory.BUILDING, "房屋安全"),
    Category.FOOD: (ProblemCategory.FOOD, "食品安全"),
    Category.MEDICAL: (ProblemCategory.MEDICAL, "医疗服务"),
    Category.FEES: (ProblemCategory.FEES, "收费"),
    Category.CONTRACT: (ProblemCategory.CONTRACT, "服务合同"),
    Category.STAFF: (ProblemCategory.STAFF, "人员"),
    Category.UNREGISTERED: (ProblemCategory.FILING, "登记备案"),
    Category.SUBSIDY: (ProblemCategory.OTHER, "补贴"),
    Category.OTHER: (ProblemCategory.OTHER, "其他"),
}
"""What a complaint's category becomes, and how the problem's title names it."""

_RESPONSIBLE = "待核实"


def enter_proven(case: Case, actor: Actor) -> None:
    """Enter the problem that a proven complaint tells of: one for cases handled together, and only once.

    Flushes. Nothing is entered of a case whose department does not inspect homes.
    """
    leading = case if case.merged_into_id is None else db.session.get_one(Case, case.merged_into_id)
    if leading.department not in DEPARTMENTS:
        return
    home = None if leading.institution_id is None else db.session.get(Institution, leading.institution_id)
    if home is not None and home.withdrawn:
        home = None
    category, about = ABOUT[leading.category]
    county = region_directory().label(leading.region_code)
    enter_problem(
        Entry(
            institution_id=None if home is None else home.id,
            place=None if home is not None else f"（投诉中写明的场所，{county}）",
            region_code=leading.region_code,
            department=leading.department,
            origin=ProblemOrigin.COMPLAINT,
            origin_ref=leading.subject,
            category=category,
            severity=Severity.MINOR,
            title=f"{about}问题",
            description=_description(case, about),
            responsible=_responsible(home),
            found_on=clock.today(),
        ),
        actor,
    )


def _responsible(home: Institution | None) -> str:
    """Return the home's name; where it would not pass as an organisation's, it is left to the staff.

    A name that a list gave must not keep a citizen from the answer.
    """
    marks = [] if home is None else personal_marks(home.name, clock.today())
    if home is None or any(found.mark in NEVER_IN_THE_OPEN for found in marks):
        return _RESPONSIBLE
    return home.name[:TITLE_MOST]


def _description(case: Case, about: str) -> str:
    found = "查证部分属实" if case.finding is Finding.PARTLY else "查证属实"
    return (
        f"群众反映的{about}问题，{found}。反映的内容只有办理投诉的部门能看，这里不写。"
        "请按核查结果写明问题、依据、程度和整改措施，不要写反映人和老人的任何信息。"
    )
