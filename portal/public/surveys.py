"""The half-yearly call-back (R43): rounds, what came of one, one home's part of it, and all of it as a file.

Nothing here tells of fewer than five people: the figures were made so before they were kept.
"""

from __future__ import annotations

from flask import Response, abort, render_template, request

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.questionnaires import OVERALL, SKIPPED, Audience, questionnaire
from portal.domain.survey_figures import FEW, LEAST_FOR_A_SHARE, content
from portal.domain.survey_round import PUBLISH_WITHIN, RoundPhase
from portal.institutions.catalogue.holder import catalogue
from portal.public.csv_cache import made_once
from portal.public.csv_download import csv_response
from portal.public.list_choices import enum_choice, region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import address_with, paginate
from portal.public.sections import blueprint
from portal.public.survey_rows import (
    QuestionRows,
    change_words,
    good_words,
    question_rows,
    questions_chart,
    tones,
)
from portal.surveys.kinds import Level
from portal.surveys.queries.figures import (
    count_homes,
    home_figures,
    home_places,
    places,
    untold_homes,
)
from portal.surveys.queries.rounds import RoundView, count_rounds, missing, round_before, round_of, rounds
from portal.surveys.queries.rows import HEADER, SKIPPED_LABEL, figure_rows
from portal.surveys.queries.words import said

_PER_PAGE = 20


@blueprint.get("/surveys")
@kept_in_memory
@anyone
def surveys() -> str:
    """List the rounds, and the half-years in which nobody asked."""
    pager = paginate(count_rounds(PUBLIC), _PER_PAGE)
    return render_template(
        "public/surveys.html",
        rounds=rounds(PUBLIC, pager.offset, pager.per_page),
        missing=missing(PUBLIC),
        pager=pager,
        phases=RoundPhase,
        within=PUBLISH_WITHIN.days,
        few=FEW,
    )


@blueprint.get("/surveys/<round_id>")
@kept_in_memory
@anyone
def survey_round(round_id: str) -> str:
    """Show what came of a round: question by question, county by county, home by home."""
    found = _round(round_id)
    if found.phase is not RoundPhase.PUBLISHED:
        return render_template("public/survey_waiting.html", round=found, phases=RoundPhase)
    audience = enum_choice("audience", Audience) or Audience.RESIDENTS
    asked = questionnaire(found.questionnaire, audience)
    question = asked.question(request.args.get("question", "")) or asked.question(OVERALL)
    assert question is not None, "every questionnaire asks for the whole"
    upper, last = places(found.id, audience), round_before(found)
    whole = upper[0] if upper else None
    then = next(iter(places(last.id, audience, (Level.WHOLE,))), None) if last else None
    rows = question_rows(asked, whole, then) if whole else []
    region = region_choice()
    counties = [one for one in upper if one.level is Level.COUNTY]
    region = region if any(one.region_code == region for one in counties) else None
    pager = paginate(count_homes(found.id, audience, region), _PER_PAGE)
    return render_template(
        "public/survey_round.html",
        round=found,
        last=last,
        audience=audience,
        audiences=Audience,
        whole=whole,
        rows=rows,
        overall=next((one for one in rows if one.question.key == OVERALL), None),
        chart=questions_chart(rows),
        question=question,
        choices=[(choice.key, choice.label) for choice in question.choices] + [(SKIPPED, SKIPPED_LABEL)],
        tones=tones(question),
        counties=upper[1:] if len(counties) > 1 else [],
        region=region,
        homes=home_places(found.id, audience, region, pager.offset, pager.per_page),
        others=places(found.id, audience, (Level.OTHER_HOMES,)),
        untold=untold_homes(found.id, audience, region),
        pager=pager,
        words=said(found.id),
        content=content,
        change_words=change_words,
        good_words=good_words,
        address_with=address_with,
        few=FEW,
        least=LEAST_FOR_A_SHARE,
    )


@blueprint.get("/surveys/<round_id>.csv")
@anyone
@made_once
def survey_round_csv(round_id: str) -> Response:
    """Download every figure of a round: what is left out is said to be left out."""
    found = _round(round_id)
    if found.phase is not RoundPhase.PUBLISHED:
        abort(404)
    return csv_response(found.title, HEADER, figure_rows(found))


@blueprint.get("/surveys/<round_id>/homes/<public_id>")
@kept_in_memory
@anyone
def survey_home(round_id: str, public_id: str) -> str:
    """Show one home's part of a round, with its part of the last one."""
    found, home = _round(round_id), catalogue(PUBLIC).by_public_id.get(public_id)
    if home is None or found.phase is not RoundPhase.PUBLISHED:
        abort(404)
    shown, last = home_figures(found.id, home.id), round_before(found)
    if not shown:
        abort(404)
    then = home_figures(last.id, home.id) if last else {}
    rows: dict[Audience, list[QuestionRows]] = {
        audience: question_rows(
            questionnaire(found.questionnaire, audience), shown[audience], then.get(audience)
        )
        for audience in Audience
        if audience in shown
    }
    return render_template(
        "public/survey_home.html",
        round=found,
        last=last,
        home=home,
        shown=shown,
        rows=rows,
        charts={audience: questions_chart(found_rows) for audience, found_rows in rows.items()},
        audiences=Audience,
        change_words=change_words,
        good_words=good_words,
        few=FEW,
        least=LEAST_FOR_A_SHARE,
    )


def _round(round_id: str) -> RoundView:
    return round_of(round_id, PUBLIC) or abort(404)
