"""What the forms of a complaint offer to choose from: colleagues, regions, departments."""

from __future__ import annotations

from portal.backoffice.case_forms import AssignForm, CaseForm, ExcludeForm, TransferForm
from portal.backoffice.context import the_caller
from portal.backoffice.forms import choices
from portal.complaints.models import Case
from portal.complaints.queries.people import Colleague, colleagues
from portal.complaints.reach import Reach
from portal.complaints.service.moving import transfer_regions
from portal.reference.directory import region_directory


def offer_choices(form: CaseForm, case: Case) -> None:
    """Fill in what a form offers for this case, and what it begins with."""
    who = the_caller()
    if isinstance(form, AssignForm | ExcludeForm):
        found = colleagues(Reach.of(who), case=case)
        form.handler.choices = choices(staff_choices(found, who.staff_id))
    elif isinstance(form, TransferForm):
        label = region_directory().label
        form.region.choices = choices((row.code, label(row.code)) for row in transfer_regions(case))
        if form.region.data is None:
            form.region.data = case.region_code


def staff_choices(found: list[Colleague], own: int) -> list[tuple[str, str]]:
    """Return colleagues as a choice shows them: name, office, how many cases each has; oneself first."""
    found = sorted(found, key=lambda one: one.id != own)
    return [
        (str(one.id), f"{'我自己：' if one.id == own else ''}{one.name}（{one.label}，手上{one.open}件）")
        for one in found
    ]
