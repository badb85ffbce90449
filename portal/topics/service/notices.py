"""Mails to the writer of a suggestion, if they left an address: that there is news, never what.

A mail is read by every server on the way. So none of the suggestion's words stand in it, and its title tells
not even that it is about a suggestion.
"""

from __future__ import annotations

from portal.domain.suggestion_status import SuggestionEvent
from portal.notify.outbox import send_later
from portal.topics.models import Suggestion
from portal.topics.service.settings import settings
from portal.topics.service.words import contact_of

KIND = "suggestion_notice"

_TITLE = "您登记的事项有新进展（编号尾号{tail}）"

_NEWS = {
    SuggestionEvent.RECEIVE: "您的点题，我们收到了。",
    SuggestionEvent.PUBLISH: "您的点题已经公开，大家可以看到，也可以支持。",
    SuggestionEvent.DECLINE: "您的点题没有公开，或者不再公开，请看理由。",
    SuggestionEvent.MERGE: "您的点题和另一条说的是一回事，已经合在一起。",
    SuggestionEvent.SEND_TO_COMPLAINTS: "您写的事更适合走投诉，那样有答复期限。写过的内容可以带过去。",
    SuggestionEvent.SEND_TO_DISCIPLINE: "您写的事由纪检监察机关受理，请看怎样反映。",
    SuggestionEvent.ANSWER: "您的点题有了答复。",
    SuggestionEvent.ADOPT: "您的点题收进了整治项目或者候选项目。",
    SuggestionEvent.REPORT_DONE: "您点的题，我们做了什么，已经公布。",
}
"""What is told of, and how."""

_BODY = """您好：

{news}

查看内容，请打开 {address}
填写登记时给您的登记编号和查询码。

登记编号的最后四位是 {tail}。请不要回复这封邮件。
{site}
"""


def notify(suggestion: Suggestion, event: SuggestionEvent) -> None:
    """Enter a mail to the writer if they gave an address and the event is news to them. Flushes."""
    news = _NEWS.get(event)
    if news is None or not suggestion.has_mail:
        return
    contact = contact_of(suggestion)
    if contact is None or not contact.mail:
        return
    tail = suggestion.receipt[-4:]
    body = _BODY.format(
        news=news,
        address=f"{settings().base_url}/suggestions/track",
        tail=tail,
        site=settings().site_name,
    )
    send_later(suggestion.subject, contact.mail, _TITLE.format(tail=tail), body, KIND)
