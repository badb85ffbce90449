"""Attacks on the complaints that no page shows: who is named later, what outlives erasing, what a joint
answer tells, and what the audit says to those whom a case is none of the business of."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.accounts.models import StaffMember
from portal.accounts.staff import email_of
from portal.audit.capture import note
from portal.audit.reading import AuditChoice, entries
from portal.complaints.kinds import Appearance, DraftKind, WhyExcluded
from portal.complaints.queries.audited import entries_known_to
from portal.complaints.queries.case_page import case_view
from portal.complaints.reminders import REMINDER, remind
from portal.complaints.service import citizen, handling, moving, replying, retention, review
from portal.complaints.service.drafts import save_draft
from portal.complaints.service.review import NoDraft
from portal.complaints.service.steps import WordsMissing
from portal.complaints.service.together import NamesSomebody
from portal.extensions import db
from portal.notify.models import Mail
from portal.vault.sealing import unseal
from tests.integration.complaints.cases import CLERK, NOON, acting_at, case_of, enter_home, lodge_case
from tests.integration.complaints.office import NEXT_DAY, OTHER_COUNTY, Office, Ref, lodged, standing


def says(app: Flask, number: int, words: str) -> None:
    with acting_at(app, NEXT_DAY):
        citizen.add(case_of(number), words)


def test_whom_an_addition_names_is_shut_out_at_once(office: Office) -> None:
    office.hire("甲小明", "乙小红")
    number = lodged(office.app)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    says(office.app, number, "办这件事的甲 小明和院长是亲戚。")
    found = standing(office.app, number)
    assert found.case.handler_id is None
    assert found.events[-2:] == ["add", "note"]
    receipt = found.case.receipt
    assert office.ask("甲小明", lambda reach: case_view(receipt, reach)) is None
    assert office.ask("乙小红", lambda reach: case_view(receipt, reach)).reads


def test_whom_a_reviewer_readmitted_stays_when_something_else_is_added(office: Office) -> None:
    office.hire("甲小明", "审大力")
    number = lodged(office.app)
    says(office.app, number, "护工叫甲小明。")
    office.do("审大力", handling.readmit, number, office.ids["甲小明"], "同名的护工")
    says(office.app, number, "还有一张收据。")
    receipt = standing(office.app, number).case.receipt
    assert office.ask("甲小明", lambda reach: case_view(receipt, reach)).reads


def test_a_draft_of_somebody_shut_out_can_not_be_sent(office: Office) -> None:
    office.hire("甲小明", "审大力")
    number = lodged(office.app)
    office.do("甲小明", handling.accept, number)

    def write(case, reach, seen):  # type: ignore[no-untyped-def]
        draft = save_draft(case, DraftKind.FIRST_ANSWER, {"words": "没有问题。"}, reach)
        review.submit_reply(case, DraftKind.FIRST_ANSWER, reach, seen)
        return draft.id

    draft_id = office.do("甲小明", write, number)
    office.do("审大力", handling.exclude, number, office.ids["甲小明"], WhyExcluded.RELATED)
    with pytest.raises(NoDraft):
        office.do("审大力", review.approve, number, draft_id)


@pytest.mark.parametrize(
    ("work", "arguments"),
    [(replying.extend, (2, "林 秋月在外地")), (retention.hold, ("林秋月打官司",)),
     (handling.open_person, None)],
)  # fmt: skip
def test_a_reason_that_outlives_the_case_names_nobody(office: Office, work, arguments) -> None:  # type: ignore[no-untyped-def]
    number = lodged(office.app, appearance=Appearance.CONFIDENTIAL)
    office.do("审大力", handling.accept, number)
    office.do("审大力", handling.start, number)
    with pytest.raises(WordsMissing, match="投诉人"):
        if arguments is None:
            office.ask("审大力", lambda reach: work(case_of(number), reach, "要找林秋月谈谈"))
        else:
            office.do("审大力", work, number, *arguments)


def test_a_joint_answer_does_not_tell_the_number_of_one_to_the_other(office: Office) -> None:
    home = enter_home(office.app)
    main, other = (lodged(office.app, institution_id=home) for _ in range(2))
    office.do("甲小明", handling.accept, main)
    office.do("甲小明", moving.merge, other, Ref(main))
    number = standing(office.app, main).case.receipt
    with pytest.raises(NamesSomebody):
        office.do("甲小明", replying.first_answer, main, f"您的投诉（{number}）已经在查。")
    office.do("甲小明", replying.first_answer, main, "您的投诉已经在查。")
    assert standing(office.app, other).current.first_answered_at is not None


def test_the_number_of_a_merged_case_is_kept_from_whom_it_shuts_out(office: Office) -> None:
    office.hire("甲小明", "乙小红")
    home = enter_home(office.app)
    main, other = (lodged(office.app, institution_id=home) for _ in range(2))
    office.do("甲小明", moving.merge, other, Ref(main))
    office.do("甲小明", handling.exclude, other, office.ids["乙小红"], WhyExcluded.NAMED)
    receipt, number = (standing(office.app, one).case.receipt for one in (main, other))
    assert office.ask("甲小明", lambda reach: case_view(receipt, reach)).merged[0].receipt == number
    assert office.ask("乙小红", lambda reach: case_view(receipt, reach)).merged[0].receipt is None


def test_who_serves_elsewhere_by_now_is_no_longer_reminded(office: Office) -> None:
    office.hire("甲小明", "乙小红")
    number = lodged(office.app)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    morning = clock.at(date(2026, 3, 9), 9)
    with acting_at(office.app, NEXT_DAY):
        db.session.get_one(StaffMember, office.ids["甲小明"]).region_code = OTHER_COUNTY
    with acting_at(office.app, morning):
        assert remind(morning) == 1
    with office.app.app_context():
        mails = db.session.scalars(select(Mail).where(Mail.kind == REMINDER))
        told = [unseal(one.recipient_sealed or "") for one in mails]
        colleague = email_of(db.session.get_one(StaffMember, office.ids["乙小红"]))
    assert told == [colleague]


def test_the_audit_tells_of_a_case_to_those_who_may_know_of_it(app: Flask) -> None:
    """On both databases: the number of a case is read out of the entry's subject."""
    office = Office(app)
    office.hire(*READERS)
    with acting_at(app, NOON, CLERK):
        note("export", "institution/12")  # about no case: all of the county may read it
    number, _ = lodge_case(app, NOON, by=CLERK)
    office.do("甲小明", handling.accept, number)
    office.do("审大力", handling.exclude, number, office.ids["核小心"], WhyExcluded.RELATED)

    def subjects(who: str) -> set[str]:
        return office.ask(who, lambda reach: {
            (one.subject or "").split("/")[0]
            for one in entries(reach.scope, AuditChoice(), only=entries_known_to(reach))
        })  # fmt: skip

    told = {who for who in READERS if "complaint" in subjects(who)}
    assert told == {"审大力", "督小平", "纪小正", "国大江"}
    assert {who for who in READERS if "institution" in subjects(who)} == set(READERS) - {"邻小近"}


READERS = ("审大力", "核小心", "督小平", "纪小正", "管小家", "消小防", "邻小近", "国大江")
