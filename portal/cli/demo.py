"""``flask demo``: put the fictional city 云汀市 into an empty database, or take it out again."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from portal.accountability.demo import load_accountability, wipe_accountability
from portal.accountability.demo_reviews import load_reviews
from portal.accountability.jobs import count_supervision
from portal.accountability.ranking import rank_all
from portal.accounts.demo import load_demo_staff, wipe_demo_staff
from portal.alerts.service import forget_everybody
from portal.complaints.demo import load_cases, wipe_cases
from portal.complaints.figures import refresh_stale
from portal.corrections.demo import load_reports, wipe_reports
from portal.domain.errors import DomainError
from portal.imports.service import forget_everything
from portal.institutions.demo.load import DEFAULT_SEED, load_demo, wipe_demo
from portal.institutions.demo.regions import CITY_CODE, CITY_NAME, COUNTIES
from portal.supervision.demo import load_supervision, wipe_supervision
from portal.surveys.demo import load_surveys, wipe_surveys
from portal.topics.demo import load_column, wipe_column
from portal.unit_of_work import unit_of_work

demo = AppGroup("demo", help="演示数据：虚构的云汀市。")

_LABELS = {
    "institution": "养老机构",
    "registration": "法人登记",
    "filing": "备案",
    "commitment_letter": "承诺书",
    "fee_standard": "收费标准",
    "star_grade": "等级",
    "compliance": "达标与消防评估",
    "concentrated_care": "集中照护资格",
    "care_guide": "办事指南",
    "closure_notice": "关停并转公告",
    "unregistered_home": "未登记场所",
    "source_document": "来源资料",
    "revision": "历史记载",
    "confirmation": "核对记录",
    "staff_member": "后台账号",
    "correction_report": "公众纠错",
    "complaint_case": "投诉",
    "inspection": "检查",
    "problem": "问题",
    "rectification_notice": "整改通知书",
    "credit_record": "奖惩信用记录",
    "monthly_lists": "四张清单",
    "suggestion": "群众点题",
    "topic": "整治项目",
    "survey_answer": "满意度回访的回答",
    "county_review": "双点评",
}


@demo.command("load", help="在空数据库里装入演示城市。同一种子、同一天，内容完全相同。")
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="随机种子。")
def load(seed: int) -> None:
    """Load the demo city; refuse in production and where there is data."""
    _only_where_allowed()
    try:
        with unit_of_work():
            counts = load_demo(seed)
            counts["staff_member"] = load_demo_staff(CITY_CODE, COUNTIES[0].code)
            counts["correction_report"] = load_reports(seed, COUNTIES[0].code)
            counts["complaint_case"] = load_cases(seed)
            counts |= load_supervision(seed)
            counts |= load_column(seed)
            counts["monthly_lists"] = load_accountability()
            counts["survey_answer"] = load_surveys(seed)
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
    while refresh_stale():
        pass
    count_supervision()
    rank_all()
    # once all is counted: what they say comes from the counted months
    with unit_of_work():
        counts["county_review"] = load_reviews()
    click.echo(f"已装入演示城市“{CITY_NAME}”（虚构）：{_sentence(counts)}。")


@demo.command("wipe", help="清除全部演示数据，虚构的行政区划也一并清除。")
@click.option("--yes", is_flag=True, help="不再询问。")
def wipe(yes: bool) -> None:
    """Remove the demo city; refuse in production and on real data."""
    _only_where_allowed()
    if not yes:
        click.confirm(f"将清除演示城市“{CITY_NAME}”的全部数据，不能恢复。继续吗？", abort=True)
    try:
        with unit_of_work():
            forget_everybody()
            answers = wipe_surveys()
            wipe_accountability()
            suggestions = wipe_column()
            problems = wipe_supervision()
            cases = wipe_cases()
            reports = wipe_reports()
            forget_everything()
            staff = wipe_demo_staff()
            counts = wipe_demo()
            counts["staff_member"] = staff
            counts["correction_report"] = reports
            counts["complaint_case"] = cases
            counts["problem"] = problems
            counts["suggestion"] = suggestions
            counts["survey_answer"] = answers
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"已清除演示城市“{CITY_NAME}”：{_sentence(counts)}。数据库现在是空的。")


def _only_where_allowed() -> None:
    if not current_app.config["DEMO_ALLOWED"]:
        raise click.ClickException(
            "正式环境不使用演示数据。要看演示，请在另一处设置 PORTAL_ENVIRONMENT=demo 并使用另一个数据库。"
        )


def _sentence(counts: dict[str, int]) -> str:
    # Tables that other parts of the portal add later have no label here: the name will do.
    named = [*_LABELS, *(table for table in counts if table not in _LABELS)]
    return "，".join(f"{_LABELS.get(table, table)} {counts[table]}" for table in named if table in counts)
