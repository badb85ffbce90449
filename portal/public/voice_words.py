"""What people are told about their voice: that it counts, or why it stands apart, or what to do first."""

from __future__ import annotations

from dataclasses import dataclass

from portal.voices.challenge import Refusal
from portal.voices.kinds import Apart, VoiceKind
from portal.voices.service import Gave, Given


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about what became of a press, and its tone: ``good``, ``soon`` or ``plain``."""

    text: str
    tone: str = "good"


_LATER = "您的意见没有丢：先单独列出，工作人员核对以后可以并入总数。"
SAID: dict[str, Said] = {
    "counted": Said("收到了，已经计入。谢谢您。"),
    "changed": Said("已经改成您这次选的。"),
    "again": Said("您已经表达过了，一人只算一次。", "plain"),
    "back": Said("已经收回。", "plain"),
    "none": Said("在这台设备上没有找到您的记录，没有可收回的。", "plain"),
    "elsewhere": Said("这一下不是在本站的页面上按的，没有收回。要收回，请在这里再按一次。", "soon"),
    "closed": Said("已经截止，不能再改动了。", "soon"),
    f"apart-{Apart.ADDRESS}": Said(
        f"收到了。从您这条网络线路来的已经不少（一家机构、一个村共用一条线路时常有），{_LATER}", "soon"
    ),
    f"apart-{Apart.NETWORK}": Said(
        f"收到了。从您附近的网络来的已经不少（手机上网常常很多人共用一个出口），{_LATER}", "soon"
    ),
    f"apart-{Apart.SURGE}": Said(f"收到了。这一阵来得特别急，一时分不清真人和机器，{_LATER}", "soon"),
    f"apart-{Apart.WAITED}": Said(
        f"收到了。设备没有做验算、改为等候的人，这一项上已经比较多，{_LATER}", "soon"
    ),
    f"apart-{Apart.PATTERN}": Said(f"收到了。这一批的样子像机器，要由人看一看，{_LATER}", "soon"),
    f"apart-{Apart.STAFF}": Said(f"收到了。这一批正由工作人员核对，{_LATER}", "soon"),
}


def code_of(given: Given) -> str:
    """Return the word of ``SAID`` for what became of a voice."""
    if given.how is Gave.AGAIN:
        return "again"
    if given.why_apart is not None:
        return f"apart-{given.why_apart}"
    return "counted" if given.how is Gave.FRESH else "changed"


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a press lacks."""

    work: int
    refusal: Refusal | None = None
    ticket: str | None = None
    """The ticket to come with again, where waiting longer is all."""
    no_cookie: bool = False

    @property
    def problem(self) -> str:
        """What was wrong with what came, empty for a first press."""
        if self.no_cookie:
            return "您的浏览器没有保存本站的标记（Cookie），请在设置里允许，再按“继续”。"
        return "" if self.refusal is None else _PROBLEMS[self.refusal]


_PROBLEMS = {
    Refusal.NOT_OURS: "这一步隔得太久了，请再来一次。",
    Refusal.EARLY: "时间还没到，请再等一会儿。",
    Refusal.WRONG: "设备没有算对，请再来一次。",
    Refusal.SPENT: "这一次已经用过了，请再来一次。",
    Refusal.TOO_LITTLE: "这会儿来的人更多了，要再核对一次，对不起。",
}


def why_asked(kind: VoiceKind, asked: AskedFor) -> str:
    """Return why something is asked before the voice is taken."""
    if asked.work == 0:
        return "请再按一次“继续”，确认是您自己要表达的，不是别的网站替您按的。"
    what = "这条建议" if kind is VoiceKind.SUGGESTION else "这一项"
    return (
        f"最近在{what}上，或者从您所在的网络，来表达的人比较多。为了分清真人和机器，请您的设备做一道小算术题。"
        "不用您动手，也不会传走任何个人信息。"
    )
