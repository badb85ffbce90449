"""Forms of penalties, commendations, exposures and the credit list: entering, publishing, ending."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.backoffice.deeds import not_to_come, sure_field
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.problem_forms import line_field, longest
from portal.backoffice.versioned_form import REASON_LONGEST, WORDS_LONGEST, VersionedForm, words_field
from portal.glossary import label
from portal.supervision.kinds import CreditKind

FACTS = (
    "title", "reason", "legal_basis", "authority", "document_number", "content", "decided_on", "until",
)  # fmt: skip
_YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


class CreditWords(StaffForm):
    """What is said of an entry, when it is made and when it is put right."""

    title = line_field("标题", "请写标题", "例如“消防设施不合格，罚款3万元”。")
    reason = words_field("事由", "请写事由", "因为什么事。公众会读到：不写个人的姓名、身份证号、病情。")
    content = TextAreaField(
        "决定了什么",
        [longest(WORDS_LONGEST)],
        filters=[trimmed],
        description="处罚的内容、表扬的名目，或者列入失信名单以后受到的限制。公众会读到。",
    )
    amount = StringField(
        "罚款（元）", [Length(max=20)], filters=[trimmed], description="没有罚款就不填。例如30000或800.50。"
    )
    legal_basis = line_field("法律依据", "请写法律依据", "写到条款。", most=300)
    authority = line_field("决定机关", "请写决定机关")
    document_number = StringField("文号", [longest(60)], filters=[trimmed])
    decided_on = DateField("哪天决定的", [InputRequired("请填写日期"), not_to_come])
    until = DateField(
        "公开到哪一天",
        [Optional()],
        description="这一天以后自动删除，网站上哪里也查不到。只有表扬可以不填。",
    )
    problem = StringField(
        "因为哪个问题", [Length(max=40)], filters=[trimmed],
        description="由台账里的问题移交执法来的，填它的编号。",
    )  # fmt: skip

    def validate_amount(self, field: Any) -> None:
        """An amount in yuan, to the fen."""
        if field.data and _fen(field.data) is None:
            raise ValidationError("请填金额（元），最多两位小数，例如30000或800.50")

    @property
    def facts(self) -> dict[str, Any]:
        """Return what was typed, as an entry's columns; the problem is looked up elsewhere."""
        found: dict[str, Any] = {name: self[name].data or None for name in FACTS}
        return {**found, "amount_fen": _fen(self.amount.data or "")}

    def show(self, values: Mapping[str, Any]) -> None:
        """Show what an entry says."""
        for name in FACTS:
            self[name].data = values[name]
        fen = values["amount_fen"]
        self.amount.data = "" if fen is None else f"{fen // 100}" if fen % 100 == 0 else f"{fen / 100:.2f}"


class CreditForm(CreditWords):
    """A new entry. Which home, and which kind, stands from then on."""

    q = StringField("名称或地址里的字", [Length(max=100)], filters=[trimmed])
    home = HiddenField(filters=[trimmed])
    kind = RadioField(
        "哪一种", [InputRequired("请选一种")], choices=choices((one.value, label(one)) for one in CreditKind)
    )


class EditForm(VersionedForm, CreditWords):
    """An entry, put right."""


class PublishForm(VersionedForm):
    """That everybody may read it."""

    sure = sure_field("内容核对过，没有个人的姓名、号码、病情，可以公开")


class RepairForm(VersionedForm):
    """By which decision credit was repaired."""

    reason = words_field(
        "信用修复的依据",
        "请写明信用修复的依据",
        "例如准予修复的决定书和文号。只留在操作记录里。",
        REASON_LONGEST,
    )
    sure = sure_field("删除以后恢复不了：网站、历史、搜索、导出里都不再有，只在操作记录里留存")


class RevokeForm(VersionedForm):
    """Why an entry should never have stood, or no longer stands."""

    reason = words_field("为什么撤销", "请写明为什么撤销", "只留在操作记录里。", REASON_LONGEST)
    sure = sure_field("删除以后恢复不了：网站、历史、搜索、导出里都不再有，只在操作记录里留存")


def _fen(text: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removeprefix("¥").removesuffix("元").strip()
    found = _YUAN.fullmatch(plain)
    return None if found is None else int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
