"""What staff can do with a problem, as one table: its form, its button, who may, when it is offered.

Whether a step is possible says ``domain/rectification``; what stands here besides is what that table cannot
know: that a notice sets the deadline, that a hazard is listed already.
"""

from __future__ import annotations

from collections.abc import Callable

from portal.accounts.identity import Identity
from portal.backoffice import problem_forms as forms
from portal.backoffice.deeds import Deed
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Capability
from portal.domain.rectification import ProblemEvent, ProblemStatus, allows
from portal.supervision.kinds import ProblemCategory, Severity
from portal.supervision.problem_models import Problem
from portal.supervision.service import problems

_E = ProblemEvent
_REVIEW = Capability.REVIEW_SUPERVISION


def _by(who: Identity, form: VersionedForm) -> tuple[Actor, Scope, int]:
    """Return who does it and which version they saw."""
    return who.actor, who.scope, form.seen


def _can(event: ProblemEvent) -> Callable[[Problem], bool]:
    return lambda problem: allows(problem.status, event)


def _may_be_listed(problem: Problem) -> bool:
    return (
        allows(problem.status, _E.LIST)
        and problem.severity is Severity.MAJOR
        and problem.category is ProblemCategory.FIRE
        and (problem.listed_on is None or problem.delisted_on is not None)
    )


def _is_listed(problem: Problem) -> bool:
    return allows(problem.status, _E.DELIST) and problem.listed_on is not None and problem.delisted_on is None


def _own_deadline(problem: Problem) -> bool:
    return allows(problem.status, _E.SET_DEADLINE) and problem.notice_id is None


PROBLEM_DEEDS: tuple[Deed[Problem], ...] = (
    Deed(
        "start", "开始整改", "开始整改了", "已记下：整改中",
        lambda problem, form, who: problems.start(problem, *_by(who, form)),
        when=_can(_E.START),
    ),
    Deed(
        "submit", "提请验收", "提请验收", "已提请验收，由另一个人去看",
        lambda problem, form, who: problems.submit(problem, form.words.data, form.on.data, *_by(who, form)),
        forms.SubmitForm,
        when=_can(_E.SUBMIT),
        hint="说改好了的，记在这里。验收要由另一个人做，凭整改后的照片或现场。",
    ),
    Deed(
        "clear", "验收合格，销号", "验收合格，销号", "已销号",
        lambda problem, form, who: problems.clear(problem, form.words.data, form.on.data, *_by(who, form)),
        forms.ClearForm,
        may=_REVIEW,
        when=_can(_E.CLEAR),
        hint="凭整改后的照片，或者去现场看过，才能销号。提请验收的人不能自己验收。",
    ),
    Deed(
        "reject", "验收不合格", "退回继续整改", "已退回继续整改",
        lambda problem, form, who: problems.reject(problem, form.words.data, *_by(who, form)),
        forms.RejectForm,
        may=_REVIEW,
        when=_can(_E.REJECT),
    ),
    Deed(
        "set_deadline", "定整改期限", "定下期限", "期限已定",
        lambda problem, form, who: problems.set_deadline(problem, form.deadline.data, *_by(who, form)),
        forms.DeadlineForm,
        when=lambda problem: _own_deadline(problem) and problem.deadline is None,
        hint="不发整改通知书的，在这里定。发通知书的，期限从送达那天算。",
    ),
    Deed(
        "move_deadline", "改整改期限", "改期限", "期限已改，原来的留在记录里",
        lambda problem, form, who: problems.set_deadline(
            problem, form.deadline.data, *_by(who, form), form.reason.data
        ),
        forms.MoveDeadlineForm,
        when=lambda problem: _own_deadline(problem) and problem.deadline is not None,
    ),
    Deed(
        "hand_to_enforcement", "移交执法", "移交执法", "已移交执法",
        lambda problem, form, who: problems.hand_to_enforcement(
            problem, form.to.data, form.words.data, form.on.data, *_by(who, form)
        ),
        forms.HandForm,
        may=_REVIEW,
        when=_can(_E.HAND_TO_ENFORCEMENT),
        danger=True,
    ),
    Deed(
        "list_for_supervision", "挂牌督办", "记下挂牌督办", "已记下挂牌督办",
        lambda problem, form, who: problems.list_for_supervision(
            problem, form.by.data, form.until.data, form.on.data, *_by(who, form)
        ),
        forms.ListForm,
        may=_REVIEW,
        when=_may_be_listed,
        hint="重大火灾隐患由政府挂牌督办。",
    ),
    Deed(
        "delist", "摘牌", "记下摘牌", "已摘牌",
        lambda problem, form, who: problems.delist(problem, form.words.data, form.on.data, *_by(who, form)),
        forms.DelistForm,
        may=_REVIEW,
        when=_is_listed,
    ),
    Deed(
        "note", "内部记录", "记下", "已记下",
        lambda problem, form, who: problems.note(problem, form.words.data, *_by(who, form)),
        forms.NoteForm,
        when=_can(_E.NOTE),
    ),
    Deed(
        "void", "撤销登账", "撤销登账", "已撤销登账，不再计入统计",
        lambda problem, form, who: problems.void(problem, form.reason.data, *_by(who, form)),
        forms.VoidForm,
        may=_REVIEW,
        when=lambda problem: allows(problem.status, _E.VOID) and problem.notice_id is None,
        danger=True,
        hint="只有登错了才撤销。改好了的，走验收销号。",
    ),
)  # fmt: skip

_LEADS = {
    ProblemStatus.SUBMITTED: ("clear",),
    ProblemStatus.IN_PROGRESS: ("submit",),
    ProblemStatus.NOTICE_ISSUED: ("start",),
    ProblemStatus.ENFORCEMENT: ("submit",),
}
"""What is to be done next. Of one just entered: a notice, which is drafted elsewhere."""


def lead_of(problem: Problem, found: list[Deed[Problem]]) -> Deed[Problem] | None:
    """Return what is to be done next with a problem; None where others are waited for."""
    wanted = _LEADS.get(problem.status, ())
    return next((deed for deed in found if deed.name in wanted), None)
