"""What the writer of a case may send once it is opened: one small form each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from portal import glossary
from portal.complaints.kinds import Rating
from portal.complaints.queries.track import TrackView
from portal.domain.access_code import InvalidCode, parse_code
from portal.domain.case_status import CaseEvent
from portal.domain.receipts import InvalidReceipt, parse_receipt
from portal.public.complaint_forms import MOST_ASKED, MOST_WORDS, one_line, tidy

STALE_TOKEN = "这一页开得太久了。您写的都还在，请再按一次。"  # noqa: S105 -- words


class ActForm(FlaskForm):  # type: ignore[misc]
    """``seen``: how many lines the log had when the page was made, so that a second press is known as one."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)

    seen = HiddenField()

    @property
    def words(self) -> str:
        """What was written, in its one field of text."""
        return ""


def _text(label: str, most: int, missing: str | None = None) -> TextAreaField:
    rules = [InputRequired(missing)] if missing else []
    return TextAreaField(label, [*rules, Length(max=most, message=f"请不要超过{most}个字")], filters=[tidy])


class FindForm(FlaskForm):  # type: ignore[misc]
    """Number and code, typed from the receipt."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)

    receipt = StringField("登记编号", [InputRequired("请填登记编号"), Length(max=60)], filters=[one_line])
    code = StringField("查询码", [InputRequired("请填查询码"), Length(max=60)], filters=[one_line])

    def is_readable(self, kind: str) -> bool:
        """Tell a slip of the pen at its field; whether there is such a record plays no part in it.

        ``kind``: of receipt, ``domain.receipts``.
        """
        try:
            parse_receipt(self.receipt.data, kind)
        except InvalidReceipt as refused:
            self.receipt.errors = [str(refused)]
        try:
            parse_code(self.code.data)
        except InvalidCode as refused:
            self.code.errors = [str(refused)]
        return not (self.receipt.errors or self.code.errors)

    def mismatch(self) -> None:
        """Say that number and code do not belong together, whichever of them is wrong."""
        self.code.errors = ["登记编号和查询码对不上。请对照回执，一位一位再看一遍。"]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong: (id of the field, sentence)."""
        return [
            ("find", STALE_TOKEN) if name == "csrf_token" else (name, f"{self[name].label.text}：{error}")
            for name, errors in self.errors.items()
            for error in errors
        ]


class WordsForm(ActForm):
    """Words, and perhaps files: an addition, or the answer to a question."""

    text = _text("写在这里", MOST_WORDS)

    @property
    def words(self) -> str:
        """What was written."""
        return self.text.data or ""


class ReasonForm(ActForm):
    """Why the case is to be handled once more."""

    reason = _text("哪里不满意，希望怎么办", MOST_ASKED, "请写一写哪里不满意，好让接手的人知道查什么")

    @property
    def words(self) -> str:
        """What was written."""
        return self.reason.data or ""


class WithdrawForm(ActForm):
    """Why it is taken back, if anybody wants to say so."""

    reason = _text("为什么撤回", MOST_ASKED)

    @property
    def words(self) -> str:
        """What was written."""
        return self.reason.data or ""


class RateForm(ActForm):
    """How satisfying the answer is."""

    rating = RadioField(
        "对这次答复，您满意吗",
        choices={each.value: glossary.label(each) for each in Rating},
        validators=[InputRequired("请选一项")],
    )
    reason = _text("为什么", MOST_ASKED)

    def validate_reason(self, field: Any) -> None:
        """Who is not satisfied says with what: otherwise nobody can do better."""
        if self.rating.data == Rating.UNSATISFIED.value and not field.data:
            raise ValidationError("选了不满意，请写一写哪里不满意")

    @property
    def words(self) -> str:
        """What was written."""
        return self.reason.data or ""


FORMS: dict[CaseEvent, Callable[..., ActForm]] = {
    CaseEvent.ANSWER_QUESTION: WordsForm,
    CaseEvent.RATE: RateForm,
    CaseEvent.ASK_AGAIN: ReasonForm,
    CaseEvent.ADD: WordsForm,
    CaseEvent.UNPUBLISH: ActForm,
    CaseEvent.WITHDRAW: WithdrawForm,
}


def form_of(event: CaseEvent) -> ActForm:
    """Return the form of one act; its fields' names begin with the act's."""
    return FORMS[event](prefix=f"{event.value}-")


def was_done(form: ActForm, event: CaseEvent, view: TrackView, files: int) -> bool:
    """True if the log has this very act since the page was made: the button was pressed twice."""
    seen = form.seen.data or ""
    since = view.lines[int(seen) :] if seen.isascii() and seen.isdigit() and len(seen) < 6 else ()
    rating = form.rating.data if isinstance(form, RateForm) else None
    return any(
        line.by_citizen
        and line.event is event
        and (line.words or "") == form.words
        and line.said.get("files", 0) == files
        and line.said.get("rating") == rating
        for line in since
    )
