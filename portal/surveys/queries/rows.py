"""Every figure of a round as rows of a file: what is left out is said to be left out."""

from __future__ import annotations

from collections.abc import Iterator

from portal.domain.questionnaires import SKIPPED, Audience, Question, questionnaire
from portal.domain.survey_figures import FEW
from portal.reference.directory import region_directory
from portal.surveys.kinds import Level
from portal.surveys.queries.figures import Place, places
from portal.surveys.queries.rounds import RoundView

SKIPPED_LABEL = "没有答"
HEADER = (
    "问了谁", "范围", "区县", "机构", "机构编号", "发出", "收回", "题目", "答案", "人数", "说明",
)  # fmt: skip
_LEFT_OUT = f"少于{FEW}人（也可能没有人），或者为了不被推算出来"


def figure_rows(found: RoundView) -> Iterator[tuple[object, ...]]:
    """Yield a row for each audience, place, question and answer, under ``HEADER``."""
    directory = region_directory()
    for audience in Audience:
        asked = questionnaire(found.questionnaire, audience)
        for place in places(found.id, audience, tuple(Level)):
            begins = (
                audience,
                place.level,
                directory.label(place.region_code) if place.region_code else "",
                place.label if place.level in (Level.HOME, Level.OTHER_HOMES) else "",
                place.home_id,
                place.handed_out,
                f"少于{FEW}" if place.answered is None else place.answered,
            )
            if not place.shown:
                yield (*begins, "", "", "", "收到的回答太少，不公布")
            for question in asked.questions:
                yield from ((*begins, *cells) for cells in _cells(question, place))


def _cells(question: Question, place: Place) -> Iterator[tuple[object, ...]]:
    counts = place.shown.get(question.key)
    if counts is None:
        return
    for key, label in [*((one.key, one.label) for one in question.choices), (SKIPPED, SKIPPED_LABEL)]:
        count = counts.get(key)
        yield question.text, label, "" if count is None else count, _LEFT_OUT if count is None else ""
