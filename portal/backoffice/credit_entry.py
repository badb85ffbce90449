"""Entering what stands to a home's credit or discredit, and putting its words right."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.credit_forms import FACTS, CreditForm, CreditWords, EditForm
from portal.backoffice.credit_page import may_edit, own_or_404
from portal.backoffice.deeds import stands_now
from portal.backoffice.home_choice import HomeOption, option_of, options_like
from portal.backoffice.sections import blueprint
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.refusals import ChangedMeanwhile, NotTheirs
from portal.supervision.kinds import CreditKind
from portal.supervision.queries.credit import credit_entry as find_entry
from portal.supervision.queries.problem_page import problem_record
from portal.supervision.queries.records import problem_number, problem_numbered
from portal.supervision.service import credit as service
from portal.supervision.service.homes import HomeUnknown, institution_of
from portal.unit_of_work import unit_of_work


@blueprint.route("/credit/new", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def new_credit() -> str | Response | tuple[str, int]:
    """Enter one for the caller's own department; a reviewer publishes it."""
    form, who = CreditForm(), the_caller()
    if not form.is_submitted():
        _begin(form, who)
    chosen = _listed(form.home.data or request.args.get("home", ""), who)
    if not form.is_submitted():
        form.home.data = "" if chosen is None else chosen.key
        return _page(form, [chosen] if chosen else [])
    offered = (
        [one for one in options_like(form.q.data, who.scope) if one.institution_id] if form.q.data else []
    )
    if request.form.get("do") == "find":
        return _page(form, offered)
    shown = offered or ([chosen] if chosen else [])
    if chosen is None:
        form.validate()
        form.refuse("q", "请先查找并选中一家机构；没有登记的场所不录信用记录")
        return _page(form, shown), 422
    if form.validate():
        made = _enter(form, chosen, who)
        if made is not None:
            flash("已录入，公众还看不到；由审核人员公开")
            return redirect(url_for("backoffice.credit_entry", public_id=made), 303)
    return _page(form, shown), 422


@blueprint.route("/credit/<public_id>/edit", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def edit_credit(public_id: str) -> str | Response | tuple[str, int]:
    """Put right what an entry says; its home and its kind stand."""
    record, who, problem, status = own_or_404(public_id), the_caller(), None, 200
    if not may_edit(record, who):
        abort(403)
    form = EditForm()
    if not form.is_submitted():
        form.show({name: getattr(record, name) for name in (*FACTS, "amount_fen")})
        form.problem.data = problem_number(record.problem_id)
    elif not form.validate():
        status = 422
    else:
        try:
            with unit_of_work():
                changes = {**form.facts, "problem_id": _problem_id(form, who)}
                service.amend_credit(record, changes, who.actor, who.scope, form.seen)
        except NotTheirs:
            abort(404)
        except ChangedMeanwhile as refused:
            problem, status, record = str(refused), 409, own_or_404(public_id)
        except DomainError as refused:
            problem, status = _place(form, refused), 422
        else:
            flash("已更正")
            return redirect(url_for("backoffice.credit_entry", public_id=public_id), 303)
    form.version.data = str(record.version)
    page = render_template(
        "backoffice/credit_edit.html",
        form=form,
        record=record,
        row=find_entry(public_id, who.scope),
        problem=problem,
        now_stands=stands_now(record, form, FACTS) if status == 409 else [],
    )
    return page, status


def _begin(form: CreditForm, who: Identity) -> None:
    """Begin from the problem whose enforcement led to it, where one is named."""
    followed = problem_record(request.args["problem"], who.scope) if request.args.get("problem") else None
    if followed is not None:
        form.problem.data, form.kind.data = followed.number, CreditKind.PENALTY.value
        form.reason.data = followed.public_text or None
        form.authority.data = followed.handed_to
        if followed.institution_id is not None:
            form.home.data = f"i-{institution_of(followed.institution_id).public_id}"


def _listed(key: str, who: Identity) -> HomeOption | None:
    """Return the listed home that a form names: a place on no list has no credit to keep."""
    found = option_of(key, who.scope)
    return found if found is not None and found.institution_id is not None else None


def _problem_id(form: CreditWords, who: Identity) -> int | None:
    wanted = form.problem.data
    if not wanted:
        return None
    found = problem_numbered(wanted, who.scope)
    if found is None:
        raise service.CreditRefused("您负责的地区里没有这个编号的问题。", "problem_id")
    return found.id


def _enter(form: CreditForm, chosen: HomeOption, who: Identity) -> str | None:
    """Enter it and return its public id; None where it is refused, which stands at the field then."""
    assert chosen.institution_id is not None, "only listed homes are offered"
    try:
        entry = service.CreditEntry(
            kind=CreditKind(form.kind.data),
            institution_id=chosen.institution_id,
            problem_id=_problem_id(form, who),
            **form.facts,
        )
        with unit_of_work():
            return service.enter_credit(entry, who.actor, who.scope).public_id
    except HomeUnknown as refused:
        form.refuse("q", refused)
    except DomainError as refused:
        words = _place(form, refused)
        if words is not None:
            form.refuse("reason", words)
    return None


def _place(form: CreditWords, refused: DomainError) -> str | None:
    """Put a refusal at its field; return its words where it has none."""
    name = {"amount_fen": "amount", "problem_id": "problem"}.get(
        getattr(refused, "field", ""), getattr(refused, "field", "")
    )
    if not name or name not in form:
        return str(refused)
    form.refuse(name, refused)
    return None


def _page(form: CreditForm, offered: list[HomeOption]) -> str:
    return render_template("backoffice/credit_new.html", form=form, offered=offered)
