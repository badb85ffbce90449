"""Mails to the writer of a case: that there is news, never what. Entered with the step that is the news.

A mail is read by every server on the way, and its title by whoever sees a telephone's screen, perhaps in the
home itself. So neither the word complaint nor anything of the case stands in a title, and none of the case's
words, its home or its kind in a body.
"""

from __future__ import annotations

from flask import current_app

from portal.complaints.models import Case, CaseRound
from portal.complaints.service.words import person_of
from portal.config import Settings
from portal.domain.case_status import CaseEvent
from portal.domain.day_words import cn_day
from portal.notify.outbox import send_later

KIND = "case_notice"

_TITLE = "您登记的事项有新进展（编号尾号{tail}）"

_NEWS = {
    CaseEvent.LODGE: "您登记的事项，我们收到了。",
    CaseEvent.ACCEPT: "您登记的事项已经受理。",
    CaseEvent.REFUSE: "您登记的事项有了是否受理的答复，请看其中的理由。",
    CaseEvent.TRANSFER: "您登记的事项转给了负责的部门或地区，期限不变。",
    CaseEvent.FIRST_ANSWER: "您登记的事项有了首次答复。",
    CaseEvent.INTERIM_REPLY: "您登记的事项有新的进展说明。",
    CaseEvent.ASK: "为了把事情查清楚，我们有一个问题想问您。请查询时回答。",
    CaseEvent.END_PAUSE: "我们没有等到您的回答，先按现有的情况接着办。您仍然可以补充。",
    CaseEvent.EXTEND: "您登记的事项需要多一些时间，请看理由和新的期限。",
    CaseEvent.REPLY: "您登记的事项已经答复。请查看，并告诉我们您是否满意。",
    CaseEvent.ASK_AGAIN: "您要求重新办理，我们收到了，会换人办理，期限重新计算。",
}
"""What is told of, and how."""

_BODY = """您好：

{news}
{due}
查看内容，请打开 {address}
填写登记时给您的登记编号和查询码。为了保护您，邮件里不写具体内容。

登记编号的最后四位是 {tail}。请不要回复这封邮件。
{site}
"""


def notify(case: Case, event: CaseEvent, current: CaseRound) -> None:
    """Enter a mail to the writer if they gave an address and the event is news to them. Flushes.

    ``current``: the handling that runs, whose last days are told while an answer is owed.
    """
    news = _NEWS.get(event)
    if news is None or not case.has_mail:
        return
    person = person_of(case)
    if person is None or not person.mail:
        return
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    tail = case.receipt[-4:]
    body = _BODY.format(
        news=news,
        due=_due(current),
        address=f"{settings.base_url}/complaints/track",
        tail=tail,
        site=settings.site_name,
    )
    send_later(case.subject, person.mail, _TITLE.format(tail=tail), body, KIND)


def _due(current: CaseRound) -> str:
    if current.final_answered_at is not None or current.withdrawn_at is not None:
        return ""
    if current.first_answered_at is None:
        return f"最晚{cn_day(current.first_due)}答复您。\n"
    return f"最晚{cn_day(current.final_due)}办完并答复您。\n"
