"""Star grades (等级评定, R3): what a grade means, who holds which, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response, render_template, url_for

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.grading import EXPIRING_WITHIN, GradeScale, GradeState
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.queries.grades import (
    LEVELS,
    Certificate,
    GradeChoice,
    GradeOrder,
    certificate_sources,
    star_grades,
)
from portal.institutions.queries.list_sources import brief_sources
from portal.public.charts import bar_chart
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute, level_name
from portal.public.list_choices import enum_choice, number_choice, query_without, region_choice
from portal.public.paging import address_of, address_with, paginate
from portal.public.problem_filter import open_problems
from portal.public.sections import blueprint

_PER_PAGE = 30
_ALWAYS = (GradeState.EXPIRING, GradeState.EXPIRED, GradeState.REVOKED)
"""States whose chip stands even at zero: that nobody's grade has expired is worth knowing."""
_HEADER = [
    "机构名称",
    "机构编号",
    "所在地区",
    "标准",
    "等级",
    "状态",
    "评定机构",
    "证书编号",
    "评定日期",
    "有效期起",
    "有效期止",
    "撤销日期",
    "撤销原因",
    "没改好的重大隐患",
    "来源",
    "数据日期",
    "网址",
]


@blueprint.get("/grades")
@anyone
def grades() -> str:
    """Show how many homes hold each grade, and the certificates by grade and state."""
    choice = _choice()
    found = star_grades(choice, PUBLIC)
    pager = paginate(len(found.certificates), _PER_PAGE)
    certificates = pager.of(found.certificates)
    return render_template(
        "public/grades.html",
        choice=choice,
        found=found,
        pager=pager,
        certificates=certificates,
        problems=open_problems(catalogue(PUBLIC)),
        sources=certificate_sources(certificates),
        chart=bar_chart([(level_name(level), found.held[level]) for level in LEVELS]),
        orders=GradeOrder,
        states=[each for each in GradeState if each in _ALWAYS or found.states[each] or each is choice.state],
        levels=LEVELS,
        expiring_days=EXPIRING_WITHIN.days,
        address_with=address_with,
        csv_url=address_of("public.grades_csv", query_without("page", "sort")),
    )


@blueprint.get("/grades.csv")
@anyone
@made_once
def grades_csv() -> Response:
    """Download every certificate that matches."""
    found = star_grades(_choice(), PUBLIC)
    return csv_response("养老机构等级", _HEADER, _rows(found.certificates))


def _choice() -> GradeChoice:
    scale = enum_choice("scale", GradeScale) or GradeScale.NATIONAL
    return GradeChoice(
        scale,
        number_choice("level", least=1, most=5) if scale is GradeScale.NATIONAL else None,
        enum_choice("state", GradeState),
        region_choice(),
        enum_choice("sort", GradeOrder) or GradeOrder.LEVEL_DOWN,
    )


def _rows(certificates: Sequence[Certificate]) -> Iterator[tuple[object, ...]]:
    sources, problems = brief_sources("star_grade"), open_problems(catalogue(PUBLIC))
    for each in certificates:
        source, found = sources.get(each.id), problems.get(each.home.id)
        yield (
            each.home.name, each.home.public_id, each.home.region_label, each.scale,
            each.as_written if each.level is None else level_name(each.level), each.state, each.body,
            each.number, each.issued_on, each.term.valid_from, each.term.valid_to, each.term.revoked_on,
            each.revoked_reason, found.major if found else 0, source.title if source else None,
            source.as_of if source else None,
            absolute(url_for("public.institution", public_id=each.home.public_id)),
        )  # fmt: skip
