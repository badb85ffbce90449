"""One round of the call-back: what went out and came back, its days, its figures, publishing them."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import abort, render_template, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.sections import blueprint
from portal.backoffice.survey_deeds import form_for, keeps, record_or_404, round_or_404
from portal.backoffice.survey_forms import DaysForm, EverywhereForm, PublishForm
from portal.backoffice.table_pages import PER_PAGE, here_with, table_page
from portal.domain.permissions import Capability
from portal.domain.questionnaires import SKIPPED, Audience, questionnaire
from portal.domain.refusals import WordsMissing
from portal.domain.survey_figures import FEW
from portal.extensions import limiter
from portal.surveys.kinds import Level, RoundPhase, SheetChannel, WordsState
from portal.surveys.queries.figures import places
from portal.surveys.queries.office import count_homes_without, count_lots, lots, totals
from portal.surveys.queries.rows import HEADER, SKIPPED_LABEL, figure_rows
from portal.surveys.queries.words import count_words
from portal.surveys.service.rounds import DaysUnfit, move_days, publish


@blueprint.get("/surveys/<int:round_id>")
@staff(Capability.SEE_COLUMN)
def survey(round_id: int) -> str:
    """Show a round with what can be done with it now."""
    return survey_html(round_id, Given())


@blueprint.get("/surveys/<int:round_id>/figures.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_COLUMN)
def survey_figures(round_id: int, file_format: str) -> FlaskResponse:
    """Hand out the figures of a counted round as a file."""
    found = round_or_404(round_id)
    if found.counted_at is None:
        abort(404)
    columns = [Column(name, width=32 if name in ("机构", "题目", "说明") else 14) for name in HEADER]
    return export(Table(found.title, columns, figure_rows(found), "本平台满意度回访"), file_format)


@blueprint.post("/surveys/<int:round_id>/days")
@staff(Capability.KEEP_COLUMN)
def move_survey(round_id: int) -> Answer:
    """Give a round other days."""
    found, form, who = record_or_404(round_id), DaysForm(prefix="days"), the_caller()
    return attempt(
        Given("days", form),
        lambda: move_days(
            found, form.opens_on.data, form.closes_on.data, who.actor, who.scope, form.seen
        ),
        "日期已改。",
        lambda given: survey_html(round_id, given),
        lambda: url_for("backoffice.survey", round_id=round_id),
        ((DaysUnfit, ("closes_on",)),),
    )  # fmt: skip


@blueprint.post("/surveys/<int:round_id>/publish")
@staff(Capability.REVIEW_COLUMN)
def publish_survey(round_id: int) -> Answer:
    """Let everybody read the figures with the reviewer's remarks."""
    found, form, who = record_or_404(round_id), PublishForm(prefix="publish"), the_caller()
    return attempt(
        Given("publish", form),
        lambda: publish(found, form.remarks.data, who.actor, who.scope, form.seen),
        "已公布，公众看得到了。",
        lambda given: survey_html(round_id, given),
        lambda: url_for("backoffice.survey", round_id=round_id),
        ((WordsMissing, ("remarks",)),),
    )


def survey_html(round_id: int, given: Given) -> str:
    """Return the page of a round, with a form that was sent and refused in its place."""
    who, found = the_caller(), round_or_404(round_id)
    running = found.phase in (RoundPhase.AHEAD, RoundPhase.OPEN)
    theirs = keeps(found.region_code, who)
    may_keep = theirs and who.allows(Capability.KEEP_COLUMN)
    page = table_page(count_lots(found.id))
    days = form_for(given, "days", DaysForm)
    publishing = form_for(given, "publish", PublishForm)
    if given.name != "days":
        days["opens_on"].data, days["closes_on"].data = found.opens_on, found.closes_on
    for form in (days, publishing):
        form["version"].data = str(found.version)
    return render_template(
        "backoffice/survey.html",
        round=found,
        phases=RoundPhase,
        audiences=Audience,
        channels=SheetChannel,
        totals=totals(found.id),
        lots=lots(found.id, page.offset, PER_PAGE),
        page_of=page,
        here_with=here_with,
        without=count_homes_without(record_or_404(round_id)) if running else 0,
        figures=_figures(found.id, found.questionnaire) if found.counted_at else [],
        words=count_words(found.id) if found.counted_at else {},
        states=WordsState,
        days=days,
        publishing=publishing,
        everywhere=form_for(given, "everywhere", EverywhereForm),
        may_keep=may_keep and running,
        may_hand_out=may_keep and running,
        may_read=may_keep and found.counted_at is not None,
        may_publish=theirs
        and who.allows(Capability.REVIEW_COLUMN)
        and found.counted_at is not None
        and found.published_at is None,
        given=given,
        few=FEW,
    )


def _figures(round_id: int, version: str) -> list[tuple[Audience, int | None, list[tuple[str, object]]]]:
    """Return the whole's answers by audience: (question, [(choice, count)]), as the public will read them."""
    found = []
    for audience in Audience:
        whole = next(iter(places(round_id, audience, (Level.WHOLE,))), None)
        if whole is None:
            continue
        rows: list[tuple[str, object]] = []
        for question in questionnaire(version, audience).questions:
            counts = whole.shown.get(question.key)
            if counts is not None:
                named = [*((one.key, one.label) for one in question.choices), (SKIPPED, SKIPPED_LABEL)]
                rows.append((question.text, [(label, counts.get(key)) for key, label in named]))
        found.append((audience, whole.answered, rows))
    return found
