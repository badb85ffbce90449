"""The lines of a two-way review: each figure with its name, what it is out of, where it comes from (R46)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.domain.county_review import ReviewFigures, percent


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a cell. ``whole`` None: a bare count; both None: too few to be told, or not kept yet."""

    part: int | None
    whole: int | None = None
    sharing: bool = True
    """True where a share in percent is given too, if there are enough."""

    @property
    def percent(self) -> int | None:
        """The share, None where none is given."""
        if self.part is None or self.whole is None or not self.sharing:
            return None
        return percent(self.part, self.whole)


UNTOLD = Value(None)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. ``why``: what is said where it is not told."""

    key: str
    title: str
    unit: str
    read: Callable[[ReviewFigures], Value]
    why: str = "不单列"


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one kind. ``source``: what was counted."""

    key: str
    title: str
    source: str
    lines: tuple[Line, ...]


def _complaint(read: Callable[[ReviewFigures], Value]) -> Callable[[ReviewFigures], Value]:
    return lambda figures: UNTOLD if figures.complaints is None else read(figures)


def _column(read: Callable[[ReviewFigures], Value]) -> Callable[[ReviewFigures], Value]:
    return lambda figures: UNTOLD if figures.column is None else read(figures)


def _first(figures: ReviewFigures) -> Value:
    assert figures.complaints is not None
    return Value(figures.complaints.first_in_time, figures.complaints.first_judged)


def _final(figures: ReviewFigures) -> Value:
    assert figures.complaints is not None
    return Value(figures.complaints.final_in_time, figures.complaints.final_judged)


def _rated(figures: ReviewFigures) -> Value:
    assert figures.complaints is not None
    return Value(figures.complaints.satisfied, figures.complaints.rated)


def _received(figures: ReviewFigures) -> Value:
    assert figures.complaints is not None
    return Value(figures.complaints.received)


def _suggestions(figures: ReviewFigures) -> Value:
    assert figures.column is not None
    return Value(figures.column.suggestions)


def _answered(figures: ReviewFigures) -> Value:
    assert figures.column is not None
    return Value(figures.column.answered_in_time, figures.column.answer_judged)


def _topics(figures: ReviewFigures) -> Value:
    assert figures.column is not None
    return Value(figures.column.topics_at_work)


def _targets(figures: ReviewFigures) -> Value:
    assert figures.column is not None
    return Value(figures.column.targets_reached, figures.column.targets, sharing=False)


def _lists(figures: ReviewFigures) -> Value:
    work = figures.work
    return Value(work.lists_in_time, work.lists_in_time + work.lists_late + work.lists_missing, sharing=False)


_NOT_KEPT = "当时还没有这个栏目"

GROUPS: tuple[Group, ...] = (
    Group(
        "problems",
        "问题整改",
        "本平台登账的每一个问题",
        (
            Line("found", "登账的问题", "个", lambda one: Value(one.problems.found)),
            Line(
                "in_time",
                "到期的里面，按期改好",
                "个",
                lambda one: Value(one.problems.in_time, one.problems.judged),
            ),
            Line("overdue", "逾期没改好", "个", lambda one: Value(one.problems.overdue)),
            Line("recurred", "改好又反弹", "个", lambda one: Value(one.problems.recurred)),
            Line(
                "major",
                "重大隐患，已经销号",
                "处",
                lambda one: Value(one.problems.major_cleared, one.problems.major, sharing=False),
            ),
            Line("cleared", "当季销号（不管哪天登账）", "个", lambda one: Value(one.problems.cleared)),
            Line("open", "统计那天，一共没改好", "个", lambda one: Value(one.problems.open_now)),
        ),
    ),
    Group(
        "complaints",
        "投诉答复",
        "本平台登记的每一件投诉",
        (
            Line("received", "收到的投诉", "件", _complaint(_received)),
            Line("first", "首次答复按时", "件", _complaint(_first)),
            Line("final", "办理答复按时", "件", _complaint(_final)),
            Line("rated", "评价满意、基本满意", "件", _complaint(_rated)),
        ),
    ),
    Group(
        "work",
        "检查、通知和清单",
        "本平台的检查记录、整改通知书和四张清单",
        (
            Line("visits", "检查", "次", lambda one: Value(one.work.visits)),
            Line("notices", "发出整改通知书", "份", lambda one: Value(one.work.notices)),
            Line("lists", "四张清单按时报送", "个月", _lists),
        ),
    ),
    Group(
        "column",
        "点题整治",
        "本平台登记的点题和整治项目",
        (
            Line("suggestions", "收到的点题", "条", _column(_suggestions), _NOT_KEPT),
            Line("answered", "点题按时答复", "条", _column(_answered), _NOT_KEPT),
            Line("topics", "正在整治的项目", "个", _column(_topics), _NOT_KEPT),
            Line("targets", "项目目标，已经达到", "个", _column(_targets), _NOT_KEPT),
        ),
    ),
)
"""In the order in which pages and files show them."""


def why_untold(line: Line, figures: ReviewFigures) -> str:
    """Return what is said in place of a figure that is not told."""
    if line.key == "rated" and figures.complaints is not None:
        return "评价的人太少，不单列"
    return line.why


def change(now: Value, before: Value | None) -> str | None:
    """Return how a figure changed in words; None where the two can't be set side by side."""
    if before is None or now.part is None or before.part is None:
        return None
    if now.whole is not None and now.sharing:
        if now.percent is None or before.percent is None:
            return None
        return _words(now.percent - before.percent, "个百分点", "高", "低")
    if now.whole is not None:
        return None
    return _words(now.part - before.part, "", "多", "少")


def _words(difference: int, unit: str, more: str, less: str) -> str:
    if not difference:
        return "一样"
    return f"{more if difference > 0 else less}{abs(difference)}{unit}"
