"""One topic on one page: its phase, what to do next, its plan and progress, what people wrote, its log."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Deed, Given, attempt, forms_for, offered, stands_now
from portal.backoffice.forms import choices
from portal.backoffice.sections import blueprint
from portal.backoffice.topic_deeds import LEADS, TOPIC_DEEDS, keeps_topic
from portal.backoffice.topic_forms import ReasonForm, WordingForm
from portal.backoffice.topic_words import log_lines
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.topic_phases import Deed as TopicDeed
from portal.domain.topic_phases import allows
from portal.domain.topic_targets import TopicMetric
from portal.topics.kinds import ReasonState
from portal.topics.queries.topic_desk import (
    DeskPage,
    desk_page,
    desk_reasons,
    reason_record,
    topic_record,
)
from portal.topics.service import judging
from portal.topics.service import topics as service
from portal.topics.service.publication_words import proposed
from portal.topics.service.work import departments_of, phase_of
from portal.topics.topic_models import Topic
from portal.unit_of_work import unit_of_work

_WORDING = ("title", "why", "demands")


@blueprint.get("/topics/<public_id>")
@staff(Capability.SEE_COLUMN)
def topic(public_id: str) -> str:
    """Show one topic."""
    return show(public_id, Given())


@blueprint.route("/topics/<public_id>/wording", methods=["GET", "POST"])
@staff(Capability.KEEP_COLUMN)
def topic_wording(public_id: str) -> str | Answer:
    """Put right what is to be voted on, until the vote opens."""
    record, form, who = _own_or_404(public_id), WordingForm(), the_caller()

    def page(given: Given) -> str:
        now = _own_or_404(public_id)
        assert given.form is not None
        given.form.version.data = str(now.version)
        stands = stands_now(now, given.form, _WORDING) if given.problem else []
        return render_template(
            "backoffice/topic_wording.html", record=now, form=given.form, problem=given.problem, stands=stands
        )

    if not allows(phase_of(record), TopicDeed.AMEND_WORDING) or record.withdrawn_at is not None:
        abort(404)
    if not form.is_submitted():
        for name in _WORDING:
            form[name].data = getattr(record, name)
        return page(Given("", form))
    return attempt(
        Given("", form),
        lambda: service.amend_wording(
            record, form.title.data, form.why.data, form.demands.data, form.reason.data or "",
            who.actor, who.scope, form.seen,
        ),
        "文字已改",
        page,
        lambda: url_for("backoffice.topic", public_id=public_id),
    )  # fmt: skip


@blueprint.post("/topics/<public_id>/reasons/<int:reason_id>")
@staff(Capability.KEEP_COLUMN)
def topic_reason(public_id: str, reason_id: int) -> str | Response | tuple[str, int]:
    """Let what somebody wrote stand in public, or not."""
    record, form, who = _own_or_404(public_id), ReasonForm(), the_caller()
    reason = reason_record(record, reason_id) or abort(404)
    seen = ReasonState.PUBLISHED if request.form.get("seen") == "published" else ReasonState.RECEIVED
    public = request.form.get("do") == "publish"
    if not form.validate():
        return show(public_id, Given(), {reason_id: form}), 422
    try:
        with unit_of_work():
            if public:
                judging.publish_reason(reason, form.text.data, who.actor, who.scope, seen)
            else:
                judging.decline_reason(reason, form.why.data, who.actor, who.scope, seen)
    except DomainError as refused:
        form.refuse("text" if public else "why", refused)
        return show(public_id, Given(), {reason_id: form}), 409
    flash("已公开" if public else "不公开")
    return redirect(url_for("backoffice.topic", public_id=public_id, _anchor="reasons"), 303)


def _endpoint(deed: Deed[Topic]) -> Callable[[str], Answer]:
    def view(public_id: str) -> Answer:
        record = _own_or_404(public_id)
        form = _filled(deed.form(prefix=deed.name), deed.name, record)
        return attempt(
            Given(deed.name, form),
            lambda: deed.do(record, form, the_caller()),
            deed.said,
            lambda shown: show(public_id, shown),
            lambda: url_for("backoffice.topic", public_id=public_id),
        )

    view.__doc__ = f"Do what {deed.name} says with a topic."
    return view


for _deed in TOPIC_DEEDS:
    blueprint.post(f"/topics/<public_id>/{_deed.path}", endpoint=f"topic_{_deed.name}")(
        staff(_deed.may)(_endpoint(_deed))
    )


def show(public_id: str, given: Given, reason_forms: dict[int, ReasonForm] | None = None) -> str:
    """Return the page of a topic, as it stands now, with what was typed."""
    who, record = the_caller(), _topic_or_404(public_id)
    page = desk_page(record, clock.now())
    found = [
        deed
        for deed in offered(TOPIC_DEEDS, record, who, keeps_topic)
        if _something_to_choose(deed.name, page)
    ]
    lead = next((deed for name in LEADS for deed in found if deed.name == name), None)
    deed_forms = forms_for(found, record, given)
    for name, form in deed_forms.items():
        _filled(form, name, record, page)
    mine = keeps_topic(record, who) and who.allows(Capability.KEEP_COLUMN)
    may_moderate = mine and allows(page.row.phase, TopicDeed.MODERATE)
    waiting = desk_reasons(record, ReasonState.RECEIVED) if may_moderate else []
    public = desk_reasons(record, ReasonState.PUBLISHED) if may_moderate else []
    return render_template(
        "backoffice/topic.html",
        record=record,
        page_of=page,
        row=page.row,
        departments=departments_of(record),
        lead=lead,
        deeds_left=[deed for deed in found if deed is not lead],
        forms_of=deed_forms,
        opened=given.name or request.args.get("open", ""),
        given=given,
        typed=given.typed if given.problem else [],
        lines=log_lines(page.steps),
        may_reword=mine and record.withdrawn_at is None and allows(page.row.phase, TopicDeed.AMEND_WORDING),
        waiting=[(one, _reason_form(one, reason_forms)) for one in waiting],
        public_reasons=[(one, _reason_form(one, reason_forms)) for one in public],
        mine=mine,
    )


def _reason_form(one: Any, sent: dict[int, ReasonForm] | None) -> ReasonForm:
    """Return the form of one reason: as it was sent, or with what is proposed for the public."""
    if sent and one.row.id in sent:
        return sent[one.row.id]
    form = ReasonForm(None)
    form.text.data = one.row.public_text or proposed(one.text or "").redacted
    return form


def _filled(form: VersionedForm, name: str, record: Topic, page: DeskPage | None = None) -> Any:
    """Return the form of a deed with the choices that depend on the topic."""
    shown = page or (desk_page(record, clock.now()) if "row" in form else None)
    if name == "enter_value" and shown is not None:
        by_hand = (one for one in shown.targets if one.metric is TopicMetric.BY_HAND)
        form["row"].choices = choices((one.id, one.title) for one in by_hand)
    if name == "reach_milestone" and shown is not None:
        form["row"].choices = choices((one.id, one.title) for one in shown.milestones if not one.done_on)
    if name == "plan" and not form.is_submitted():
        form["department"].data = record.department.value
        form["joint"].data = json.loads(record.joint)
        form["problem_category"].data = record.problem_category or ""
    return form


def _something_to_choose(name: str, page: DeskPage) -> bool:
    if name == "enter_value":
        return any(one.metric is TopicMetric.BY_HAND for one in page.targets)
    if name == "reach_milestone":
        return any(one.done_on is None for one in page.milestones)
    return True


def _topic_or_404(public_id: str) -> Topic:
    return topic_record(public_id, the_caller().scope) or abort(404)


def _own_or_404(public_id: str) -> Topic:
    record = _topic_or_404(public_id)
    return record if keeps_topic(record, the_caller()) else abort(404)
