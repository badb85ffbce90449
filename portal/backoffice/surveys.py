"""The half-yearly call-back (满意度回访) in the office: rounds, opening one, what waits."""

from __future__ import annotations

from datetime import date

from flask import Response as FlaskResponse
from flask import g, render_template, request, url_for

from portal import clock
from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.forms import choices
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.survey_forms import OpenForm
from portal.backoffice.table_pages import PER_PAGE, here_with, table_page
from portal.domain.permissions import Capability, Department
from portal.domain.questionnaires import Audience
from portal.domain.survey_round import half_of, read_half
from portal.extensions import limiter
from portal.glossary import label
from portal.surveys.kinds import RoundPhase
from portal.surveys.models import SurveyRound
from portal.surveys.queries.office import Work, work_of
from portal.surveys.queries.rounds import count_rounds, missing, rounds
from portal.surveys.service.rounds import DaysUnfit, open_round

_FIRST = 5


@blueprint.get("/surveys")
@staff(Capability.SEE_COLUMN)
def surveys() -> str:
    """List the rounds of the own regions, the latest first."""
    who = the_caller()
    page = table_page(count_rounds(who.scope))
    return render_template(
        "backoffice/surveys.html",
        rounds=rounds(who.scope, page.offset, PER_PAGE),
        missing=missing(who.scope),
        page_of=page,
        phases=RoundPhase,
        audiences=Audience,
        keeps=_holds(who),
        here_with=here_with,
    )


@blueprint.get("/surveys.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_COLUMN)
def surveys_export(file_format: str) -> FlaskResponse:
    """Hand out the list of rounds as a file."""
    table = Table(
        "满意度回访",
        (
            Column("地区", width=24), "哪半年", "开始", "最后一天", "情况", "老人发出", "老人收回",
            "家属发出", "家属收回", "最晚公布", "公布日期",
        ),
        (
            (
                one.region_label, one.which.label, one.opens_on, one.closes_on, label(one.phase),
                *(
                    cell
                    for audience in Audience
                    for response in (one.responses.get(audience),)
                    for cell in (
                        (response.handed_out, response.answered) if response is not None else (0, None)
                    )
                ),
                one.publish_by, one.published_at.date() if one.published_at else None,
            )
            for one in rounds(the_caller().scope)
        ),
        "本平台满意度回访",
        notes=("收回不到5份的不列；还没有统计的空着。",),
    )  # fmt: skip
    return export(table, file_format)


@blueprint.route("/surveys/new", methods=["GET", "POST"])
@staff(Capability.KEEP_COLUMN)
def new_survey() -> str | Answer:
    """Open a round."""
    form, who = OpenForm(), the_caller()
    now = half_of(clock.today())
    form.region.choices = choices(region_choices(who))
    form.half.choices = choices((one.slug, one.label) for one in (now, now.before, now.following))
    if request.method == "GET":
        return _form(Given("", form))
    made: list[SurveyRound] = []

    def do() -> None:
        which = read_half(form.half.data or "")
        assert which is not None, "one of the choices"
        days = (form.opens_on.data, form.closes_on.data)
        made.append(open_round(form.region.data, which, *days, who.actor, who.scope))

    return attempt(
        Given("", form),
        do,
        "回访已经开好，下一步：发回访单。",
        _form,
        lambda: url_for("backoffice.survey", round_id=made[0].id),
        ((DaysUnfit, ("closes_on",)),),
    )


def _form(given: Given) -> str:
    return render_template("backoffice/survey_new.html", form=given.form, problem=given.problem)


def _holds(who: Identity) -> bool:
    return who.allows(Capability.KEEP_COLUMN) and who.scope.department is Department.CIVIL_AFFAIRS


@queue(Capability.KEEP_COLUMN)
def _to_hand_out(who: Identity, today: date) -> Queue | None:
    """Bring the rounds in which homes have nothing yet to the home page."""
    found = _work(who).to_hand_out if _holds(who) else ()
    return _queue(
        "满意度回访：还没发回访单的机构",
        sum(count for _, count in found),
        [
            Waiting(
                f"{one.title}：还有{count}家没有发",
                url_for("backoffice.survey", round_id=one.id),
                one.closes_on,
                one.region_label,
            )
            for one, count in found
        ],
        today,
    )


@queue(Capability.KEEP_COLUMN)
def _to_read(who: Identity, today: date) -> Queue | None:
    """Bring what people wrote and nobody has looked at to the home page."""
    found = _work(who).to_read if _holds(who) else ()
    return _queue(
        "满意度回访：写的话还没看",
        sum(count for _, count in found),
        [
            Waiting(
                f"{one.title}：{count}段",
                url_for("backoffice.survey_texts", round_id=one.id),
                one.publish_by,
                one.region_label,
            )
            for one, count in found
        ],
        today,
    )


@queue(Capability.REVIEW_COLUMN)
def _to_publish(who: Identity, today: date) -> Queue | None:
    """Bring the counted rounds that wait for remarks to the home page."""
    found = _work(who).to_publish if _holds(who) else ()
    return _queue(
        "满意度回访：等公布",
        len(found),
        [
            Waiting(
                one.title, url_for("backoffice.survey", round_id=one.id), one.publish_by, one.region_label
            )
            for one in found
        ],
        today,
    )


def _work(who: Identity) -> Work:
    """Return what waits, looked up once a request: three queues ask for it."""
    if "survey_work" not in g:
        g.survey_work = work_of(who.scope)
    found: Work = g.survey_work
    return found


def _queue(title: str, count: int, waiting: list[Waiting], today: date) -> Queue | None:
    if not count:
        return None
    late = sum(one.due is not None and one.due < today for one in waiting)
    return Queue(title, url_for("backoffice.surveys"), count, tuple(waiting[:_FIRST]), late)
