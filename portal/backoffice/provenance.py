"""What stands under every change: which document says so, of which day, and, for a correction, why (R14)."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import DateField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import URL, InputRequired, Length, Optional

from portal import clock
from portal.backoffice.context import the_caller
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source

_KINDS = (
    (SourceKind.DOCUMENT, "文件、证书或公告"),
    (SourceKind.INSPECTION, "检查或现场核实"),
    (SourceKind.INSTITUTION_STATEMENT, "机构自己申报"),
    (SourceKind.STAFF_ENTRY, "工作人员掌握的情况"),
)


class ProvenanceForm(StaffForm):
    """The part of a form that says where a change comes from."""

    source_kind = SelectField("来源种类", choices=choices((kind.value, words) for kind, words in _KINDS))
    source_title = StringField(
        "来源名称",
        [InputRequired("请写明来源，例如“2026年等级评定结果公告”"), Length(max=300)],
        filters=[trimmed],
    )
    source_publisher = StringField("发布单位", [Length(max=200)], filters=[trimmed])
    source_number = StringField("文号或证书号", [Length(max=100)], filters=[trimmed])
    source_url = StringField(
        "网址",
        [Optional(), Length(max=500), URL(message="网址应以 http:// 或 https:// 开头")],
        filters=[trimmed],
    )
    as_of = DateField("数据日期", [InputRequired("请写明这些情况是哪一天的")])
    reason = TextAreaField("更正原因", [Length(max=1000)], filters=[trimmed])

    def validate_as_of(self, field: Any) -> None:
        """Refuse what has not happened yet."""
        if isinstance(field.data, date) and field.data > clock.today():
            raise ValidationError("数据日期晚于今天，尚未发生的事不能登记为事实")

    def provenance(self) -> Provenance:
        """Enter the source and return what the change rests on. Flushes."""
        reason = (self.reason.data or None) if self.reason else None  # a form of new facts leaves it out
        source = enter_source(
            self.source_title.data,
            self.as_of.data,
            SourceKind(self.source_kind.data),
            publisher=self.source_publisher.data or None,
            document_number=self.source_number.data or None,
            url=self.source_url.data or None,
        )
        return Provenance(source, self.as_of.data, the_caller().actor, reason)
