"""What people wrote in a call-back: looked through piece by piece once the round is over."""

from __future__ import annotations

from flask import abort, render_template, url_for

from portal.access import staff
from portal.backoffice.asked import asked_member
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.sections import blueprint
from portal.backoffice.survey_deeds import form_for, keeps, record_or_404, round_or_404
from portal.backoffice.survey_forms import WordsForm
from portal.backoffice.table_pages import PER_PAGE, here_with, table_page
from portal.domain.permissions import Capability
from portal.domain.refusals import WordsMissing
from portal.domain.survey_figures import FEW
from portal.surveys.kinds import WORDS_MOST, WordsState
from portal.surveys.queries.words import count_words, to_look_at, words_record
from portal.surveys.service.words import clear_words, leave_out


@blueprint.get("/surveys/<int:round_id>/words")
@staff(Capability.KEEP_COLUMN)
def survey_texts(round_id: int) -> str:
    """Show what was written, with what should be masked marked in it."""
    return _html(round_id, Given())


@blueprint.post("/surveys/<int:round_id>/words/<words_id>")
@staff(Capability.KEEP_COLUMN)
def decide_survey_text(round_id: int, words_id: str) -> Answer:
    """Say what becomes of something written."""
    found, form, who = record_or_404(round_id), WordsForm(prefix=words_id), the_caller()
    if not keeps(found.region_code, who):
        abort(404)
    words = words_record(round_id, words_id) or abort(404)
    seen = next((one for one in WordsState if one.value == form.was.data), WordsState.WAITING)

    def do() -> None:
        if form.became.data == WordsState.CLEARED.value:
            clear_words(words, found, form.text.data or "", who.actor, who.scope, seen)
        else:
            leave_out(words, found, who.actor, who.scope, seen)

    return attempt(
        Given(words_id, form),
        do,
        "已处理。",
        lambda given: _html(round_id, given),
        lambda: url_for("backoffice.survey_texts", round_id=round_id),
        ((WordsMissing, ("text",)),),
    )


def _html(round_id: int, given: Given) -> str:
    found = round_or_404(round_id)
    if not keeps(found.region_code, the_caller()) or found.counted_at is None:
        abort(404)
    state = asked_member(WordsState, "stage") or WordsState.WAITING
    counts = count_words(found.id)
    page = table_page(counts.get(state, 0))
    shown = to_look_at(found.id, state, page.offset, PER_PAGE)
    forms = {}
    for one in shown:
        form = form_for(given, one.id, WordsForm)
        if form is not given.form:
            form["was"].data = one.state.value
            form["text"].data = one.public_text or (one.text.redacted if one.text else "")
        forms[one.id] = form
    return render_template(
        "backoffice/survey_texts.html",
        round=found,
        shown=shown,
        forms_of=forms,
        state=state,
        states=WordsState,
        counts=counts,
        page_of=page,
        here_with=here_with,
        given=given,
        few=FEW,
        most=WORDS_MOST,
    )
