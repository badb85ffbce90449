"""What a case itself knows of people and places: looked for in whatever is to be read by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.accounts.models import StaffMember
from portal.accounts.staff import name_of
from portal.complaints.kinds import WhyExcluded
from portal.complaints.models import Case, CaseExclusion, CaseStep
from portal.complaints.office_models import ComplaintOffice
from portal.complaints.service.words import person_of, step_words, told_of
from portal.domain.case_status import CaseEvent
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory

_SHORTEST = 2
"""Characters of a name that is looked for: one alone stands in every other text."""


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """What the case itself knows of people and places, and what of it may stand."""

    names: tuple[str, ...]
    details: tuple[str, ...]
    """Telephone, mail and post address of who wrote; the receipt number."""
    homes: tuple[str, ...]
    offices: tuple[str, ...]
    days: frozenset[date]
    """Of receipt, and of what happened."""


def known_of(case: Case) -> Known:
    """Return the names and places that belong to a case."""
    told, person = told_of(case), person_of(case)
    homes = list(_home_names(case))
    if told is not None and told.place_name:
        homes.append(told.place_name.strip())
    days = {case.received_on} | ({told.happened_on} if told is not None and told.happened_on else set())
    details = [case.receipt]
    names = [name_of(one) for one in _staff(case)]
    if person is not None:
        names.insert(0, person.name.strip())
        details += [person.phone.strip(), person.mail.strip(), person.address.strip()]
    return Known(
        tuple(name for name in dict.fromkeys(names) if len(name) >= _SHORTEST),
        tuple(one for one in details if len(one) > _SHORTEST),
        tuple(name for name in dict.fromkeys(homes) if len(name) > _SHORTEST),
        tuple(_hotlines(case)),
        frozenset(days),
    )


def newest_reply(case: Case) -> str | None:
    """Return the words of the final answer that was given last; None where there is none, or no longer."""
    query = select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.event == CaseEvent.REPLY)
    line = db.session.scalars(query.order_by(CaseStep.id.desc()).limit(1)).first()
    return None if line is None else step_words(line)


def _home_names(case: Case) -> Iterator[str]:
    if case.institution_id is None:
        return
    home = db.session.get_one(Institution, case.institution_id)
    regions = region_directory()
    above = [*(one.name for one in regions.ancestors(home.region_code)), regions.label(home.region_code)]
    for name in (home.name, *(str(one["name"]) for one in home.former_names or [] if one.get("name"))):
        yield name
        bare = name
        for place in above:  # people leave out the places that a name begins with
            bare = bare.removeprefix(place)
        if len(bare) > 3:
            yield bare


def _staff(case: Case) -> list[StaffMember]:
    """Return who worked on the case, and whom it names."""
    worked = select(CaseStep.staff_id).where(CaseStep.case_id == case.id, CaseStep.staff_id.is_not(None))
    named = select(CaseExclusion.staff_id).where(
        CaseExclusion.case_id == case.id, CaseExclusion.why == WhyExcluded.NAMED
    )
    query = select(StaffMember).where(StaffMember.id.in_(worked) | StaffMember.id.in_(named))
    return list(db.session.scalars(query.order_by(StaffMember.id)))


def _hotlines(case: Case) -> Iterator[str]:
    regions = region_directory()
    codes = [case.region_code, *(one.code for one in regions.ancestors(case.region_code))]
    query = select(ComplaintOffice.hotline).where(
        ComplaintOffice.region_code.in_(codes), ComplaintOffice.hotline.is_not(None)
    )
    yield from (hotline for hotline in db.session.scalars(query) if hotline)
