"""One topic in public (R41, R42): why, who, by when, how far, and what the public says of it."""

from __future__ import annotations

from flask import abort, make_response, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.access import anyone
from portal.accountability.queries.figures import figures_version
from portal.accountability.queries.public_lists import published_months
from portal.accountability.queries.topic_lists import topic_lists
from portal.accountability.queries.topic_progress import progress_of
from portal.domain.actor import PUBLIC
from portal.domain.frozen_count import FrozenCount
from portal.domain.topic_phases import Phase
from portal.institutions.catalogue.holder import catalogue
from portal.public.caching import depends_also_on
from portal.public.paging import address_of
from portal.public.sections import blueprint
from portal.public.topic_words import FIELDS, apart_label, end_words, moment_words, said_value, steps_of
from portal.public.voicing import VoicesHere, voices_here, voices_version
from portal.topics.kinds import Verdict, VerdictReason
from portal.topics.queries.topic_page import TopicView, document_text, phase_of_topic, topic_view
from portal.topics.voice_choices import by_reason, by_verdict, majority, verdict_in
from portal.voices.kinds import VoiceKind

_MONTHS_NAMED = 3
_RECENT = 6
"""Lines of the log that stand open; the others fold."""


def page_tag() -> str:
    """Return what a topic's page depends on beside its data: phase, voices, browser, counted problems."""
    phase = phase_of_topic(_asked_for(), clock.now())
    return f"{phase or ''}{voices_version()}-{figures_version()}"


@blueprint.get("/topics/<public_id>")
@depends_also_on(page_tag)
@anyone
def topic(public_id: str) -> Response:
    """Show one topic."""
    return topic_answer(public_id)


@blueprint.get("/topics/<public_id>/documents/<int:number>")
@anyone
def topic_document(public_id: str, number: int) -> str:
    """Show a paper whose text stands here."""
    paper = document_text(public_id[:20], number)
    if paper is None:
        abort(404)
    return render_template("public/topics/document.html", paper=paper, public_id=public_id)


def topic_answer(public_id: str, problem: str | None = None, status: int = 200) -> Response:
    """Return a topic's page; ``problem``: why a verdict was not taken, with what was typed still there."""
    view = topic_view(public_id[:20], clock.now())
    if view is None:
        abort(404)
    here = voices_here(VoiceKind.VERDICT, [view.record.id])
    mine = here.mine.get(view.record.id)
    given = verdict_in(mine) if mine else None
    page = render_template(
        "public/topics/topic.html",
        view=view,
        row=view.row,
        record=view.record,
        steps=steps_of(view),
        targets=progress_of([view.record])[view.record.id],
        four=topic_lists(view.record),
        months=published_months(view.record.region_code)[:_MONTHS_NAMED],
        notices_url=_notices(view),
        here=here,
        given=given,
        ticked=_ticked(given),
        problem=problem,
        count=_count(view, here),
        most=None if view.result is None else majority(view.result.counted),
        fields=FIELDS,
        recent=_RECENT,
        short_name=catalogue(PUBLIC).regions.label,
        said_value=said_value,
        apart_label=apart_label,
        moment_words=moment_words,
        end_words=end_words,
        verdicts=Verdict,
        reasons=VerdictReason,
        by_reason=by_reason,
        by_verdict=by_verdict,
        now=clock.now(),
    )
    answer = make_response(page, status)
    if status != 200 or here.said:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _ticked(given: tuple[Verdict, frozenset[VerdictReason]] | None) -> tuple[str, frozenset[str]]:
    """Return what the form has ticked: what was sent, or what this browser said before."""
    if request.method == "POST":
        return request.form.get("verdict", ""), frozenset(request.form.getlist("reason"))
    if given is None:
        return "", frozenset()
    return given[0].value, frozenset(one.value for one in given[1])


def _count(view: TopicView, here: VoicesHere) -> FrozenCount | None:
    """Return the public's word once it may be read: frozen with the conclusion, or as it stands till then.

    While people still speak, only how many did is told (docs/decisions/0032-topics.md).
    """
    if view.result is not None or view.row.phase is not Phase.JUDGED:
        return view.result
    stands = here.tallies[view.record.id]
    return FrozenCount(
        clock.now(),
        stands.persons,
        stands.counted,
        {why.value: number for why, number in stands.apart.items()},
        stands.sure.networks,
        stands.sure.solved,
        stands.sure.waited,
        {},
    )


def _notices(view: TopicView) -> str:
    return address_of(
        "public.notices", {"region": view.record.region_code, "category": view.record.problem_category}
    )


def _asked_for() -> str:
    return str((request.view_args or {}).get("public_id", ""))[:20]
