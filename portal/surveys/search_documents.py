"""What published rounds hand to search: what they are called, where, and the reviewer's remarks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from enum import StrEnum

from portal.domain.actor import Scope
from portal.domain.questionnaires import questionnaire
from portal.reference.directory import region_directory
from portal.search.ports import Document
from portal.surveys.kinds import SURVEY_ROUND
from portal.surveys.queries.rounds import RoundView, published_rounds

_AFTER_CASES = "85"
"""First characters of ``Document.order``: homes, notices and published complaints come before."""
_LATEST = 10**5


class SurveyDocuments:
    """The source of kind ``survey_round``."""

    kind = SURVEY_ROUND

    def __init__(self, label: Callable[[StrEnum], str]) -> None:
        self._label = label

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these rounds (None: all) that were published."""
        regions = region_directory()
        for one in published_rounds(ids, scope):
            codes = (*(row.code for row in regions.ancestors(one.region_code)), one.region_code)
            details = tuple(self._details(one, regions.path_label(one.region_code, "")))
            order = f"{_AFTER_CASES}{_LATEST - one.which.year * 10 - one.which.number:06d}{one.region_code}"
            yield Document(self.kind, one.id, one.title, (), details, codes, order)

    def _details(self, one: RoundView, place: str) -> Iterator[tuple[str, str]]:
        yield "region", place
        yield "survey_remarks", one.remarks or ""
        for audience in one.responses:
            asked = questionnaire(one.questionnaire, audience)
            yield (
                "survey_questions",
                f"{self._label(audience)}：" + "".join(question.text for question in asked.questions),
            )
