"""Handing out the questionnaires of a call-back, and printing them: a sheet a person, with QR and code."""

from __future__ import annotations

from flask import abort, current_app, render_template, request, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.home_choice import home_of, homes_like
from portal.backoffice.sections import blueprint
from portal.backoffice.survey_deeds import record_or_404, round_or_404
from portal.backoffice.survey_forms import EverywhereForm, HandOutForm, VoidForm
from portal.backoffice.survey_page import survey_html
from portal.config import Settings
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.refusals import NotTheirs
from portal.institutions.catalogue.entry import Entry
from portal.paper.qr import qr_svg
from portal.surveys.kinds import Audience, SheetChannel
from portal.surveys.queries.office import lot_of, lot_record
from portal.surveys.service.sheets import codes_to_print, hand_out, hand_out_everywhere, void_lot
from portal.unit_of_work import unit_of_work

_COUNTS = (
    ("residents", Audience.RESIDENTS, SheetChannel.SHEET),
    ("families", Audience.FAMILIES, SheetChannel.SHEET),
    ("resident_calls", Audience.RESIDENTS, SheetChannel.TELEPHONE),
    ("family_calls", Audience.FAMILIES, SheetChannel.TELEPHONE),
)
"""Field of the form → what it hands out, and how."""


@blueprint.route("/surveys/<int:round_id>/hand-out", methods=["GET", "POST"])
@staff(Capability.KEEP_COLUMN)
def survey_hand_out(round_id: int) -> str | Answer:
    """Look for a home, and say how many questionnaires and calls it gets."""
    form, who = HandOutForm(), the_caller()
    found = record_or_404(round_id)
    offered = homes_like(form.q.data, who.scope) if form.q.data else []
    chosen = home_of(form.home.data or "", who.scope)
    if request.method == "GET" or "find" in request.form:
        return _hand_out_html(round_id, Given("", form), offered, chosen)

    def do() -> None:
        assert chosen is not None, "checked before"
        for name, audience, channel in _COUNTS:
            if form[name].data:
                hand_out(found, chosen.id, audience, channel, form[name].data, who.actor, who.scope)

    if form.validate():
        if chosen is None:
            form.refuse("q", "请先查找并选中一家")
        elif not any(form[name].data for name, _, _ in _COUNTS):
            form.refuse("residents", "请至少填一种要发几份、打几个")
    if form.errors:
        return _hand_out_html(round_id, Given("", form), offered, chosen), 422
    return attempt(
        Given("", form),
        do,
        f"{chosen.name if chosen else ''}的已经准备好。",
        lambda given: _hand_out_html(round_id, given, offered, chosen),
        lambda: url_for("backoffice.survey", round_id=round_id),
    )


@blueprint.post("/surveys/<int:round_id>/hand-out-everywhere")
@staff(Capability.KEEP_COLUMN)
def survey_hand_out_everywhere(round_id: int) -> Answer:
    """Make sheets for every home that has none yet."""
    found, form, who = record_or_404(round_id), EverywhereForm(prefix="everywhere"), the_caller()

    def do() -> None:
        counts = {
            Audience.RESIDENTS: form.residents.data or 0,
            Audience.FAMILIES: form.families.data or 0,
        }
        hand_out_everywhere(found, counts, who.actor, who.scope)

    return attempt(
        Given("everywhere", form),
        do,
        "回访单准备好了，可以打印了。",
        lambda given: survey_html(round_id, given),
        lambda: url_for("backoffice.survey", round_id=round_id),
    )


@blueprint.get("/surveys/<int:round_id>/sheets/<int:lot_id>")
@staff(Capability.KEEP_COLUMN)
def survey_sheets(round_id: int, lot_id: int) -> str:
    """Show the sheets of a lot, to be printed and cut; that they were looked at is entered in the audit."""
    found, lot = round_or_404(round_id), lot_of(lot_id, round_id) or abort(404)
    record = lot_record(lot_id, round_id) or abort(404)
    try:
        with unit_of_work():
            codes = codes_to_print(record, record_or_404(round_id), the_caller().scope)
    except NotTheirs:
        abort(404)
    except DomainError as refused:
        return render_template("backoffice/survey_sheets.html", round=found, lot=lot, problem=str(refused))
    settings: Settings = current_app.config["PORTAL"]
    place = url_for("public.survey_answer")
    return render_template(
        "backoffice/survey_sheets.html",
        round=found,
        lot=lot,
        problem=None,
        audiences=Audience,
        sheets=[(code, qr_svg(f"{settings.base_url}{place}?c={code}")) for code in codes],
        address=f"{settings.base_url}{place}".split("://", 1)[-1],
        void=VoidForm(None, prefix="void"),
    )


@blueprint.post("/surveys/<int:round_id>/sheets/<int:lot_id>/void")
@staff(Capability.KEEP_COLUMN)
def void_survey_lot(round_id: int, lot_id: int) -> Answer:
    """Let the codes of a lot open nothing."""
    found, form, who = record_or_404(round_id), VoidForm(prefix="void"), the_caller()
    record = lot_record(lot_id, round_id) or abort(404)
    return attempt(
        Given("void", form),
        lambda: void_lot(record, found, who.actor, who.scope, form.seen),
        "这一批已经作废，码都不能用了。",
        lambda given: survey_html(round_id, given),
        lambda: url_for("backoffice.survey", round_id=round_id),
    )


def _hand_out_html(round_id: int, given: Given, offered: list[Entry], chosen: Entry | None) -> str:
    if chosen is not None and chosen not in offered:
        offered = [chosen, *offered]
    return render_template(
        "backoffice/survey_hand_out.html",
        round=round_or_404(round_id),
        form=given.form,
        problem=given.problem,
        offered=offered,
        chosen=chosen,
    )
