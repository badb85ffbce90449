"""What staff can do with a rectification notice, as one table: form, button, who may, when it is offered."""

from __future__ import annotations

from portal.accounts.identity import Identity
from portal.backoffice import notice_forms as forms
from portal.backoffice.deeds import Deed
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Capability
from portal.supervision.kinds import NoticeState, ServiceMethod
from portal.supervision.problem_models import RectificationNotice
from portal.supervision.service import notices

_S = NoticeState
_REVIEW = Capability.REVIEW_SUPERVISION
UNFINISHED = (_S.DRAFT, _S.RETURNED, _S.SUBMITTED)


def _by(who: Identity, form: VersionedForm) -> tuple[Actor, Scope, int]:
    """Return who does it and which version they saw."""
    return who.actor, who.scope, form.seen


def _runs(notice: RectificationNotice) -> bool:
    return notice.state is _S.ISSUED and notice.cleared_on is None


NOTICE_DEEDS: tuple[Deed[RectificationNotice], ...] = (
    Deed(
        "submit_draft", "交审核", "写好了，交审核", "已交审核",
        lambda notice, form, who: notices.submit_draft(notice, *_by(who, form)),
        when=lambda notice: notice.state in (_S.DRAFT, _S.RETURNED),
        hint="先看一遍下面的全文。审核人员看过，编号发出；发出以后不能再改。",
    ),
    Deed(
        "issue", "编号发出", "同意，编号发出", "已发出。下一步：送达，期限从送达那天算",
        lambda notice, form, who: notices.issue(notice, *_by(who, form)),
        forms.IssueForm,
        may=_REVIEW,
        when=lambda notice: notice.state is _S.SUBMITTED,
        hint="看过下面的全文再发。自己起草的，由别的审核人员来发。",
    ),
    Deed(
        "return_draft", "退回修改", "退回", "已退回，起草的人看得到您的意见",
        lambda notice, form, who: notices.return_draft(notice, form.words.data, *_by(who, form)),
        forms.RemarkForm,
        may=_REVIEW,
        when=lambda notice: notice.state is _S.SUBMITTED,
    ),
    Deed(
        "serve", "登记送达", "记下送达", "已记下送达，期限开始算",
        lambda notice, form, who: notices.serve(
            notice, form.on.data, ServiceMethod(form.how.data), *_by(who, form)
        ),
        forms.ServeForm,
        when=lambda notice: _runs(notice) and notice.served_on is None,
        hint="打印出来送到，请对方签收。期限从送达的第二天数起。",
    ),
    Deed(
        "extend", "延长期限", "延长", "期限已延长，原来的留在记录里",
        lambda notice, form, who: notices.extend(
            notice, form.deadline.data, form.reason.data, *_by(who, form)
        ),
        forms.ExtendForm,
        may=_REVIEW,
        when=lambda notice: _runs(notice) and notice.served_on is not None,
    ),
    Deed(
        "withdraw", "撤回通知书", "撤回通知书", "已撤回，里面的问题可以另发通知",
        lambda notice, form, who: notices.withdraw(notice, form.reason.data, *_by(who, form)),
        forms.WithdrawForm,
        may=_REVIEW,
        when=_runs,
        danger=True,
        hint="发错了才撤回。问题还在台账上，没有期限，可以另发通知。",
    ),
    Deed(
        "discard", "不要这份稿子", "扔掉稿子", "稿子已作废，里面的问题可以另写通知",
        lambda notice, form, who: notices.discard(notice, *_by(who, form)),
        forms.DiscardForm,
        when=lambda notice: notice.state in UNFINISHED,
        danger=True,
    ),
)  # fmt: skip

_LEADS = ("submit_draft", "issue", "serve")
"""What is to be done next, where it can be."""

STANDS = {
    _S.DRAFT: "正在起草",
    _S.SUBMITTED: "等审核人员看",
    _S.RETURNED: "审核退回，要改",
    _S.ISSUED: "已发出",
    _S.WITHDRAWN: "已撤回，没有要做的了",
    _S.DISCARDED: "已作废，没有要做的了",
}


def lead_of(found: list[Deed[RectificationNotice]]) -> Deed[RectificationNotice] | None:
    """Return what is to be done next with a notice; None where others are waited for."""
    return next((deed for deed in found if deed.name in _LEADS), None)
