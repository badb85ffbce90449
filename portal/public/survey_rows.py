"""Figures of the call-back as people read them: question by question, with the last round beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.questionnaires import SKIPPED, Question, Questionnaire
from portal.domain.survey_figures import content, share
from portal.public.charts import Stack, StackChart, stack_chart
from portal.surveys.queries.figures import Place
from portal.surveys.queries.rows import SKIPPED_LABEL

_HIDDEN = "hidden"
_TONES = 5


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One answer: how many gave it. ``count`` None: left out. Shares in hundredths, None where not told."""

    label: str
    tone: str
    count: int | None
    share: int | None
    before: int | None

    @property
    def change(self) -> int | None:
        """Hundredths more (or, below zero, fewer) than in the last round."""
        return None if self.share is None or self.before is None else self.share - self.before


@dataclass(frozen=True, slots=True)
class QuestionRows:
    """One question at one place."""

    question: Question
    rows: tuple[ChoiceRow, ...]
    answered: int
    content: int | None
    """How many in a hundred gave a good answer."""
    content_before: int | None

    @property
    def change(self) -> int | None:
        """Hundredths more (or fewer) than in the last round."""
        if self.content is None or self.content_before is None:
            return None
        return self.content - self.content_before


def question_rows(asked: Questionnaire, place: Place, before: Place | None) -> list[QuestionRows]:
    """Return every question of a place, with the last round's figures of the same place beside them."""
    return [_question(question, place, before) for question in asked.questions if question.key in place.shown]


def questions_chart(questions: Sequence[QuestionRows]) -> StackChart:
    """Return one bar for each question, all equally long; what is left out is one hatched stretch."""
    return stack_chart([Stack(one.question.title, said(one), parts(one)) for one in questions], shares=True)


def parts(one: QuestionRows) -> tuple[tuple[str, int], ...]:
    """Return the stretches of a question's bar by tone; what is left out is one stretch at its end."""
    shown = [(row.tone, row.count) for row in one.rows if row.count]
    rest = one.answered - sum(count for _, count in shown)
    return (*shown, (_HIDDEN, rest)) if rest > 0 else tuple(shown)


def said(one: QuestionRows) -> str:
    """82%，比上次多3个百分点, as the bar's own words."""
    if one.content is None:
        return ""
    words = f"{one.content}%"
    return words if one.change is None else f"{words}，{change_words(one.change)}"


def good_words(question: Question) -> str:
    """Return how the good answers of a question are called together: 满意和很满意, 很快就来."""
    good = [choice.label for choice in question.choices if choice.key in question.good]
    return "满意、很满意" if len(good) == 2 else f"“{good[0]}”"


def change_words(change: int) -> str:
    """Return a change in hundredths in words."""
    if change == 0:
        return "和上次一样"
    return f"比上次{'多' if change > 0 else '少'}{abs(change)}个百分点"


def tones(question: Question) -> dict[str, str]:
    """Return the tone of each choice: dark for good answers, pale for the middle, ink for bad ones."""
    order = {choice.key: f"tone-{number}" for number, choice in enumerate(question.choices, 1)}
    if len(question.good) == 1:
        bad = iter(range(3, _TONES + 1))
        order = {
            choice.key: "tone-1" if choice.key in question.good else f"tone-{next(bad, _TONES)}"
            for choice in question.choices
        }
    return {**order, SKIPPED: "tone-none"}


def _question(question: Question, place: Place, before: Place | None) -> QuestionRows:
    counts = place.shown[question.key]
    then = {} if before is None else before.shown.get(question.key, {})
    colours = tones(question)
    named = [*((choice.key, choice.label) for choice in question.choices), (SKIPPED, SKIPPED_LABEL)]
    rows = tuple(
        ChoiceRow(
            label,
            colours[key],
            counts.get(key, 0),
            share(counts.get(key, 0), place.answered),
            share(then[key], before.answered) if before is not None and key in then else None,
        )
        for key, label in named
    )
    was = content(question, then, before.answered) if before is not None and then else None
    return QuestionRows(question, rows, place.answered or 0, content(question, counts, place.answered), was)
