"""What a writer says later by telephone, in a letter or at the counter, entered by staff. As ``handling``."""

from __future__ import annotations

from portal.complaints.kinds import Channel
from portal.complaints.models import Case
from portal.complaints.reach import Reach
from portal.complaints.service.clocks import end_pause
from portal.complaints.service.naming import exclude_named_in
from portal.complaints.service.rights import arrived, fit_words, may_handle, told_who_was_quicker
from portal.complaints.service.steps import step
from portal.domain.case_status import CaseEvent, CaseRefused, CaseStatus

HEARD = (Channel.PHONE, Channel.LETTER, Channel.VISIT)
"""How it may have come; on the web the writer writes without us."""


@told_who_was_quicker
def hear(case: Case, words: str, channel: Channel, reach: Reach, seen: int) -> None:
    """Enter what the writer said: the answer, where the case waits for one, else an addition.

    The pause of a question ends as by the writer's own answer. The line names who entered it, says so, and is
    the writer's to read: a wrong word is seen.
    """
    event = CaseEvent.ANSWER_QUESTION if case.status is CaseStatus.WAITING else CaseEvent.ADD
    may_handle(case, reach, seen, event)
    if channel not in HEARD:
        raise CaseRefused("网上补充的，由投诉人自己写。")
    words = fit_words(words, "请写投诉人说了什么。")
    arrived(case, reach)
    if event is CaseEvent.ANSWER_QUESTION:
        end_pause(case)
    step(case, event, reach.actor, words=words, said={"by": "staff", "channel": channel.value})
    exclude_named_in(case, words)
