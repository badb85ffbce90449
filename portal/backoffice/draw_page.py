"""One draw on one page: what was announced, the number, who was drawn, what is still to be done."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, render_template, request, url_for

from portal import clock
from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Deed, Given, attempt, forms_for, keeps, offered
from portal.backoffice.draw_forms import AbandonForm, NumberForm, RevealForm
from portal.backoffice.sections import blueprint
from portal.domain.draw_check import verify
from portal.domain.permissions import Capability
from portal.domain.random_draw import DrawRefused, digits_of
from portal.history.data_set import data_set_state
from portal.supervision.kinds import DrawState
from portal.supervision.models import RandomDraw
from portal.supervision.queries.draws import chain_of, draw_file, draw_view, left_out
from portal.supervision.queries.records import draw_record, visits_left
from portal.supervision.service import draws as service

DRAW_DEEDS: tuple[Deed[RandomDraw], ...] = (
    Deed(
        "number", "录入公布的号码", "录入，抽取", "号码已录入，抽中的已经排好检查",
        lambda draw, form, who: service.enter_number(
            draw, form.number.data, who.actor, who.scope, form.seen
        ),
        NumberForm,
        when=lambda draw: draw.state is DrawState.ANNOUNCED and draw.number_due_at <= clock.now(),
        hint="号码一录入，抽中谁就定了：不能改号码，也不能作废。",
    ),
    Deed(
        "reveal", "公开名单", "公开名单", "名单已公开，人人可以核对",
        lambda draw, form, who: service.reveal(draw, who.actor, who.scope, form.seen),
        RevealForm,
        may=Capability.REVIEW_SUPERVISION,
        when=lambda draw: draw.state is DrawState.DRAWN and not visits_left(draw),
        danger=True,
    ),
    Deed(
        "abandon", "作废这次抽签", "作废", "已作废，理由已公开",
        lambda draw, form, who: service.abandon(
            draw, form.reason.data, who.actor, who.scope, form.seen
        ),
        AbandonForm,
        may=Capability.REVIEW_SUPERVISION,
        when=lambda draw: draw.state is DrawState.ANNOUNCED,
        danger=True,
        hint="号码公布以后再作废，会被看成结果不合意才重抽：公开的页面会指出来。",
    ),
)  # fmt: skip


@blueprint.get("/draws/<public_id>")
@staff(Capability.SEE_SUPERVISION)
def draw(public_id: str) -> str:
    """Show one draw."""
    return _show(public_id, Given())


def _endpoint(deed: Deed[RandomDraw]) -> Callable[[str], Answer]:
    def view(public_id: str) -> Answer:
        record, form = _record_or_404(public_id), deed.form(prefix=deed.name)
        if not keeps(record, the_caller()):
            abort(404)
        return attempt(
            Given(deed.name, form),
            lambda: deed.do(record, form, the_caller()),
            deed.said,
            lambda shown: _show(public_id, shown),
            lambda: url_for("backoffice.draw", public_id=public_id),
            ((DrawRefused, ("number",)),),
        )

    view.__doc__ = f"Do what {deed.name} says with a draw."
    return view


for _deed in DRAW_DEEDS:
    blueprint.post(f"/draws/<public_id>/{_deed.path}", endpoint=f"draw_{_deed.name}")(
        staff(_deed.may)(_endpoint(_deed))
    )


def _record_or_404(public_id: str) -> RandomDraw:
    return draw_record(public_id, the_caller().scope) or abort(404)


def _show(public_id: str, given: Given) -> str:
    who, record = the_caller(), _record_or_404(public_id)
    view, file = draw_view(public_id, who.scope), draw_file(public_id, who.scope)
    assert view is not None, "what is within reach can be read"
    assert file is not None, "what can be read can be checked"
    found = offered(DRAW_DEEDS, record, who)
    # whether the chain as a whole holds takes minutes to tell: the worker does, and /integrity shows it;
    # of the demo city it was written in one go, and says nothing of what came first
    chain = None if data_set_state().is_demo else chain_of(public_id, holds=True)
    verdict = verify(file, chain=chain)
    lead = next((deed for deed in found if deed.name != "abandon"), None)
    forms = forms_for(found, record, given)
    left = visits_left(record) if record.state is DrawState.DRAWN else 0
    return render_template(
        "backoffice/draw.html",
        record=record,
        view=view,
        row=view.row,
        lead=lead,
        others=[deed for deed in found if deed is not lead],
        forms_of=forms,
        given=given,
        typed=given.typed if given.problem or given.name not in forms else [],
        opened=given.name or request.args.get("open", ""),
        verdict=verdict,
        missing=left_out(public_id, who.scope),
        left=left,
        digits=None if record.number is None else digits_of(record.number),
        reviews=who.allows(Capability.REVIEW_SUPERVISION),
        mine=keeps(record, who),
    )
