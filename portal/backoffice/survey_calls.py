"""Calls of the call-back: which homes are to be called, and typing in what is said on the telephone."""

from __future__ import annotations

from flask import abort, render_template, request, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.sections import blueprint
from portal.backoffice.survey_deeds import keeps, record_or_404, round_or_404
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.permissions import Capability
from portal.domain.questionnaires import questionnaire
from portal.surveys.kinds import WORDS_MOST, RoundPhase, SheetChannel
from portal.surveys.queries.office import calls, lot_of, lot_record
from portal.surveys.service.answering import answer_by_telephone


class CallForm(VersionedForm):
    """The token alone: which questions are asked depends on the audience."""


@blueprint.get("/surveys/<int:round_id>/calls")
@staff(Capability.KEEP_COLUMN)
def survey_calls(round_id: int) -> str:
    """List the homes to call, those with most to do first."""
    found = round_or_404(round_id)
    return render_template(
        "backoffice/survey_calls.html",
        round=found,
        lots=calls(found.id),
        open_now=found.phase is RoundPhase.OPEN and keeps(found.region_code, the_caller()),
    )


@blueprint.route("/surveys/<int:round_id>/calls/<int:lot_id>", methods=["GET", "POST"])
@staff(Capability.KEEP_COLUMN)
def survey_call(round_id: int, lot_id: int) -> str | Answer:
    """Type in one call."""
    found, lot = round_or_404(round_id), lot_of(lot_id, round_id) or abort(404)
    if lot.channel is not SheetChannel.TELEPHONE:
        abort(404)
    form, who = CallForm(), the_caller()
    answers = {name.removeprefix("q-"): value for name, value in request.form.items() if name[:2] == "q-"}
    words = request.form.get("words", "").replace("\x00", "")

    def show(given: Given) -> str:
        return render_template(
            "backoffice/survey_call.html",
            round=found,
            lot=lot,
            asked=questionnaire(found.questionnaire, lot.audience),
            given=answers,
            words=words,
            most=WORDS_MOST,
            form=given.form,
            problem=given.problem,
            open_now=found.phase is RoundPhase.OPEN,
        )

    if request.method == "GET":
        return show(Given("", form))
    record = lot_record(lot_id, round_id) or abort(404)
    return attempt(
        Given("", form),
        lambda: answer_by_telephone(
            record, record_or_404(round_id), answers, words, who.actor, who.scope
        ),
        "已录入。可以打下一个。",
        show,
        lambda: url_for("backoffice.survey_calls", round_id=round_id),
    )  # fmt: skip
