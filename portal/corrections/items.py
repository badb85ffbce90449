"""What a report can be about: blocks of an institution's page and facts within them, and who keeps them."""

from __future__ import annotations

from portal.domain.permissions import Department, keeps
from portal.institutions.field_labels import BLOCK_TITLES, Block, field_label, fields_of

WHOLE_PAGE = "整页"

_OWN_SKIPPED = frozenset(
    {
        "withdrawn", "latitude", "position_as_written", "position_system", "position_precision",
        "nature_as_written", "other_as_written", "fees_as_written", "grade_as_written", "beds_free_as_of",
        "description",
    }
)  # fmt: skip
"""Columns that people don't know as facts of their own."""

_OWN_LABELS = {"longitude": "地图上的位置"}

_RECORD_ITEMS: dict[Block, dict[str, str]] = {
    Block.REGISTRATION: {
        "registration.authority": "登记机关",
        "registration.number": "登记证号",
        "registration.registered_on": "登记日期",
        "filing.number": "备案编号",
        "filing.filed_on": "备案日期",
    },
    Block.GRADE: {
        "star_grade.level": "等级",
        "star_grade.certificate_number": "证书编号",
        "star_grade.valid_to": "有效期",
    },
    Block.FEES: {
        "fee_standard.bed": "床位费",
        "fee_standard.care": "护理费",
        "fee_standard.meals": "膳食费",
        "fee_standard.all_in": "综合收费",
        "fee_standard.deposit": "押金",
        "fee_standard.other": "其他费用",
    },
    Block.CARE: {
        "concentrated_care.designated_on": "是不是定点机构",
        "concentrated_care.quota": "名额",
        "concentrated_care.fee_text": "收费说明",
    },
    Block.SAFETY: {
        "compliance.service_safety": "服务安全评估",
        "compliance.fire_safety": "消防安全评估",
    },
    Block.CLOSURES: {
        "closure_notice.effective_on": "开始日期",
        "closure_notice.residents_went": "老人去向",
        "closure_notice.contact": "咨询电话",
    },
}

_KINDS = {
    Block.REGISTRATION: "registration",
    Block.GRADE: "star_grade",
    Block.FEES: "fee_standard",
    Block.CARE: "concentrated_care",
    Block.SAFETY: "compliance/service_safety",
    Block.CLOSURES: "closure_notice",
}
_OWN_KIND = "institution"
_FIRE = "compliance.fire_safety"

ALL_KINDS = (_OWN_KIND, *_KINDS.values(), "compliance/fire_safety")
"""Every kind of record a report can be routed by."""


def items_of(about: Block | None) -> dict[str, str]:
    """Return the facts that may be named within a block: item → label; none for the page as a whole."""
    if about is None:
        return {}
    own = {
        f"{_OWN_KIND}.{name}": _OWN_LABELS.get(name) or field_label(_OWN_KIND, name).label
        for name in fields_of(about)
        if name not in _OWN_SKIPPED
    }
    return {**_RECORD_ITEMS.get(about, {}), **own}


def subject_label(about: Block | None, item: str | None) -> str:
    """Return what a report is about in words: 收费 · 床位费, 基本情况, 整页."""
    if about is None:
        return WHOLE_PAGE
    label = items_of(about).get(item or "")
    return f"{BLOCK_TITLES[about]} · {label}" if label else BLOCK_TITLES[about]


def record_kind_of(about: Block | None, item: str | None) -> str:
    """Return the kind of record a report is about: what ``keepers_of`` and ``Scope.may_write`` ask for."""
    if about is None:
        return _OWN_KIND
    if item == _FIRE:
        return "compliance/fire_safety"
    if item is not None and item.startswith(f"{_OWN_KIND}."):
        return _OWN_KIND
    return _KINDS.get(about, _OWN_KIND)


def kinds_kept_by(department: Department | None) -> tuple[str, ...]:
    """Return the kinds of record whose reports a department answers."""
    return () if department is None else tuple(kind for kind in ALL_KINDS if keeps(department, kind))
