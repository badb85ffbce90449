"""Taking back the consent to publish, as easily as it was given (Personal Information Protection Law, 15)."""

from __future__ import annotations

from portal.complaints.kinds import DraftKind
from portal.complaints.models import Case
from portal.complaints.service.drafts import forget_drafts
from portal.complaints.service.publication import publication_of, take_down
from portal.complaints.service.rights import told_who_was_quicker
from portal.complaints.service.steps import CITIZEN, step
from portal.domain.case_status import CaseEvent, CaseRefused


@told_who_was_quicker
def take_back_consent(case: Case) -> None:
    """Let the writer of a case consent no longer: what was published is taken down at once, for good.

    Raises CaseRefused where there is no consent, ChangedMeanwhile. Flushes, never commits.
    """
    if not case.consent_publish:
        raise CaseRefused("这件投诉本来就没有同意公开，或者已经收回。")
    case.consent_publish = False
    found = publication_of(case)
    if found is not None and found.withdrawn_at is None:
        take_down(found, "投诉人不再同意公开")
    forget_drafts(case, DraftKind.PUBLICATION)
    step(case, CaseEvent.UNPUBLISH, CITIZEN, said={"consent": False}, to_citizen=True)
