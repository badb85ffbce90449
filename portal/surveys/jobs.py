"""What the worker does for the call-back, each minute. Each piece commits by itself."""

from __future__ import annotations

from portal.audit.acting import Acting, acting_as
from portal.domain.actor import SYSTEM
from portal.surveys.service.counting import count_round, rounds_to_count
from portal.surveys.service.forgetting import forget_answers, rounds_to_forget
from portal.surveys.service.mixing import mix_answers
from portal.unit_of_work import unit_of_work


def tend_surveys() -> None:
    """Mix answers that have come in, count rounds that are over, forget what was kept long enough."""
    with unit_of_work():
        mix_answers()
    with unit_of_work():
        over = rounds_to_count()
    for round_id in over:
        with acting_as(Acting(SYSTEM, "survey_counted")), unit_of_work():
            count_round(round_id)
    with unit_of_work():
        old = rounds_to_forget()
    for round_id in old:
        with acting_as(Acting(SYSTEM, "survey_forgotten")), unit_of_work():
            forget_answers(round_id)
