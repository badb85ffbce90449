"""What many of the demo city wished in one month, each in other words: the month's digest shows the word."""

from __future__ import annotations

from portal.topics.demo.wishes import Wish
from portal.topics.kinds import SuggestionKind

_ANSWER = "已请各院和社区在室外建充电棚，楼道里的一律清走，十二月底前查一遍。"
_TOLD = (
    ("敬老院的门厅里电动车排成一排在充电，晚上起火老人跑不掉。", "敬老院门厅不许给电动车充电"),
    ("护工把电动车推进走廊充电，插线板拖到老人床边，看着害怕。", "护工的电动车不要推进走廊充电"),
    ("日间照料中心门口全是电动车，轮椅出不去，能不能划一块地方？", "日间照料中心门口给电动车划地方"),
    ("电动车的电池拿到房间里充，屋里住着三位老人，请管一管。", "电动车电池不要拿进老人房间充"),
    ("我们养老院没有充电棚，送餐的电动车只好停在楼梯口。", "养老院建室外充电棚"),
    ("上个月电动车在楼下冒烟，幸好有人看见。希望养老院的楼里一辆都不要停。", "养老院的楼里不停电动车"),
)

STOOD_OUT: tuple[Wish, ...] = tuple(
    Wish(SuggestionKind.SAFETY, text, title, _ANSWER, voices=2) for text, title in _TOLD
)
