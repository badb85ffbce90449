"""What staff can do with a suggestion, as one table; what its status allows says the domain's."""

from __future__ import annotations

from collections.abc import Callable

from portal.accounts.identity import Identity
from portal.backoffice import suggestion_forms as forms
from portal.backoffice.deeds import Deed
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Capability, Department
from portal.domain.suggestion_status import SuggestionEvent, SuggestionRefused, SuggestionStatus, allows
from portal.topics.kinds import WhyNotPublic
from portal.topics.models import Suggestion
from portal.topics.queries.suggestion_page import suggestion_to_support
from portal.topics.service import answering, moderating
from portal.topics.service.rights import reads

_E = SuggestionEvent
_KEEP, _REVIEW = Capability.KEEP_COLUMN, Capability.REVIEW_COLUMN
OF_THE_ANSWERING = frozenset({"answer", "report_done"})
"""Only the department that answers does these."""


def keeps_suggestion(row: Suggestion, who: Identity) -> bool:
    """True if it is the caller's to read and to move, and its words do not name them."""
    return reads(row, who.actor, who.scope)


def _by(who: Identity, form: VersionedForm) -> tuple[Actor, Scope, int]:
    return who.actor, who.scope, form.seen


def _can(
    event: SuggestionEvent, also: Callable[[Suggestion], bool] = lambda _row: True
) -> Callable[[Suggestion], bool]:
    return lambda row: allows(row.status, event) and row.erased_at is None and also(row)


def _merge(row: Suggestion, form: forms.MergeForm, who: Identity) -> None:
    into = suggestion_to_support(form.into.data.strip().lower())
    if into is None:
        raise SuggestionRefused("没有找到这一条公开的点题，请再看一遍编号。")
    moderating.merge(row, into, *_by(who, form))


def _adopt(row: Suggestion, form: forms.AdoptForm, who: Identity) -> None:
    if form.topic.data is None:
        raise SuggestionRefused("请选一个整治项目。")
    answering.adopt(row, form.topic.data, *_by(who, form))


SUGGESTION_DEEDS: tuple[Deed[Suggestion], ...] = (
    Deed(
        "answer", "答复", "公开答复", "答复已公开",
        lambda row, form, who: answering.answer(row, form.words.data, *_by(who, form)),
        forms.AnswerForm, _KEEP,
        when=_can(_E.ANSWER),
        hint="后来的答复放在前面，以前的也留着。",
    ),
    Deed(
        "report_done", "公布做了什么", "公开：我们做了什么", "已公开",
        lambda row, form, who: answering.report_done(row, form.words.data, *_by(who, form)),
        forms.DoneForm, _KEEP,
        when=_can(_E.REPORT_DONE, lambda row: row.answer is not None),
    ),
    Deed(
        "merge", "并入另一条", "并入", "已并入",
        _merge, forms.MergeForm, _KEEP,
        when=_can(_E.MERGE),
        hint="说的是一回事，就合在一起答复。两边的支持数分开写，不相加：同一个人可能两边都支持过。",
    ),
    Deed(
        "unmerge", "拆出来", "拆出来，重新审核", "已拆出，等审核",
        lambda row, form, who: moderating.unmerge(row, *_by(who, form)),
        may=_KEEP, when=_can(_E.UNMERGE),
    ),
    Deed(
        "adopt", "列入整治项目", "列入", "已列入整治项目",
        _adopt, forms.AdoptForm, _KEEP,
        when=_can(_E.ADOPT, lambda row: row.topic_id is None),
    ),
    Deed(
        "release", "移出整治项目", "移出", "已移出",
        lambda row, form, who: answering.release(row, *_by(who, form)),
        may=_KEEP, when=_can(_E.RELEASE, lambda row: row.topic_id is not None),
    ),
    Deed(
        "reassign", "换部门答复", "换部门", "已换部门",
        lambda row, form, who: moderating.reassign(row, Department(form.department.data), *_by(who, form)),
        forms.ReassignForm, _KEEP,
        when=_can(_E.REASSIGN),
        hint="期限照走。",
    ),
    Deed(
        "decline", "不公开", "不公开，告诉点题的人", "已告诉点题的人：不公开",
        lambda row, form, who: moderating.decline(
            row, WhyNotPublic(form.why.data), form.words.data or "", *_by(who, form)
        ),
        forms.DeclineForm, _KEEP,
        when=_can(_E.DECLINE),
        danger=True,
    ),
    Deed(
        "send_to_complaints", "请走投诉", "请对方走投诉", "已告诉点题的人走投诉",
        lambda row, form, who: moderating.send_to_complaints(row, form.words.data, *_by(who, form)),
        forms.ToldForm, _KEEP,
        when=_can(_E.SEND_TO_COMPLAINTS),
        hint="说的是一家机构、一件具体的事，走投诉才有答复期限。对方可以把写好的内容直接带过去。",
    ),
    Deed(
        "send_to_discipline", "请向12388反映", "请对方打12388", "已告诉点题的人向12388反映",
        lambda row, form, who: moderating.send_to_discipline(row, form.words.data, *_by(who, form)),
        forms.DisciplineForm, _REVIEW,
        when=_can(_E.SEND_TO_DISCIPLINE),
        danger=True,
    ),
    Deed(
        "note", "写备注", "存备注", "备注已存",
        lambda row, form, who: moderating.note(row, form.words.data, *_by(who, form)),
        forms.NoteForm, _KEEP,
        when=_can(_E.NOTE),
    ),
    Deed(
        "hold", "延长保存", "延长保存", "到期不删除",
        lambda row, form, who: moderating.hold(row, form.reason.data, *_by(who, form)),
        forms.HoldForm, _REVIEW,
        when=_can(_E.HOLD, lambda row: row.hold_reason is None),
    ),
    Deed(
        "release_hold", "不再延长保存", "按期删除", "按期删除",
        lambda row, form, who: moderating.release_hold(row, form.reason.data or "", *_by(who, form)),
        forms.ReleaseForm, _REVIEW,
        when=_can(_E.HOLD, lambda row: row.hold_reason is not None),
    ),
)  # fmt: skip


def lead_of(row: Suggestion, found: list[Deed[Suggestion]]) -> Deed[Suggestion] | None:
    """Return what to do next, of what can be done."""
    wanted = {SuggestionStatus.PUBLISHED: "answer", SuggestionStatus.ANSWERED: "report_done"}.get(row.status)
    if wanted == "report_done" and row.done is not None:
        return None
    return next((deed for deed in found if deed.name == wanted), None)
