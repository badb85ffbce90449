"""The two fixed questionnaires of the half-yearly call-back (R43): residents, families. Data with a version.

A round keeps the version it was asked with, for good: a question reworded is a new version, and figures of
two rounds are set side by side only where question and choices bear the same keys. Every question has one
answer or none; nobody has to answer any of them. The texts are what people read: plain, one thing each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.errors import DomainError


class Audience(StrEnum):
    """Who is asked."""

    RESIDENTS = "residents"
    FAMILIES = "families"


class NothingAnswered(DomainError):
    """Not one question was answered."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be given. ``key``: how it is kept."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``title``: its two or three words in a table; ``good``: choices that count as content."""

    key: str
    title: str
    text: str
    choices: tuple[Choice, ...]
    good: frozenset[str]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What one audience is asked in one version."""

    version: str
    audience: Audience
    questions: tuple[Question, ...]

    def question(self, key: str) -> Question | None:
        """Return the question of a key."""
        return next((one for one in self.questions if one.key == key), None)


CURRENT = "1"
"""The version that new rounds are asked with."""
SKIPPED = "skipped"
"""The key under which it is counted that somebody left a question out."""
OVERALL = "overall"
"""The question that both audiences have and lists show."""


def questionnaire(version: str, audience: Audience) -> Questionnaire:
    """Return a questionnaire. KeyError for a version that there never was."""
    return _ALL[version, audience]


def read_answers(asked: Questionnaire, given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers by key of question, whatever else was sent left out.

    Raises NothingAnswered.
    """
    found = {
        question.key: value
        for question in asked.questions
        if any(choice.key == (value := given.get(question.key, "")) for choice in question.choices)
    }
    if not found:
        raise NothingAnswered("还没有选。请至少答一题；不想答的可以空着。")
    return found


def _grades(key: str, title: str, text: str) -> Question:
    return Question(key, title, text, _GRADES, frozenset({"very_good", "good"}))


def _asked(key: str, title: str, text: str, good: str, *choices: tuple[str, str]) -> Question:
    return Question(key, title, text, tuple(Choice(*one) for one in choices), frozenset(good.split()))


_GRADES = (
    Choice("very_good", "很满意"),
    Choice("good", "满意"),
    Choice("fair", "一般"),
    Choice("bad", "不满意"),
    Choice("very_bad", "很不满意"),
)
_HEARD = (
    ("solved", "有人管，办好了"),
    ("unsolved", "有人管，没有办好"),
    ("ignored", "没有人管"),
    ("afraid", "有意见，不敢提"),
    ("none", "没有提过意见"),
)
_CLEAR = (("yes", "清楚"), ("no", "不清楚"), ("unsure", "说不上来"))
_RESIDENTS = (
    _grades("care", "照料", "平时照顾您的人，照顾得怎么样？"),
    _grades("kindness", "态度", "工作人员对您说话、做事，态度怎么样？"),
    _grades("meals", "饭菜", "这里的饭菜怎么样？"),
    _asked(
        "night", "夜里叫人", "夜里有事叫人，多久有人来？", "soon",
        ("soon", "很快就来"), ("late", "要等好一会儿"), ("nobody", "常常没有人来"), ("never", "没有叫过"),
    ),
    _grades("safety", "安全", "住在这里，安不安全（防滑、防火、门窗、电器）？"),
    _asked("fees_clear", "收费清楚", "每个月交的钱都花在哪些地方，您清楚吗？", "yes", *_CLEAR),
    _asked("complaints", "意见有人管", "对这里提过意见的话，有人管吗？", "solved", *_HEARD),
    _grades(OVERALL, "总的来说", "总的来说，住在这里您满意吗？"),
)  # fmt: skip
_FAMILIES = (
    _grades("care", "照料", "对老人的照料，您满意吗？"),
    _grades("kindness", "态度", "工作人员对老人、对您的态度，您满意吗？"),
    _grades("meals", "饭菜", "对老人的饭菜，您满意吗？"),
    _asked(
        "informed", "有事告诉家里", "老人身体、情绪有变化，院里告诉您吗？", "at_once",
        ("at_once", "当天就告诉"), ("late", "过几天才告诉"), ("never", "不告诉，要自己问"),
        ("nothing", "还没有过变化"),
    ),
    _grades("safety", "安全", "对那里的安全（防滑、防火、走失、用药），您放心吗？"),
    _asked("fees_clear", "收费清楚", "每个月交的钱都花在哪些地方，您清楚吗？", "yes", *_CLEAR),
    _asked(
        "fees_extra", "没有另外收钱", "有没有收过合同、公示上没有写的钱？", "no",
        ("no", "没有"), ("yes", "有"), ("unsure", "说不上来"),
    ),
    _asked("complaints", "意见有人管", "对那里提过意见的话，有人管吗？", "solved", *_HEARD),
    _grades(OVERALL, "总的来说", "总的来说，把老人托付给那里，您满意吗？"),
)  # fmt: skip
_ALL = {
    (version, audience): Questionnaire(version, audience, questions)
    for version, audience, questions in (
        ("1", Audience.RESIDENTS, _RESIDENTS),
        ("1", Audience.FAMILIES, _FAMILIES),
    )
}
