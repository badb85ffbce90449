"""What staff can do with a complaint, as one table: its form, its button, who may, when it is offered.

Whether a step is possible says ``domain/case_status``; what stands here besides is what that table cannot
know: that a case is merged already, held, answered. ``case_actions`` makes an endpoint of each line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.accounts.identity import Identity
from portal.backoffice import case_forms as forms
from portal.complaints.kinds import Channel, WhyExcluded
from portal.complaints.kinds import Finding as Found
from portal.complaints.models import Case, CaseRound
from portal.complaints.queries.case_page import case_record
from portal.complaints.reach import Reach
from portal.complaints.service import handling, hearing, moving, replying, retention, triage
from portal.domain.case_status import HANDLED, CaseEvent, CaseStatus, allows
from portal.domain.permissions import Capability, Department
from portal.domain.receipts import COMPLAINT, parse_receipt

_E, _S = CaseEvent, CaseStatus
_HANDLE, _REVIEW = Capability.HANDLE_CASES, Capability.REVIEW_CASES

Do = Callable[[Case, Any, Identity], object]
"""Does it: the case, the form that was filled in, who asks."""
When = Callable[[Case, CaseRound], bool]


def _always(_case: Case, _current: CaseRound) -> bool:
    return True


def _merge(case: Case, form: Any, who: Identity) -> None:
    reach = Reach.of(who)
    into = case_record(parse_receipt(form.into.data, COMPLAINT), reach)
    if into is None:
        raise moving.CannotMove("没有这个编号的投诉，或者不归您的部门办理。")
    moving.merge(case, into, reach, form.seen)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done. ``name``: of its endpoint (``case_NAME``) and of its form's fields."""

    name: str
    title: str
    button: str
    said: str
    """What is said once it is done."""
    event: CaseEvent
    do: Do
    form: type[forms.CaseForm] = forms.CaseForm
    may: Capability = _HANDLE
    when: When = _always
    hint: str = ""
    danger: bool = False
    drafts: bool = False
    """True if what is typed is kept as a draft."""

    @property
    def endpoint(self) -> str:
        """The name of the endpoint, without its blueprint."""
        return f"case_{self.name}"

    @property
    def is_bare(self) -> bool:
        """True if a button is all it needs."""
        return self.form is forms.CaseForm

    def offered(self, case: Case, current: CaseRound, who: Identity) -> bool:
        """True if ``who`` could do it now, or write it for a reviewer to send."""
        may = who.allows(self.may) or (self.drafts and who.allows(_HANDLE))
        return may and allows(case.status, self.event) and self.when(case, current)


def _by(who: Identity, form: forms.CaseForm) -> tuple[Reach, int]:
    """Return who does it and which version of the case they saw."""
    return Reach.of(who), form.seen


DEEDS: tuple[Deed, ...] = (
    Deed(
        "acknowledge", "收到转来的投诉", "确认收到", "已确认收到，转出的部门看得到",
        _E.ACKNOWLEDGE,
        lambda case, form, who: moving.acknowledge(case, *_by(who, form)),
        when=lambda case, _: not case.acknowledged,
        hint="先告诉转出的部门：已经收到，由我们办。期限从投诉人交来那天算，没有重新开始。",
    ),
    Deed(
        "accept", "受理", "受理这件投诉", "已受理。下一步：交给承办人",
        _E.ACCEPT,
        lambda case, form, who: handling.accept(case, *_by(who, form)),
        hint="归我们管、说得清是哪里什么事，就受理。受理不是答复，期限照走。",
    ),
    Deed(
        "assign", "交给承办人", "交给这位承办人", "已交办",
        _E.ASSIGN,
        lambda case, form, who: handling.assign(case, int(form.handler.data), *_by(who, form)),
        forms.AssignForm,
    ),
    Deed(
        "start", "开始办理", "我来办，开始办理", "已开始办理",
        _E.START,
        lambda case, form, who: handling.start(case, *_by(who, form)),
    ),
    Deed(
        "first_answer", "首次答复", "发出首次答复", "首次答复已发出，首次答复的期限到此为止",
        _E.FIRST_ANSWER,
        lambda case, form, who: replying.first_answer(case, form.words.data, *_by(who, form)),
        forms.FirstAnswerForm,
        when=lambda _, current: current.first_answered_at is None,
        drafts=True,
    ),
    Deed(
        "reply", "办理答复", "发出办理答复", "办理答复已发出",
        _E.REPLY,
        lambda case, form, who: replying.reply(
            case, form.words.data, Found(form.finding.data), *_by(who, form)
        ),
        forms.ReplyForm,
        drafts=True,
    ),
    Deed(
        "close", "办结", "办结", "已办结",
        _E.CLOSE,
        lambda case, form, who: handling.close(case, *_by(who, form)),
        hint="答复已经发出，没有别的事要做了。投诉人不满意，还可以要求再办一次。",
    ),
    Deed(
        "refuse", "不予受理", "不予受理，发出决定", "不予受理的决定已发出",
        _E.REFUSE,
        lambda case, form, who: replying.refuse(case, form.words.data, *_by(who, form)),
        forms.RefuseForm,
        may=_REVIEW,
        danger=True,
        drafts=True,
    ),
    Deed(
        "ask", "问投诉人", "发出问题", "问题已发出，等投诉人回答",
        _E.ASK,
        lambda case, form, who: replying.ask(case, form.words.data, *_by(who, form)),
        forms.AskForm,
    ),
    Deed(
        "interim_reply", "告诉投诉人进展", "发出进展", "进展已发出",
        _E.INTERIM_REPLY,
        lambda case, form, who: replying.interim_reply(case, form.words.data, *_by(who, form)),
        forms.InterimForm,
    ),
    Deed(
        "extend", "延长办理期限", "延长", "已延长，投诉人看得到",
        _E.EXTEND,
        lambda case, form, who: replying.extend(
            case, form.days.data, form.reason.data, *_by(who, form)
        ),
        forms.ExtendForm,
        when=lambda _, current: not current.extension_days and current.final_answered_at is None,
    ),
    Deed(
        "hear", "来电、来访补充或回答", "记下投诉人说的", "已记下，投诉人看得到",
        _E.ADD,
        lambda case, form, who: hearing.hear(
            case, form.words.data, Channel(form.channel.data), *_by(who, form)
        ),
        forms.HearForm,
        when=lambda case, _: case.erased_at is None,
    ),
    Deed(
        "note", "内部记录", "记下", "已记下",
        _E.NOTE,
        lambda case, form, who: handling.note(case, form.words.data, *_by(who, form)),
        forms.NoteForm,
    ),
    Deed(
        "urgent", "标为紧急", "标为紧急", "已标为紧急，列表里看得到",
        _E.TRIAGE,
        lambda case, form, who: triage.triage(case, True, form.reason.data, *_by(who, form)),
        forms.ReasonForm,
        when=lambda case, _: not case.urgent,
        hint="老人正在受伤害、有生命危险的，先打110、119、120，再标为紧急。",
    ),
    Deed(
        "not_urgent", "取消紧急", "取消紧急", "已取消紧急",
        _E.TRIAGE,
        lambda case, form, who: triage.triage(case, False, form.reason.data, *_by(who, form)),
        forms.ReasonForm,
        when=lambda case, _: case.urgent,
    ),
    Deed(
        "transfer", "转给别的部门或地区", "转走", "已转走，对方收到后这里看得到",
        _E.TRANSFER,
        lambda case, form, who: moving.transfer(
            case, form.region.data, Department(form.department.data), form.reason.data, *_by(who, form)
        ),
        forms.TransferForm,
    ),
    Deed(
        "merge", "和另一件一起办", "一起办", "已并案",
        _E.MERGE,
        _merge,
        forms.MergeForm,
        when=lambda case, _: case.merged_into_id is None,
    ),
    Deed(
        "unmerge", "分开来办", "分开来办", "已分开",
        _E.UNMERGE,
        lambda case, form, who: moving.unmerge(case, *_by(who, form)),
        when=lambda case, _: case.merged_into_id is not None,
    ),
    Deed(
        "redate", "更正收到的时间", "改成这个时间", "已更正，期限跟着提前",
        _E.REDATE,
        lambda case, form, who: triage.redate(case, form.moment, form.reason.data, *_by(who, form)),
        forms.RedateForm,
        when=lambda case, _: case.channel is not Channel.WEB and case.round_number == 1,
    ),
    Deed(
        "clue", "移交纪检线索", "移交纪检", "线索已移交纪检",
        _E.HAND_OVER_CLUE,
        lambda case, form, who: triage.hand_over_clue(case, form.words.data, *_by(who, form)),
        forms.ClueForm,
    ),
    Deed(
        "exclude", "让某人回避", "回避", "已回避",
        _E.NOTE,
        lambda case, form, who: handling.exclude(
            case, int(form.handler.data), WhyExcluded(form.why.data), *_by(who, form)
        ),
        forms.ExcludeForm,
    ),
    Deed(
        "readmit", "取消某人的回避", "取消回避", "已取消回避",
        _E.NOTE,
        lambda case, form, who: handling.readmit(
            case, int(form.handler.data), form.reason.data, *_by(who, form)
        ),
        forms.ReadmitForm,
        may=_REVIEW,
    ),
    Deed(
        "hold", "到期也不删除", "保留", "已标为保留",
        _E.HOLD,
        lambda case, form, who: retention.hold(case, form.reason.data, *_by(who, form)),
        forms.ReasonForm,
        may=_REVIEW,
        when=lambda case, _: case.hold_reason is None and case.erased_at is None,
        hint="有诉讼、复议、调查等原因，要留到事情了结。",
    ),
    Deed(
        "release", "不用再保留", "取消保留", "已取消保留，按期限删除",
        _E.RELEASE_HOLD,
        lambda case, form, who: retention.release_hold(case, form.reason.data, *_by(who, form)),
        forms.ReasonForm,
        may=_REVIEW,
        when=lambda case, _: case.hold_reason is not None,
    ),
)  # fmt: skip

BY_NAME = {deed.name: deed for deed in DEEDS}

_LEADS = ("acknowledge", "accept", "first_answer", "reply", "close")
"""What is to be done next, where it can be: the order of the work."""


def offered(case: Case, current: CaseRound, who: Identity) -> list[Deed]:
    """Return what ``who`` can do with the case now. That it is theirs to handle says the caller."""
    return [deed for deed in DEEDS if deed.offered(case, current, who)]


def lead_of(case: Case, found: list[Deed]) -> Deed | None:
    """Return what is to be done next; None where others are waited for, or nothing is left to do."""
    names = {deed.name for deed in found}
    if (
        "acknowledge" not in names
        and case.handler_id is None
        and "assign" in names
        and case.status in HANDLED
    ):
        return BY_NAME["assign"]
    if case.status is _S.WAITING:
        names.discard("reply")
    return next((BY_NAME[name] for name in _LEADS if name in names), None)
