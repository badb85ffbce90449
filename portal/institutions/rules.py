"""What must hold between the fields of one record: values in, problems in plain Chinese out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.fees import FeeItem
from portal.domain.grading import GradeScale
from portal.institutions.models import ClosureKind, OperatingState

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that does not hold: said at ``field``; ``about`` names every field it speaks of."""

    field: str
    message: str
    about: frozenset[str]


def problems_of(record_kind: str, values: Values, today: date) -> list[Problem]:
    """Return what is wrong with a record's values (absent or None: not published)."""
    rule = _RULES.get(record_kind)
    return [*_not_yet(record_kind, values, today), *(rule(values, today) if rule else ())]


_EVENTS: dict[str, tuple[str, ...]] = {
    "institution": ("beds_free_as_of",),
    "registration": ("registered_on",),
    "filing": ("filed_on", "first_resident_on"),
    "commitment_letter": ("signed_on",),
    "star_grade": ("issued_on",),
    "concentrated_care": ("free_as_of",),
    "closure_notice": ("announced_on",),
    "compliance": ("assessed_on",),
}
"""Days on which something happened: none of them lies ahead."""


def _not_yet(record_kind: str, values: Values, today: date) -> Iterator[Problem]:
    for name in _EVENTS.get(record_kind, ()):
        if (day := values.get(name)) is not None and day > today:
            yield _problem(name, "这一天还没有到，没有发生的事不能登记为事实")


def _problem(field: str, message: str, *about: str) -> Problem:
    return Problem(field, message, frozenset((field, *about)))


def _in_order(
    values: Values, first: str, then: str, message: str, *, same_day: bool = True
) -> Iterator[Problem]:
    before, after = values.get(first), values.get(then)
    if before is None or after is None:
        return
    if after < before or (after == before and not same_day):
        yield _problem(then, message, first)


def _at_most(values: Values, part: str, whole: str, message: str) -> Iterator[Problem]:
    if values.get(part) is not None and values.get(whole) is not None and values[part] > values[whole]:
        yield _problem(part, message, whole)


def _goes_with(values: Values, name: str, other: str, message: str) -> Iterator[Problem]:
    """``name`` given means that ``other`` has to be given."""
    if values.get(name) is not None and values.get(other) is None:
        yield _problem(other, message, name)


def _institution(values: Values, today: date) -> Iterator[Problem]:
    yield from _at_most(values, "beds_nursing", "beds_total", "护理型床位比床位总数还多")
    yield from _at_most(values, "beds_free", "beds_total", "空床比床位总数还多")
    yield from _goes_with(values, "beds_free", "beds_free_as_of", "请写明空床数是哪一天的")
    yield from _at_most(values, "carers_certified", "carers_total", "持证护理员比护理员总数还多")
    yield from _in_order(values, "contract_from", "contract_to", "合同到期早于合同开始")
    yield from _goes_with(values, "longitude", "position_precision", "请选择这个位置有多准")
    opened = values.get("opened_on")
    ahead = opened is not None and opened > today.isoformat()[: len(opened)]
    if ahead and values.get("operating_state") is not OperatingState.NOT_OPENED:
        yield _problem("opened_on", "开业时间还没有到；运营状态应是“尚未运营”", "operating_state")


def _registration(values: Values, _: date) -> Iterator[Problem]:
    yield from _in_order(values, "registered_on", "deregistered_on", "注销日期早于登记日期")
    yield from _goes_with(values, "deregistered_reason", "deregistered_on", "写了注销原因，请填注销日期")
    if not any(values.get(name) for name in ("register_kind", "authority", "number", "registered_on")):
        yield _problem("authority", "登记机关、证号、日期、类别至少要填一项")


def _filing(values: Values, _: date) -> Iterator[Problem]:
    yield from _in_order(values, "filed_on", "cancelled_on", "撤销备案日期早于备案日期")
    yield from _goes_with(values, "cancelled_reason", "cancelled_on", "写了撤销原因，请填撤销备案日期")
    yield from _goes_with(values, "cancelled_on", "cancelled_reason", "请写明撤销备案的原因")
    if not any(values.get(name) for name in ("authority", "number", "filed_on")):
        yield _problem("authority", "备案机关、编号、日期至少要填一项")


def _star_grade(values: Values, _: date) -> Iterator[Problem]:
    national = values.get("scale") is GradeScale.NATIONAL
    if national and values.get("level") is None:
        yield _problem("level", "国家标准的等级是一级到五级，请选择", "scale")
    if values.get("scale") is GradeScale.LOCAL:
        if values.get("level") is not None:
            yield _problem(
                "level", "地方标准的等级不能写成一级到五级；请留空，在“证书写法”里照原样写", "scale"
            )
        if values.get("as_written") is None:
            yield _problem("as_written", "地方标准的等级，请照证书上的写法填，例如“四叶级”", "scale")
    yield from _in_order(values, "valid_from", "valid_to", "有效期的结束早于开始")
    yield from _in_order(values, "issued_on", "valid_to", "有效期的结束早于评定日期")
    for start in ("valid_from", "issued_on"):
        yield from _in_order(values, start, "revoked_on", "撤销日期早于评定或生效日期")
    yield from _goes_with(values, "revoked_on", "revoked_reason", "请写明撤销的原因")
    yield from _goes_with(values, "revoked_reason", "revoked_on", "写了撤销原因，请填撤销日期")


def _fee_standard(values: Values, _: date) -> Iterator[Problem]:
    for name in ("amount_min_fen", "amount_max_fen"):
        if values.get(name) is not None and values[name] <= 0:
            yield _problem(name, "金额要大于0；免费或没有公布的，不要作为收费标准登记")
    yield from _at_most(values, "amount_min_fen", "amount_max_fen", "最低金额比最高金额还高")
    yield from _in_order(values, "in_force_from", "in_force_to", "执行的结束早于开始")
    if values.get("item") is FeeItem.OTHER and values.get("item_name") is None:
        yield _problem("item_name", "其他费用要写明是什么费用", "item")


def _concentrated_care(values: Values, _: date) -> Iterator[Problem]:
    yield from _in_order(values, "designated_on", "ended_on", "结束日期早于认定日期")
    yield from _at_most(values, "free_places", "quota", "空余名额比名额还多")
    yield from _goes_with(values, "free_places", "free_as_of", "请写明空余名额是哪一天的")


def _closure_notice(values: Values, _: date) -> Iterator[Problem]:
    kind = values.get("kind")
    yield from _in_order(values, "effective_on", "resumes_on", "恢复日期要在开始日期之后", same_day=False)
    if values.get("resumes_on") is not None and kind not in (None, ClosureKind.SUSPENSION):
        yield _problem("resumes_on", "只有暂停服务才有恢复日期", "kind")
    if kind is ClosureKind.MERGER and values.get("successor_id") is None:
        yield _problem("successor_id", "合并的公告要写明并到哪一家", "kind")
    if values.get("successor_id") is not None and values["successor_id"] == values.get("institution_id"):
        yield _problem("successor_id", "接收机构不能是它自己")
    yield from _goes_with(values, "residents_moved", "residents_went", "请写明老人去了哪里")


_RULES: dict[str, Callable[[Values, date], Iterator[Problem]]] = {
    "institution": _institution,
    "registration": _registration,
    "filing": _filing,
    "star_grade": _star_grade,
    "fee_standard": _fee_standard,
    "concentrated_care": _concentrated_care,
    "closure_notice": _closure_notice,
}
