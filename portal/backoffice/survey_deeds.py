"""What every page of a call-back asks first: which round, and whether it is the caller's to hold."""

from __future__ import annotations

from typing import TypeVar

from flask import abort

from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Given
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.permissions import Department
from portal.surveys.models import SurveyRound
from portal.surveys.queries.rounds import RoundView, record_of, view_of

Form = TypeVar("Form", bound=VersionedForm)


def form_for(given: Given, name: str, kind: type[Form]) -> Form:
    """Return the form that was sent under this name, or a fresh one."""
    sent = given.form
    return sent if given.name == name and isinstance(sent, kind) else kind(None, prefix=name)


def keeps(region_code: str, who: Identity) -> bool:
    """True if call-backs of a region are the caller's to hold."""
    return who.scope.department is Department.CIVIL_AFFAIRS and who.scope.covers(region_code)


def round_or_404(round_id: int) -> RoundView:
    """Return a round that the caller may look at."""
    return view_of(round_id, the_caller().scope) or abort(404)


def record_or_404(round_id: int) -> SurveyRound:
    """Return a round to be changed."""
    return record_of(round_id, the_caller().scope) or abort(404)
