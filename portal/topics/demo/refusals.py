"""What is not made public in the demo city, and why."""

from __future__ import annotations

from dataclasses import dataclass

from portal.topics.kinds import SuggestionKind, WhyNotPublic

_K = SuggestionKind


@dataclass(frozen=True, slots=True)
class Refused:
    """A suggestion that is not made public; ``why`` None: a complaint, or one for 12388."""

    kind: SuggestionKind
    text: str
    why: WhyNotPublic | None
    words: str
    discipline: bool = False


REFUSED: tuple[Refused, ...] = (
    Refused(
        _K.OTHER,
        "本店专营老年保健床垫，理疗按摩一次见效，加微信送鸡蛋。",
        WhyNotPublic.ADVERTISING,
        "这里只收对养老服务的建议，不登广告。",
    ),
    Refused(
        _K.OTHER,
        "学校门口的红绿灯太短，过不了马路。",
        WhyNotPublic.NOT_ELDER_CARE,
        "这件事归公安交管，请打12345，他们会转过去。",
    ),
    Refused(
        _K.CARE,
        "我母亲在橘灯路那家院，上周三护工小陈没给她换尿垫，身上都红了。",
        None,
        "您说的是一件具体的事，走投诉五个工作日内有答复。您写的内容可以直接带过去。",
    ),
    Refused(
        _K.SUBSIDY,
        "反映某某镇分管民政的干部办补贴要收好处费，不给就拖着。",
        None,
        "您反映的是公职人员，由纪检监察机关受理，请拨打12388。这里不公开，也不会转给被反映的单位。",
        discipline=True,
    ),
)
