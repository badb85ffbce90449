"""The questionnaire of the call-back: opened by a code on paper, filled in, looked over, sent. It writes.

The code stands in an address only where somebody scanned it, as a part that no log holds; every form that
follows sends it in its body. No cookie is set, nothing is remembered between the pages but what the forms
hold, and no page tells other sites where somebody came from.
"""

from __future__ import annotations

from typing import Any

from flask import make_response, render_template, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from portal.access import anyone
from portal.domain.errors import DomainError
from portal.domain.questionnaires import NothingAnswered, read_answers
from portal.domain.refusals import WordsMissing
from portal.extensions import csrf, limiter
from portal.public.complaint_forms import tidy
from portal.public.sections import blueprint
from portal.surveys.kinds import WORDS_MOST
from portal.surveys.service.answering import CodeSpent, Fit, Opened, answer, fit_words, opened
from portal.unit_of_work import unit_of_work

_WRONG = {
    Fit.UNREADABLE: "回访码是12位字母和数字，分成三组。请对照回访单再看一遍。",
    Fit.UNKNOWN: "没有这个回访码，或者这张回访单作废了。请对照回访单再看一遍；还不行，"
    "请问发单子的人要一张新的。",
    Fit.USED: "这个回访码已经用过了。一张回访单只能答一次。",
    Fit.TOO_EARLY: "这次回访还没有开始。",
    Fit.OVER: "这次回访已经结束了，谢谢您。",
}
_MOST_TYPED = 60


@blueprint.route("/survey", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # the code is what whoever sends proves; a cookie would tie
@anyone
def survey_answer() -> Response:
    """Ask for the code, show the questionnaire, what was chosen, and the thanks: four steps, one address."""
    typed = request.form.get("code") or request.args.get("c", "")
    step = request.form.get("step", "") if request.method == "POST" else ""
    if not typed.strip():
        wrong = "请写回访码。" if step else None
        return _page("public/survey_open.html", 422 if wrong else 200, typed="", wrong=wrong, what=None)
    try:
        _slow_down()
    except RateLimitExceeded:
        wrong = "这个网络地址试得太快、太多了。请等一分钟再试。"
        return _page("public/survey_open.html", 429, typed=typed[:_MOST_TYPED], wrong=wrong, what=None)
    what = opened(typed[:_MOST_TYPED])
    if what.fit is not Fit.OPENS:
        return _refused(typed, what)
    given = {name.removeprefix("q-"): value for name, value in request.form.items() if name[:2] == "q-"}
    words = tidy(request.form.get("words", ""))
    if step not in ("check", "send"):
        return _questions(what, given, words)
    try:
        answers = read_answers(what.asked, given)
        words = fit_words(words)
        if step == "send":
            with unit_of_work():
                answer(what, answers, words)
            return _page("public/survey_thanks.html", round=what.round, home=what.home)
    except CodeSpent:
        return _refused(typed, opened(typed[:_MOST_TYPED]))
    except (NothingAnswered, WordsMissing) as refused:
        return _questions(what, given, words, refused)
    return _page("public/survey_check.html", what=what, answers=answers, words=words)


@limiter.limit("30 per minute;600 per hour")
def _slow_down() -> None:
    """Count a code that was looked at: a home has one address for all who live there."""


def _questions(
    what: Opened, given: dict[str, str], words: str, refused: DomainError | None = None
) -> Response:
    anchor = "words" if isinstance(refused, WordsMissing) else f"q-{what.asked.questions[0].key}"
    return _page(
        "public/survey_form.html",
        200 if refused is None else 422,
        what=what,
        given=given,
        words=words,
        most=WORDS_MOST,
        refused=refused,
        anchor=anchor,
    )


def _refused(typed: str, what: Opened) -> Response:
    status = 410 if what.fit in (Fit.USED, Fit.OVER) else 422
    wrong = _WRONG[what.fit]
    return _page("public/survey_open.html", status, typed=typed[:_MOST_TYPED], wrong=wrong, what=what)


def _page(template: str, status: int = 200, **said: Any) -> Response:
    page = make_response(render_template(template, **said), status)
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["X-Robots-Tag"] = "noindex"
    return page
