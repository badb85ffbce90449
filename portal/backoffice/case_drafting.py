"""Texts that are kept while they are written: which a case's page has, and what may be done with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.accounts.identity import Identity
from portal.backoffice.case_deeds import Deed
from portal.backoffice.case_forms import CaseForm
from portal.complaints.kinds import DraftKind, DraftState
from portal.complaints.models import Case
from portal.complaints.queries.case_page import CaseView
from portal.complaints.reach import Reach
from portal.complaints.service.drafts import DraftView, draft_of
from portal.complaints.service.office import templates_for
from portal.domain.permissions import Capability

KINDS = {
    "first_answer": DraftKind.FIRST_ANSWER,
    "reply": DraftKind.REPLY,
    "refuse": DraftKind.REFUSAL,
}
"""Name of the deed → kind of its draft."""
FIELDS = ("words", "finding")


@dataclass(frozen=True, slots=True)
class Drafting:
    """What the forms of a case that keep drafts need besides."""

    drafts: dict[str, DraftView]
    """The caller's own, by name of the deed."""
    templates: list[tuple[int, str]]
    sends: frozenset[str]
    """Deeds that the caller may do without a second pair of eyes."""
    submits: frozenset[str]
    """Deeds that can be, or have to be, handed to a reviewer first."""

    def is_submitted(self, name: str) -> bool:
        """True while the draft lies with a reviewer."""
        draft = self.drafts.get(name)
        return draft is not None and draft.state is DraftState.SUBMITTED


def drafting(case: Case, view: CaseView, found: Iterable[Deed], who: Identity) -> Drafting:
    """Return the drafts of whoever asks, the templates, and who has to read what first."""
    deeds, reach = [deed for deed in found if deed.drafts], Reach.of(who)
    drafts = {deed.name: draft for deed in deeds if (draft := draft_of(case, KINDS[deed.name], reach))}
    sends = {deed.name for deed in deeds if who.allows(deed.may)}
    reviews = who.allows(Capability.REVIEW_CASES)
    asks = view.four_eyes or not reviews
    submits = {deed.name for deed in deeds if asks and not (reviews and deed.name == "refuse")}
    if view.four_eyes:
        sends.discard("reply")
    templates = [(one.id, one.title) for one in templates_for(case, reach)] if deeds else []
    return Drafting(drafts, templates, frozenset(sends), frozenset(submits))


def fill_in(form: CaseForm, draft: DraftView) -> None:
    """Begin a form with what was kept."""
    for name in FIELDS:
        if name in form:
            form[name].data = draft.fields.get(name) or None
