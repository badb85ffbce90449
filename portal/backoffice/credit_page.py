"""One entry on one page: as the public reads it, published by a reviewer, repaired or revoked for good."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, render_template, request, url_for

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.credit_forms import PublishForm, RepairForm, RevokeForm
from portal.backoffice.deeds import Answer, Deed, Given, attempt, forms_for, keeps, offered
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability
from portal.domain.proposed import Proposed
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import AGAINST
from portal.supervision.queries.credit import credit_entry as find_entry
from portal.supervision.queries.records import credit_record, problem_number
from portal.supervision.service import credit as service
from portal.supervision.service.redacting import about, proposed

_REVIEW = Capability.REVIEW_SUPERVISION
_GONE = "已删除：网站上哪里也查不到了，操作记录里还有"

CREDIT_DEEDS: tuple[Deed[CreditRecord], ...] = (
    Deed(
        "publish", "公开", "公开", "已公开",
        lambda record, form, who: service.publish_credit(record, who.actor, who.scope, form.seen),
        PublishForm,
        may=_REVIEW,
        when=lambda record: record.published_at is None,
    ),
    Deed(
        "repair", "信用修复", "修复并删除", _GONE,
        lambda record, form, who: service.repair(
            record, form.reason.data, who.actor, who.scope, form.seen
        ),
        RepairForm,
        may=_REVIEW,
        when=lambda record: record.kind in AGAINST,
        danger=True,
        hint="准予信用修复的，马上删除，不等到期。",
    ),
    Deed(
        "revoke", "撤销", "撤销并删除", _GONE,
        lambda record, form, who: service.revoke(
            record, form.reason.data, who.actor, who.scope, form.seen
        ),
        RevokeForm,
        may=_REVIEW,
        danger=True,
        hint="录错了、决定被推翻了，或者收回表扬。写错字的，用“更正”。",
    ),
)  # fmt: skip


@blueprint.get("/credit/<public_id>")
@staff(Capability.SEE_SUPERVISION)
def credit_entry(public_id: str) -> str:
    """Show one entry."""
    return _show(public_id, Given())


def _endpoint(deed: Deed[CreditRecord]) -> Callable[[str], Answer]:
    def view(public_id: str) -> Answer:
        record, form = own_or_404(public_id), deed.form(prefix=deed.name)
        return attempt(
            Given(deed.name, form),
            lambda: deed.do(record, form, the_caller()),
            deed.said,
            lambda shown: _show(public_id, shown),
            lambda: (
                url_for("backoffice.credit_entry", public_id=public_id)
                if deed.name == "publish"
                else url_for("backoffice.credit")
            ),
        )

    view.__doc__ = f"{deed.name.capitalize()} an entry."
    return view


for _deed in CREDIT_DEEDS:
    blueprint.post(f"/credit/<public_id>/{_deed.path}", endpoint=f"credit_{_deed.name}")(
        staff(_deed.may)(_endpoint(_deed))
    )


def own_or_404(public_id: str) -> CreditRecord:
    """Return the entry, a 404 where it is not the caller's department's and region's, or is over."""
    record, who = credit_record(public_id, the_caller().scope), the_caller()
    return record if record is not None and keeps(record, who) else abort(404)


def may_edit(record: CreditRecord, who: Identity) -> bool:
    """True if the caller may put it right: what is public is for a reviewer."""
    return (
        keeps(record, who)
        and who.allows(Capability.KEEP_SUPERVISION)
        and (record.published_at is None or who.allows(_REVIEW))
    )


def _show(public_id: str, given: Given) -> str:
    who = the_caller()
    record, row = credit_record(public_id, who.scope), find_entry(public_id, who.scope)
    if record is None or row is None:
        abort(404)
    found = offered(CREDIT_DEEDS, record, who)
    lead = next((deed for deed in found if deed.name == "publish"), None)
    forms = forms_for(found, record, given)
    return render_template(
        "backoffice/credit_entry.html",
        record=record,
        row=row,
        number=problem_number(record.problem_id),
        proposed=_proposals(record) if record.published_at is None else {},
        lead=lead,
        others=[deed for deed in found if deed is not lead],
        forms_of=forms,
        given=given,
        typed=given.typed if given.problem or given.name not in forms else [],
        opened=given.name or request.args.get("open", ""),
        may_edit=may_edit(record, who),
    )


def _proposals(record: CreditRecord) -> dict[str, Proposed]:
    """Return what a machine would mask in the words that everybody will read."""
    home = about(record.institution_id, None)
    words = {"title": record.title, "reason": record.reason, "content": record.content or ""}
    return {name: proposed(text, home) for name, text in words.items()}
