"""Forms of unregistered homes: what was found, one step, and what was entered wrongly."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal import clock
from portal.backoffice.forms import choices, trimmed
from portal.backoffice.provenance import ProvenanceForm
from portal.domain.unregistered_home import Event
from portal.glossary import label
from portal.institutions.models import Disposition, FoundHow

STEP_NAMES = {
    Event.INSPECT: "登记第一次上门检查",
    Event.VERIFY: "登记核实",
    Event.TELL: "登记告知经营者",
    Event.PUBLISH: "异议期满，公开",
    Event.DECIDE: "登记处置",
    Event.REMOVE: "从公开名单撤下",
    Event.CORRECT: "更正",
}
_DAY_LABELS = {
    Event.INSPECT: "上门检查日期",
    Event.VERIFY: "核实日期",
    Event.TELL: "书面告知日期",
    Event.PUBLISH: "异议期满日期",
    Event.DECIDE: "处置日期",
    Event.REMOVE: "撤下日期",
}
_CONFIRM = {
    Event.PUBLISH: "我已逐字核对公众将看到的内容：没有经营者姓名，没有私人住宅的具体地址，确认公开",
    Event.REMOVE: "确认撤下：公众将不再看到这一处",
}


class _Facts(ProvenanceForm):
    name = StringField(
        "名称或说法",
        [
            InputRequired("请填写门头上的名称；没有名称的写一个说法，例如“清溪镇某民宅内托老点”"),
            Length(max=200),
        ],
        filters=[trimmed],
    )
    township = StringField("乡镇、街道", [Length(max=100)], filters=[trimmed])
    private_dwelling = BooleanField("在私人住宅里")
    address = StringField("地址", [Length(max=300)], filters=[trimmed])
    found_on = DateField("发现日期", [InputRequired("请填写哪一天发现的")])
    found_how = SelectField("怎么发现的", choices=choices((how.value, label(how)) for how in FoundHow))
    residents = IntegerField(
        "住着几位老人", [Optional(), NumberRange(0, 5000, message="请填写0到5000之间的整数")]
    )

    def validate_address(self, field: Any) -> None:
        """Refuse the address of somebody's home at its own field (R2)."""
        if self.private_dwelling.data and field.data:
            raise ValidationError("私人住宅不登记具体地址，请把地址删去")

    def facts(self) -> dict[str, Any]:
        """Return what was typed as columns and values."""
        return {
            "name": self.name.data,
            "township": self.township.data or None,
            "private_dwelling": bool(self.private_dwelling.data),
            "address": self.address.data or None,
            "found_on": self.found_on.data,
            "found_how": FoundHow(self.found_how.data),
            "residents": self.residents.data,
        }


class NewHomeForm(_Facts):
    """A home that was found."""

    region_code = SelectField("所在区县", [InputRequired("请选择所在区县")])


class CorrectionForm(_Facts):
    """Facts and days of steps that were entered wrongly; only days already entered are offered."""

    public_note = TextAreaField("公开说明", [Length(max=2000)], filters=[trimmed])
    inspected_on = DateField("上门检查日期", [Optional()])
    verified_on = DateField("核实日期", [Optional()])
    operator_told_on = DateField("告知经营者日期", [Optional()])
    objection_ended_on = DateField("异议期满日期", [Optional()])
    disposition_on = DateField("处置日期", [Optional()])
    seen = HiddenField()
    """The newest revision when the form was shown: a change since then is shown before it is overwritten."""

    DAYS = ("inspected_on", "verified_on", "operator_told_on", "objection_ended_on", "disposition_on")

    def changes(self) -> dict[str, Any]:
        """Return what was typed as columns and values, days only where there are any."""
        days = {name: self[name].data for name in self.DAYS if name in self}
        return self.facts() | {"public_note": self.public_note.data or None} | days


class StepForm(ProvenanceForm):
    """One step. Fields that the event doesn't need are taken out by ``step_form``."""

    day = DateField("日期", [InputRequired("请填写这一步是哪一天")])
    disposition = SelectField(
        "处置", choices=choices([("", "请选择"), *((one.value, label(one)) for one in Disposition)])
    )
    became = StringField("登记成了哪家机构（机构编号）", [Length(max=16)], filters=[trimmed])
    removed_reason = TextAreaField(
        "撤下的原因", [InputRequired("请写明为什么撤下"), Length(max=1000)], filters=[trimmed]
    )
    confirmed = BooleanField("")

    def validate_day(self, field: Any) -> None:
        """Refuse a day that has not come."""
        if isinstance(field.data, date) and field.data > clock.today():
            raise ValidationError("日期晚于今天，尚未发生的事不能登记")

    def validate_confirmed(self, field: Any) -> None:
        """What the public will read has to be read first."""
        if not field.data:
            raise ValidationError("请核对后勾选确认")


def step_form(event: Event) -> StepForm:
    """Return the form of one step."""
    form = StepForm()
    form.day.label.text = _DAY_LABELS[event]
    del form.reason
    if event is not Event.DECIDE:
        del form.disposition, form.became
    if event is not Event.REMOVE:
        del form.removed_reason
    if event in _CONFIRM:
        form.confirmed.label.text = _CONFIRM[event]
    else:
        del form.confirmed
    return form
