"""Forms of records, made from the table of their fields, with where the change comes from beneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectField, StringField, TextAreaField

from portal import glossary
from portal.backoffice.context import the_caller
from portal.backoffice.forms import choices as as_choices
from portal.backoffice.provenance import ProvenanceForm
from portal.backoffice.record_words import LEVELS, NOT_PUBLISHED, SYSTEMS
from portal.backoffice.regions import region_choices
from portal.institutions.editable import EditableField
from portal.institutions.field_labels import Form
from portal.institutions.field_texts import NO, YES, text_of
from portal.reference.directory import region_directory

PREFIX = "f_"
"""Before a field's name in a form: records have a reason of their own, beside that of the change."""

_NUMBERS = frozenset({Form.BEDS, Form.PEOPLE, Form.PLACES, Form.WORKING_DAYS})
HINTS: dict[tuple[str, str], str] = {
    ("institution", "name"): "改名以后，旧名会自动留在“曾用名”里，公众按旧名也查得到。",
    ("institution", "credit_code"): "18位，登记证书上有。",
    ("institution", "opened_on"): "知道到哪天就写到哪天：2003、2003-05或2003-05-01。",
    ("institution", "longitude"): "例如117.63921。经度、纬度和坐标系要一起改。",
    ("institution", "position_system"): "这个坐标是从哪种地图上取的。系统会换算，地图上不会偏。",
    ("institution", "phone"): "单位的电话，可以写几个；不要写个人姓名。",
    ("institution", "predecessor_id"): "换了法人或经营者以前的那一家：填全名，或粘贴它的网页地址。",
    ("closure_notice", "successor_id"): "填接收机构的全名，或粘贴它的网页地址。",
    ("closure_notice", "resumes_on"): "重新开门的第一天；没有说定就留空。",
    ("closure_notice", "contact"): "回答家属问题的办公室和电话；不要写个人姓名。",
    ("fee_standard", "amount_min_fen"): "元，最多两位小数，例如1800或1800.50。",
    ("fee_standard", "amount_max_fen"): "元。只有一个价格时，与最低金额填一样；写“××元起”的，留空。",
    ("fee_standard", "item_name"): "只有“其他费用”要填，例如“空调费”。",
    ("fee_standard", "care_level"): "各护理等级一个价的，选“不分等级”。",
    ("fee_standard", "in_force_to"): "这个价格执行的最后一天；还在执行的，留空。",
    ("star_grade", "level"): "国家标准（GB/T 37276）才有一级到五级；地方标准留空。",
    ("star_grade", "as_written"): "地方标准照证书写，例如“四叶级”。",
    ("star_grade", "valid_to"): "证书有效的最后一天。",
    ("star_grade", "revoked_on"): "被撤销的才填，由审核人员登记。",
    ("filing", "cancelled_on"): "被撤销备案的才填，由审核人员登记。",
    ("filing", "first_resident_on"): "收住第一位老人后10个工作日内应备案。",
    ("commitment_letter", "body"): "承诺书正文，一段一行；不要写签名人的姓名。",
}
_EMPTY = {
    ("fee_standard", "care_level"): "不分等级",
    ("fee_standard", "room"): "不分房型",
    ("star_grade", "level"): "没有（地方标准）",
}


def record_form(
    fields: Sequence[EditableField], base: Mapping[str, Any], formdata: MultiDict[str, str] | None
) -> Any:
    """Return the form of these fields: what was typed (``formdata``), else what ``base`` holds."""
    inputs = {PREFIX + field.name: _input(field, base.get(field.name)) for field in fields}
    kind = type("RecordForm", (ProvenanceForm,), inputs)
    held = {PREFIX + field.name: text_of(field, base.get(field.name)) for field in fields}
    return kind(formdata=formdata, data=held)


def texts_in(form: Any, fields: Sequence[EditableField]) -> dict[str, str]:
    """Return what the form's inputs hold, by field."""
    return {field.name: form[PREFIX + field.name].data or "" for field in fields}


def hint_of(field: EditableField) -> str:
    """Return what helps to fill in a field, or an empty text."""
    return HINTS.get((field.record_kind, field.name), "")


def _input(field: EditableField, held: Any) -> Field:
    choices = _choices(field, held)
    if choices is not None:
        return SelectField(field.label, choices=as_choices(choices))
    if field.long:
        return TextAreaField(field.label)
    shape: dict[str, Any] = {"autocomplete": "off"}
    if field.limit is not None:
        shape["maxlength"] = field.limit
    if field.form in _NUMBERS:
        shape["inputmode"] = "numeric"
    elif field.form in (Form.FEN, Form.DEGREES):
        shape["inputmode"] = "decimal"
    elif field.form is Form.DAY:
        shape = {"type": "date"}
    return StringField(field.label + ("（元）" if field.form is Form.FEN else ""), render_kw=shape)


def _choices(field: EditableField, held: Any) -> list[tuple[str, str]] | None:
    empty = _EMPTY.get((field.record_kind, field.name), "请选择" if field.required else NOT_PUBLISHED)
    if field.form is Form.REGION:
        own = region_choices(the_caller())
        if held is not None and held not in dict(own):
            own = [(held, region_directory().label(held)), *own]
        return [("", empty), *own]
    if field.name == "position_system":
        return [("", "请选择"), *((system.value, words) for system, words in SYSTEMS.items())]
    if field.form is Form.YES_NO:
        return [("", empty), (YES, "是"), (NO, "否")]
    if field.form is Form.LEVEL:
        return [("", empty), *((str(level), name) for level, name in enumerate(LEVELS, 1))]
    if field.terms is not None:
        return [("", empty), *((each.value, glossary.label(each)) for each in field.terms)]
    return None
