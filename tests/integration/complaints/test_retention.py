"""How long words are kept, and what erasing leaves: the row, the log's lines, the figures, a whole audit."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.audit.checking import verify
from portal.audit.models import AuditEntry
from portal.complaints.jobs import put_cases_right
from portal.complaints.kinds import Category, DraftKind, Finding
from portal.complaints.models import Case, CasePublication
from portal.complaints.office_models import CaseDraft
from portal.complaints.queries.case_page import case_view
from portal.complaints.service import handling, replying, retention, triage
from portal.complaints.service.citizen import withdraw
from portal.complaints.service.drafts import save_draft
from portal.complaints.service.steps import WordsMissing
from portal.complaints.service.words import person_of, step_words, told_of
from portal.domain.case_status import CaseRefused, CaseStatus
from portal.extensions import db
from portal.notify.models import Mail
from portal.unit_of_work import unit_of_work
from portal.vault import sealing
from tests.integration.complaints.cases import COUNTY, acting_at
from tests.integration.complaints.office import NEXT_DAY, Office, lodged, standing

CLOSED = NEXT_DAY


def closed(office: Office, category: Category = Category.CARE) -> int:
    number = lodged(office.app, category=category)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    office.do("甲小明", replying.reply, number, "查过了，没有这回事。", Finding.NOT_TRUE)
    office.do("甲小明", handling.close, number)
    return number


def night(office: Office, at: datetime) -> None:
    with office.app.app_context(), clock.moved_to(at):
        put_cases_right()


def is_erased(office: Office, number: int) -> bool:
    with office.app.app_context():
        return told_of(db.session.get_one(Case, number)) is None


def test_erasing_destroys_the_words_and_leaves_lines_figures_and_a_whole_audit(office: Office) -> None:
    number = closed(office)
    office.do(
        "甲小明", lambda case, reach, _: save_draft(case, DraftKind.PUBLICATION, {"t": "稿"}, reach), number
    )
    before = standing(office.app, number)
    office.do("审大力", retention.erase, number)
    after = standing(office.app, number)
    with office.app.app_context():
        case = db.session.get_one(Case, number)
        assert told_of(case) is None
        assert person_of(case) is None
        assert [step_words(step) for step in after.steps] == [None] * len(after.steps)
        assert db.session.scalars(select(CaseDraft)).all() == []
        for mail in db.session.scalars(select(Mail).where(Mail.kind == "case_notice")):
            assert mail.body_sealed is not None
            assert sealing.unseal(mail.body_sealed) is None
            assert sealing.unseal(mail.recipient_sealed or "") is None
        assert verify().broken is None
        assert db.session.scalar(select(AuditEntry.sequence).where(AuditEntry.action == "intake_erased"))
    assert after.events == [*before.events, "erase"]
    assert after.case.erased_at == NEXT_DAY
    assert not after.case.has_mail
    for name in ("received_on", "first_answered_at", "final_answered_at", "first_due", "final_due"):
        assert getattr(after.current, name) == getattr(before.current, name)
    assert (after.case.category, after.case.finding) == (before.case.category, before.case.finding)
    view = office.ask("甲小明", case_view, after.case.receipt)
    assert (view.told, view.person, view.has_person, view.person_first) == (None, None, False, False)
    with pytest.raises(CaseRefused):
        office.do("审大力", retention.erase, number)


def test_what_was_published_goes_with_words_erased_on_request(office: Office) -> None:
    number = closed(office)
    with office.app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        db.session.add(
            CasePublication(
                case_id=number, public_id="abcd2345", region_code=COUNTY, category=Category.CARE,
                title="夜班", text="无人", reply="查过了", timeline="[]", approved_by="审核",
                published_at=NEXT_DAY, changed_at=NEXT_DAY,
            )
        )  # fmt: skip
    office.do("审大力", retention.erase, number)
    with office.app.app_context():
        assert db.session.scalars(select(CasePublication)).one().withdrawn_reason == "内容已按要求删除"
    assert standing(office.app, number).events[-2:] == ["unpublish", "erase"]


TERMS = [(Category.CARE, 5), (Category.CONTRACT, 3), (Category.STAFF, 2)]


@pytest.mark.parametrize(("category", "years"), TERMS)
def test_a_closed_case_is_kept_as_long_as_somebody_may_be_made_to_answer(
    office: Office, category: Category, years: int
) -> None:
    number = closed(office, category)
    last = CLOSED.date().replace(year=CLOSED.year + years)
    night(office, clock.at(last, 23))
    assert not is_erased(office, number)
    night(office, clock.at(last + timedelta(days=1), 0))
    assert is_erased(office, number)
    assert standing(office.app, number).steps[-1].actor == "系统"


def test_what_was_refused_or_withdrawn_is_kept_a_year(office: Office) -> None:
    refused, withdrawn = lodged(office.app), lodged(office.app)
    office.do("审大力", replying.refuse, refused, "不归这里管。")
    with acting_at(office.app, NEXT_DAY):
        withdraw(db.session.get_one(Case, withdrawn))
    night(office, clock.at(date(2027, 3, 3), 12))
    assert not is_erased(office, refused)
    night(office, clock.at(date(2027, 3, 4), 0, 10))
    assert is_erased(office, refused)
    assert is_erased(office, withdrawn)


def test_open_cases_and_held_ones_and_open_clues_are_kept(office: Office) -> None:
    far = clock.at(date(2033, 1, 3), 12)
    begun, held, clue = lodged(office.app), closed(office), closed(office)
    with pytest.raises(WordsMissing):
        office.do("审大力", retention.hold, held, "张三13800138000的案子")
    office.do("审大力", retention.hold, held, "行政诉讼")
    with pytest.raises(CaseRefused):
        office.do("审大力", retention.erase, held)
    office.do("甲小明", triage.hand_over_clue, clue, "收了红包")
    with pytest.raises(CaseRefused):
        office.do("审大力", retention.erase, clue)
    with pytest.raises(CaseRefused):
        office.do("审大力", retention.erase, begun)
    night(office, far)
    assert not any(is_erased(office, number) for number in (begun, held, clue))
    office.do("审大力", retention.release_hold, held, "诉讼结束")
    night(office, far)
    assert is_erased(office, held)
    night(office, far)  # again does nothing
    assert standing(office.app, held).events.count("erase") == 1


def test_what_nobody_closes_is_closed_by_itself_after_thirty_days(office: Office) -> None:
    number = lodged(office.app)
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    office.do("甲小明", replying.reply, number, "查过了。", Finding.UNCLEAR)
    night(office, NEXT_DAY + timedelta(days=30))
    assert standing(office.app, number).case.status is CaseStatus.REPLIED
    night(office, NEXT_DAY + timedelta(days=30, minutes=1))
    found = standing(office.app, number)
    assert found.case.status is CaseStatus.CLOSED
    assert found.case.ended_at == NEXT_DAY + timedelta(days=30, minutes=1)


def test_one_case_that_cannot_be_erased_keeps_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = closed(office), closed(office)
    erase = retention.erase_subject

    def fails_once(subject: str, why: str) -> object:
        if subject == f"complaint/{broken}":
            raise OSError("disk")
        return erase(subject, why)

    monkeypatch.setattr(retention, "erase_subject", fails_once)
    night(office, clock.at(date(2032, 1, 5), 1))
    assert not is_erased(office, broken)
    assert is_erased(office, whole)


def test_a_whole_lot_that_fails_keeps_no_later_case(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [closed(office) for _ in range(4)]
    failing, late = numbers[:2], numbers[2:]
    over_now, erase = retention.over_now, retention.erase_subject
    monkeypatch.setattr("portal.complaints.jobs.over_now", lambda after: over_now(after, at_most=2))

    def fails(subject: str, why: str) -> object:
        if subject in {f"complaint/{number}" for number in failing}:
            raise OSError("disk")
        return erase(subject, why)

    monkeypatch.setattr(retention, "erase_subject", fails)
    night(office, clock.at(date(2032, 1, 5), 1))
    assert [is_erased(office, number) for number in numbers] == [False, False, True, True]
    with office.app.app_context(), clock.moved_to(clock.at(date(2032, 1, 5), 2)):
        assert (over_now(), over_now(failing[0]), over_now(late[0])) == (failing, failing[1:], [])


def test_every_category_has_its_term() -> None:
    assert set(retention.KEEP_AS) == set(Category)


def test_both_databases_find_what_is_over(app: Flask) -> None:
    office = Office(app)
    number = lodged(app)
    office.do("审大力", replying.refuse, number, "不归这里管。")
    with app.app_context():
        with clock.moved_to(clock.at(date(2027, 3, 3), 12)):
            assert retention.over_now() == []
        with clock.moved_to(clock.at(date(2027, 3, 4), 12)):
            assert retention.over_now() == [number]
