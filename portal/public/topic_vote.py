"""The yearly vote in public (R41): what stands for election, the ballot, and the result with its turnout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import anyone
from portal.domain.topic_phases import Phase
from portal.public.caching import depends_also_on
from portal.public.csv_download import csv_response
from portal.public.formatting import absolute
from portal.public.sections import blueprint
from portal.public.topic_words import apart_label, end_words, moment_words
from portal.public.voicing import voices_here, voices_version
from portal.topics.queries.pools import Candidate, PoolView, pool_phase, pool_view, public_pool
from portal.voices.kinds import VoiceKind

_HEADER = ("名次", "项目", "票数", "进行到", "没有入选的理由", "网址")


def pool_tag() -> str:
    """Return what a pool's page depends on beside its data: the vote's phase, the voices, the browser."""
    pool = public_pool(str((request.view_args or {}).get("public_id", ""))[:20])
    return f"{'' if pool is None else pool_phase(pool, clock.now())}{voices_version()}"


@blueprint.get("/topics/vote/<public_id>")
@depends_also_on(pool_tag)
@anyone
def topic_vote(public_id: str) -> Response:
    """Show a pool: before, while and after everybody votes."""
    return vote_answer(public_id)


@blueprint.get("/topics/vote/<public_id>/result.csv")
@depends_also_on(pool_tag)
@anyone
def topic_vote_csv(public_id: str) -> Response:
    """Download the published result."""
    view = pool_view(public_id[:20], clock.now())
    if view is None or view.result is None:
        abort(404)
    return csv_response(f"投票结果-{view.row.year}-{view.row.region_label}", _HEADER, _rows(view))


def vote_answer(public_id: str, problem: str | None = None, status: int = 200) -> Response:
    """Return a pool's page; ``problem``: why a ballot was not taken, with what was ticked still there."""
    view = pool_view(public_id[:20], clock.now())
    if view is None:
        abort(404)
    here = voices_here(VoiceKind.POOL, [view.record.id])
    mine = view.chosen(here.mine.get(view.record.id, ""))
    page = render_template(
        "public/topics/vote.html",
        view=view,
        row=view.row,
        record=view.record,
        here=here,
        mine=mine,
        ticked=request.form.getlist("choice") if request.method == "POST" else mine,
        ranked=_ranked(view, here.tallies[view.record.id].counted),
        persons=view.result.persons if view.result else here.tallies[view.record.id].persons,
        problem=problem,
        apart_label=apart_label,
        moment_words=moment_words,
        end_words=end_words,
        now=clock.now(),
    )
    answer = make_response(page, status)
    if status != 200 or here.said:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _ranked(view: PoolView, counted: Mapping[str, int]) -> tuple[Candidate, ...]:
    """Return who got how many: from the frozen result, or as it stands once the vote is over."""
    if view.result is not None:
        return view.by_votes(view.result.counted)
    return view.by_votes(counted) if view.phase is Phase.COUNTED else ()


def _rows(view: PoolView) -> Iterator[tuple[object, ...]]:
    assert view.result is not None
    for one in view.by_votes(view.result.counted):
        yield (
            one.rank, one.row.title, one.votes, one.row.phase, one.why_left_out,
            absolute(url_for("public.topic", public_id=one.row.public_id)),
        )  # fmt: skip
