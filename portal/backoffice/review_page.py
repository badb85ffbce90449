"""One county's review of a quarter: remarked on, answered, published, corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import abort, render_template, url_for

from portal.access import staff
from portal.accountability.kinds import ReviewState
from portal.accountability.queries.reviews import ReviewView, remark_record, review_record, review_view
from portal.accountability.review_lines import GROUPS, why_untold
from portal.accountability.review_models import CountyReview, ReviewRemark
from portal.accountability.reviewing import compile_county_again
from portal.accountability.service import reviews as service
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.review_forms import AnswerForm, CorrectReviewForm, PublishReviewForm, RemarkForm
from portal.backoffice.reviews import STANDINGS, keeps_reviews
from portal.backoffice.sections import blueprint
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.permissions import Capability

_FORMS: dict[str, type[VersionedForm]] = {
    "compile": VersionedForm,
    "remark": RemarkForm,
    "publish": PublishReviewForm,
    "correct": CorrectReviewForm,
}
_REMARK_FORMS: dict[str, type[VersionedForm]] = {
    "edit": RemarkForm,
    "answer": AnswerForm,
    "drop": VersionedForm,
}


@blueprint.get("/reviews/<int:review_id>")
@staff(Capability.SEE_COLUMN)
def review(review_id: int) -> str:
    """Show an edition with its figures and remarks; who keeps it sees what can be done."""
    return _page(review_id, Given())


@blueprint.post("/reviews/<int:review_id>/compile")
@staff(Capability.KEEP_COLUMN)
def compile_review_again(review_id: int) -> Answer:
    """Take the records as they stand now."""
    said = "已经按现在的记录重新统计，点评和回复没有动。"
    return _done(review_id, "compile", compile_county_again, lambda _form: (), said)


@blueprint.post("/reviews/<int:review_id>/remarks")
@staff(Capability.KEEP_COLUMN)
def add_review_remark(review_id: int) -> Answer:
    """Enter a remark."""
    return _done(review_id, "remark", service.add_remark, _remark_words, "点评已经录入。")


@blueprint.post("/reviews/<int:review_id>/publish")
@staff(Capability.REVIEW_COLUMN)
def publish_review(review_id: int) -> Answer:
    """Let everybody read it."""
    return _done(review_id, "publish", service.publish_review, lambda _form: (), "已经公布。")


@blueprint.post("/reviews/<int:review_id>/correct")
@staff(Capability.REVIEW_COLUMN)
def correct_review(review_id: int) -> Answer:
    """Begin a new edition of what was published."""
    made: list[CountyReview] = []

    def begin(review: CountyReview, *given: object) -> None:
        made.append(service.correct_review(review, *given))  # type: ignore[arg-type]

    return _done(
        review_id,
        "correct",
        begin,
        lambda form: (form["reason"].data,),
        "新的一版已经开好，改完再公布。公布以前，公众看到的还是原来的一版。",
        lambda: url_for("backoffice.review", review_id=made[0].id),
    )


@blueprint.get("/reviews/<int:review_id>/remarks/<int:remark_id>")
@staff(Capability.KEEP_COLUMN)
def review_remark(review_id: int, remark_id: int) -> str:
    """Show one remark with the forms that answer it or put it right."""
    return _remark_page(review_id, remark_id, Given())


@blueprint.post("/reviews/<int:review_id>/remarks/<int:remark_id>/edit")
@staff(Capability.KEEP_COLUMN)
def edit_review_remark(review_id: int, remark_id: int) -> Answer:
    """Put a remark right."""
    return _remark_done(review_id, remark_id, "edit", service.edit_remark, _remark_words, "已经改好。")


@blueprint.post("/reviews/<int:review_id>/remarks/<int:remark_id>/answer")
@staff(Capability.REVIEW_COLUMN)
def answer_review_remark(review_id: int, remark_id: int) -> Answer:
    """Enter what the county answers."""

    def given(form: VersionedForm) -> tuple[object, ...]:
        return form["office"].data, form["words"].data

    return _remark_done(review_id, remark_id, "answer", service.answer_remark, given, "回复已经记下。")


@blueprint.post("/reviews/<int:review_id>/remarks/<int:remark_id>/drop")
@staff(Capability.KEEP_COLUMN)
def drop_review_remark(review_id: int, remark_id: int) -> Answer:
    """Take a remark out that was entered by mistake."""
    return _remark_done(review_id, remark_id, "drop", service.drop_remark, lambda _form: (), "已经拿掉。")


def _remark_words(form: VersionedForm) -> tuple[object, ...]:
    assert isinstance(form, RemarkForm)
    return form.office.data, form.whom, form.words.data, form.said_on.data


def _done(
    review_id: int,
    name: str,
    work: Callable[..., object],
    given: Callable[[VersionedForm], tuple[object, ...]],
    said: str,
    done: Callable[[], str] | None = None,
) -> Answer:
    row, form, who = _review(review_id), _FORMS[name](prefix=name), the_caller()
    return attempt(
        Given(name, form),
        lambda: work(row, *given(form), who.actor, who.scope, form.seen),
        said,
        lambda again: _page(review_id, again),
        done or (lambda: url_for("backoffice.review", review_id=review_id)),
    )


def _remark_done(
    review_id: int,
    remark_id: int,
    name: str,
    work: Callable[..., object],
    given: Callable[[VersionedForm], tuple[object, ...]],
    said: str,
) -> Answer:
    remark, form, who = _remark(review_id, remark_id), _REMARK_FORMS[name](prefix=name), the_caller()
    return attempt(
        Given(name, form),
        lambda: work(remark, *given(form), who.actor, who.scope, form.seen),
        said,
        lambda again: _remark_page(review_id, remark_id, again),
        lambda: url_for("backoffice.review", review_id=review_id, _anchor="remarks"),
    )


def _page(review_id: int, given: Given) -> str:
    view, who = _view(review_id), the_caller()
    return render_template(
        "backoffice/review.html",
        view=view,
        groups=GROUPS,
        why_untold=why_untold,
        standings=STANDINGS,
        draft=view.this.state is ReviewState.DRAFT,
        keeps=keeps_reviews(who),
        reviews=keeps_reviews(who) and who.allows(Capability.REVIEW_COLUMN),
        why_not=_why_not_publish(view, who),
        deeds=_forms(_FORMS, given, view.version),
        given=given,
    )


def _why_not_publish(view: ReviewView, who: Identity) -> str | None:
    """Return why the caller can't publish it now, in words; None where nothing is in the way."""
    if not view.remarks:
        return "还没有点评。先录入点评，再公布。"
    if who.staff_id in {one.entered_staff_id for one in view.remarks} | {
        one.replied_staff_id for one in view.remarks
    }:
        return "点评或者回复里有您录入的，请另一位审核人员来公布。"
    return None


def _remark_page(review_id: int, remark_id: int, given: Given) -> str:
    view, who = _view(review_id), the_caller()
    if not keeps_reviews(who):
        abort(404)
    _remark(review_id, remark_id)
    remark = next(one for one in view.remarks if one.id == remark_id)
    forms = _forms(_REMARK_FORMS, given, view.version)
    if given.name != "edit":
        form = forms["edit"]
        form["office"].data, form["words"].data = remark.office, remark.words
        form["about"].data, form["said_on"].data = remark.about.value if remark.about else "", remark.said_on
    if given.name != "answer":
        forms["answer"]["office"].data, forms["answer"]["words"].data = remark.reply_office, remark.reply
    return render_template(
        "backoffice/review_remark.html",
        view=view,
        remark=remark,
        draft=view.this.state is ReviewState.DRAFT,
        answers=who.allows(Capability.REVIEW_COLUMN) and remark.entered_staff_id != who.staff_id,
        own=remark.entered_staff_id == who.staff_id,
        deeds=forms,
        given=given,
    )


def _forms(kinds: Mapping[str, type[VersionedForm]], given: Given, version: int) -> dict[str, VersionedForm]:
    """Return each form: the one that was sent, or a fresh one; all with the version that is shown."""
    forms = {name: kind(None, prefix=name) for name, kind in kinds.items()}
    if given.form is not None and given.name in forms:
        forms[given.name] = given.form
    for form in forms.values():
        form.version.data = str(version)
    return forms


def _view(review_id: int) -> ReviewView:
    return review_view(review_id, the_caller().scope) or abort(404)


def _review(review_id: int) -> CountyReview:
    return review_record(review_id, the_caller().scope) or abort(404)


def _remark(review_id: int, remark_id: int) -> ReviewRemark:
    return remark_record(review_id, remark_id, the_caller().scope) or abort(404)
