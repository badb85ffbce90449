"""Forms of visits: planning one, what was found on each item, problems found, what the public reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.backoffice.deeds import past_day_field, sure_field
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.problem_forms import ProblemWords
from portal.backoffice.versioned_form import REASON_LONGEST, VersionedForm, words_field
from portal.domain.inspection_items import ITEMS, Item
from portal.domain.permissions import Department
from portal.glossary import label, meaning
from portal.supervision.kinds import (
    DEPARTMENTS,
    InspectionArea,
    InspectionKind,
    InspectionResult,
    ItemFinding,
)
from portal.supervision.service.inspections import NOBODY_SEEN, FoundProblem, ItemSeen, Visit

PLANNED_KINDS = (
    InspectionKind.FIRST_VISIT,
    InspectionKind.THEMATIC,
    InspectionKind.JOINT,
    InspectionKind.COMPLAINT,
    InspectionKind.RETURN_VISIT,
)
"""What a member of staff may plan; whom a random inspection goes to is for a draw to say."""
MOST_FOUND = 20
"""Problems in one form; more are entered one by one on the visit's page."""


class PlanForm(StaffForm):
    """A visit to be made."""

    q = StringField("名称或地址里的字", [Length(max=100)], filters=[trimmed])
    home = HiddenField(filters=[trimmed])
    problem = HiddenField(filters=[trimmed])
    kind = RadioField(
        "哪一种检查",
        [InputRequired("请选一种")],
        choices=choices((one.value, f"{label(one)}：{meaning(one)}") for one in PLANNED_KINDS),
    )
    theme = StringField(
        "查什么事",
        [Length(max=120, message="请不要超过120个字")],
        filters=[trimmed],
        description="专项检查要写，例如“冬季用火用电”。",
    )
    others = SelectMultipleField(
        "和哪些部门一起去",
        choices=choices((one.value, label(one)) for one in DEPARTMENTS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    planned_by = DateField("最晚哪天去", [Optional()])

    def departments(self, own: Department) -> tuple[Department, ...]:
        """Return who goes, the own department first."""
        chosen = set(self.others.data or ())
        return (own, *(one for one in DEPARTMENTS if one.value in chosen and one is not own))


class VisitForm(VersionedForm):
    """What was found, item by item. The items' own fields are added below."""

    visited_on = past_day_field("哪天去的")
    result = RadioField(
        "检查结果",
        [InputRequired("请选检查结果")],
        choices=choices(
            (one.value, f"{label(one)}：{meaning(one)}" if meaning(one) else label(one))
            for one in InspectionResult
        ),
    )
    found_again = RadioField(
        "原来的问题又出现了吗",
        [Optional()],
        choices=choices([("yes", "又出现了"), ("no", "没有再出现")]),
        description="拒绝检查、已经停办的不用选。",
    )
    summary = words_field(
        "检查情况",
        "请写检查情况",
        "去了哪些地方、看到了什么、当场改了什么。只给工作人员看，公开的文字另外写；不写老人的姓名和病情。",
    )

    def item(self, item: Item) -> Any:
        """Return the field that says what was found on an item."""
        return self[f"item_{item.code}"]

    def remark(self, item: Item) -> Any:
        """Return the field for a remark on an item."""
        return self[f"remark_{item.code}"]

    @property
    def visit(self) -> Visit:
        """What was typed. Where nobody was seen, items that were not looked at are not recorded."""
        result = InspectionResult(self.result.data)
        again = {"yes": True, "no": False}.get(self.found_again.data or "")
        return Visit(
            visited_on=self.visited_on.data,
            result=result,
            summary=self.summary.data,
            items=tuple(self._items(result)),
            found_again=again,
        )

    def _items(self, result: InspectionResult) -> Iterator[ItemSeen]:
        for item in ITEMS:
            finding = ItemFinding(self.item(item).data or ItemFinding.NOT_CHECKED)
            remark = self.remark(item).data or None
            if result in NOBODY_SEEN and finding is ItemFinding.NOT_CHECKED and remark is None:
                continue
            yield ItemSeen(item.code, finding, remark)


for _item in ITEMS:
    setattr(
        VisitForm,
        f"item_{_item.code}",
        RadioField(
            _item.text,
            [Optional()],
            choices=choices((one.value, label(one)) for one in ItemFinding),
            default=ItemFinding.NOT_CHECKED.value,
        ),
    )
    setattr(
        VisitForm,
        f"remark_{_item.code}",
        StringField(
            f"{_item.code}的说明",
            [Length(max=REASON_LONGEST, message=f"请不要超过{REASON_LONGEST}个字")],
            filters=[trimmed],
        ),
    )


@dataclass(frozen=True, slots=True)
class AreaItems:
    """The items of one of the five areas, for the page."""

    area: InspectionArea
    items: tuple[Item, ...]


AREAS = tuple(
    AreaItems(area, tuple(one for one in ITEMS if one.area.value == area.value)) for area in InspectionArea
)


class FoundWords(ProblemWords):
    """One problem found by a visit."""

    deadline = DateField(
        "最晚哪天改好",
        [Optional()],
        description="要发整改通知书的，不用填：期限从送达那天算。",
    )
    first_entry = SelectField("是不是以前销过号的问题又出现了", [Optional()], validate_choice=False)

    def offer_earlier(self, earlier: list[tuple[int, str]]) -> None:
        """Offer what the home had and cleared: (id, words)."""
        self.first_entry.choices = choices(
            [("", "不是，是新问题"), *((str(key), said) for key, said in earlier)]
        )

    def found(self, earlier: list[tuple[int, str]]) -> FoundProblem:
        """Return what was typed."""
        chosen = next((key for key, _ in earlier if str(key) == self.first_entry.data), None)
        return FoundProblem(**self.facts(), deadline=self.deadline.data, first_entry_id=chosen)


class FoundRow(FoundWords):
    """One of several, within the form of a visit, whose token it shares. Left blank it says nothing."""

    class Meta(StaffForm.Meta):
        csrf = False

    _SAID = ("title", "category", "description", "severity", "criterion", "basis", "measure", "deadline")

    @property
    def is_blank(self) -> bool:
        """True if nothing was written or chosen; who has to act is filled in beforehand."""
        return not any(str(text).strip() for name in self._SAID for text in self[name].raw_data or ())


class FoundForm(VersionedForm, FoundWords):
    """One more problem of a visit that is recorded already."""


class CancelForm(VersionedForm):
    """Why a planned visit is given up."""

    reason = words_field("为什么取消", "请写明为什么取消", "会留在操作记录里。", REASON_LONGEST)
    sure = sure_field("不去了，从安排里删掉")


class WithdrawForm(VersionedForm):
    """Why a published visit is taken out of public."""

    reason = words_field("为什么撤下", "请写明为什么撤下", "只有工作人员看得到。", REASON_LONGEST)


class PublicationForm(VersionedForm):
    """What the public is to read of a visit."""

    text = words_field("公开的检查情况", "请写公开的检查情况")
