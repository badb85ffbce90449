"""Whom the worker reminds of what and when, once; and what stands in such a mail, and what doesn't."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import func, select

from portal import clock, jobs
from portal.accounts.models import StaffMember
from portal.complaints.jobs import sweep_cases
from portal.complaints.kinds import Finding, WhyExcluded
from portal.complaints.models import CaseExclusion
from portal.complaints.office_models import CaseReminder
from portal.complaints.reminders import remind, send_digests
from portal.complaints.service import handling, replying
from portal.domain.case_status import CaseStatus
from portal.domain.permissions import Role
from portal.extensions import db
from portal.notify.models import Mail
from portal.unit_of_work import unit_of_work
from portal.vault import sealing
from tests.integration.complaints.cases import LODGEMENT
from tests.integration.complaints.office import COUNTY, FIRE, NEXT_DAY, Office, counted, lodged, standing
from tests.surfaces.staff import make_staff

WEDNESDAY, THURSDAY, FRIDAY, MONDAY, TUESDAY = (clock.at(date(2026, 3, day), 9) for day in (4, 5, 6, 9, 10))
"""A case of Monday 2 March is due on Monday 9 March: two working days before is Thursday."""


def morning(office: Office, moment: datetime) -> dict[str, str]:
    """Let the worker look; return the new reminders by the name of who gets them, title and body."""
    with office.app.app_context(), clock.moved_to(moment):
        before = set(db.session.scalars(select(Mail.id)))
        with unit_of_work():
            sent = remind(clock.now())
        found = new_mails(office, before)
    assert sent == len(found)
    return found


def digests(office: Office, moment: datetime, at_most: int = 50) -> dict[str, str]:
    with office.app.app_context(), clock.moved_to(moment):
        before = set(db.session.scalars(select(Mail.id)))
        with unit_of_work():
            sent = send_digests(clock.now(), at_most)
        found = new_mails(office, before)
    assert sent == len(found)
    return found


def new_mails(office: Office, before: set[int]) -> dict[str, str]:
    by_address = {
        sealing.unseal(db.session.get_one(StaffMember, number).email_sealed): name
        for name, number in office.ids.items()
    }
    found = {}
    for mail in db.session.scalars(select(Mail).where(Mail.id.not_in(before))):
        body, to = sealing.unseal(mail.body_sealed or ""), sealing.unseal(mail.recipient_sealed or "")
        assert body is not None
        assert by_address[to] not in found
        found[by_address[to]] = f"{mail.title}\n{body}"
    return found


def begun(office: Office, who: str = "甲小明") -> int:
    number = lodged(office.app)
    office.do(who, handling.accept, number)
    office.do(who, handling.start, number)
    return number


def test_the_handler_is_reminded_two_days_before_one_before_and_on_the_morning(office: Office) -> None:
    office.hire("乙小红", "督小平")
    number = begun(office)
    receipt = standing(office.app, number).case.receipt
    assert morning(office, WEDNESDAY) == {}
    for moment, standing_words in (
        (THURSDAY, "还剩2个工作日"),
        (FRIDAY, "还剩1个工作日"),
        (MONDAY, "今天24点前"),
    ):
        told = morning(office, moment)
        assert set(told) == {"甲小明"}
        assert f"{receipt}  首次答复  3月9日（周一）  {standing_words}" in told["甲小明"]
        assert morning(office, moment.replace(hour=15)) == {}
    told = morning(office, TUESDAY)
    assert set(told) == {"甲小明", "督小平"}
    assert "超期1个工作日" in told["督小平"]
    assert told["督小平"].startswith("办理提醒：1件超期\n")
    assert morning(office, TUESDAY.replace(hour=19)) == {}
    assert morning(office, clock.at(date(2026, 3, 11), 9)) == {}


def test_mails_go_out_by_day_and_weekends_are_quiet_until_something_is_late(office: Office) -> None:
    office.hire("督小平")
    begun(office)
    for moment in (THURSDAY.replace(hour=7, minute=59), THURSDAY.replace(hour=20)):
        assert morning(office, moment) == {}
    saturday = clock.at(date(2026, 3, 7), 9)
    assert morning(office, saturday) == {}
    assert set(morning(office, clock.at(date(2026, 3, 14), 8))) == {"甲小明", "督小平"}


def test_once_answered_first_the_final_answer_is_reminded_of(office: Office) -> None:
    number = begun(office)
    office.do("甲小明", replying.first_answer, number, "正在查。")
    assert morning(office, MONDAY) == {}
    told = morning(office, clock.at(date(2026, 3, 26), 9))
    assert "办理答复  3月30日（周一）  还剩2个工作日" in told["甲小明"]
    assert set(morning(office, clock.at(date(2026, 3, 31), 9))) == {"甲小明"}


def test_of_a_case_without_a_handler_those_who_serve_nearest_are_told(office: Office) -> None:
    office.hire("甲小明", "乙小红", "审大力", "市小远", "邻小近", "消小防", "管小家")
    number = lodged(office.app)
    with office.app.app_context(), unit_of_work():
        db.session.add(CaseExclusion(case_id=number, staff_id=office.ids["乙小红"], why=WhyExcluded.NAMED))
    assert set(morning(office, THURSDAY)) == {"甲小明", "审大力"}


def test_where_the_case_shuts_out_all_who_serve_nearest_those_above_are_told(office: Office) -> None:
    office.hire("甲小明", "市小远", "邻小近")
    number = lodged(office.app)
    with office.app.app_context(), unit_of_work():
        db.session.add(CaseExclusion(case_id=number, staff_id=office.ids["甲小明"], why=WhyExcluded.EARLIER))
    assert set(morning(office, THURSDAY)) == {"市小远"}


def test_where_a_county_has_nobody_those_above_are_told(office: Office) -> None:
    office.hire("市小远", "邻小近", "消小防", "国大江")
    lodged(office.app)
    assert set(morning(office, THURSDAY)) == {"市小远"}


def test_a_handler_who_left_is_told_nothing(office: Office) -> None:
    office.hire("乙小红")
    begun(office)
    with office.app.app_context(), unit_of_work():
        db.session.get_one(StaffMember, office.ids["甲小明"]).active = False
    assert set(morning(office, THURSDAY)) == {"乙小红"}


def test_one_mail_a_person_however_many_cases(office: Office) -> None:
    numbers = [begun(office) for _ in range(3)]
    told = morning(office, THURSDAY)
    assert told["甲小明"].startswith("办理提醒：3件快到期\n")
    assert all(standing(office.app, number).case.receipt in told["甲小明"] for number in numbers)
    with office.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CaseReminder)) == 3


def test_a_look_costs_the_same_few_queries_however_many_cases(office: Office) -> None:
    def cost(moment: datetime) -> int:
        with office.app.app_context(), clock.moved_to(moment), counted() as sent:
            remind(clock.now())
            db.session.rollback()
        return len(sent)

    begun(office)
    one = cost(THURSDAY)
    for _ in range(5):
        begun(office)
    assert cost(THURSDAY) == one
    assert cost(WEDNESDAY) <= 10


def test_the_days_list_says_what_waits_without_a_word_of_any_case(office: Office) -> None:
    office.hire("乙小红", "督小平", "消小防", "市小远")
    late = begun(office)
    lodged(office.app)
    told = digests(office, TUESDAY)
    assert set(told) == {"甲小明", "乙小红", "市小远"}
    own = told["甲小明"]
    assert own.startswith("今天要办的事（3月10日）\n")
    assert "您承办、还没办完的：1件，其中超期1件" in own
    assert "还没有承办人的：1件" in own
    assert f"{standing(office.app, late).case.receipt}  首次答复  3月9日（周一）  超期1个工作日" in own
    assert digests(office, TUESDAY.replace(hour=16)) == {}
    assert digests(office, clock.at(date(2026, 3, 14), 9)) == {}  # a Saturday
    assert set(digests(office, clock.at(date(2026, 3, 11), 9))) == {"甲小明", "乙小红", "市小远"}


def test_the_days_lists_are_made_a_few_people_at_a_time(office: Office) -> None:
    office.hire("甲小明", "乙小红", "审大力")
    lodged(office.app)
    told = [set(digests(office, TUESDAY, at_most=2)) for _ in range(3)]
    assert told == [{"甲小明", "乙小红"}, {"审大力"}, set()]


def test_no_mail_to_staff_holds_anything_of_who_wrote_or_what(office: Office) -> None:
    office.hire("乙小红", "督小平")
    begun(office)
    sent = [morning(office, moment) for moment in (THURSDAY, TUESDAY)] + [digests(office, TUESDAY)]
    told, person = LODGEMENT.told, LODGEMENT.person
    planted = (told.text, told.asked, "护工", "老人", person.name, person.phone, person.mail, person.address)
    assert sum(len(one) for one in sent) >= 4
    for mails in sent:
        for text in mails.values():
            assert not any(word in text for word in planted)
            assert not any(name in text for name in office.ids)
            assert "护理" not in text
    assert "三元" not in "".join(mail for mails in sent for mail in mails.values())


def test_the_sweep_ends_pauses_and_reminds(office: Office) -> None:
    number = begun(office)
    office.do("甲小明", replying.ask, number, "是哪一天？", at=NEXT_DAY)
    with office.app.app_context(), clock.moved_to(clock.at(date(2026, 3, 17), 9)):
        sweep_cases()
        sweep_cases()
    found = standing(office.app, number)
    assert found.case.status is CaseStatus.IN_PROGRESS
    assert found.events.count("end_pause") == 1
    assert found.steps[-1].actor == "系统"
    with office.app.app_context():
        kinds = select(Mail.kind, func.count()).where(Mail.kind.in_(["case_reminder", "case_digest"]))
        assert dict(db.session.execute(kinds.group_by(Mail.kind)).all()) == {
            "case_reminder": 1, "case_digest": 1,
        }  # fmt: skip


def test_both_databases_remind_once(app: Flask) -> None:
    office = Office(app)
    make_staff(app, Role.CLERK, FIRE, COUNTY)
    begun(office)
    assert set(morning(office, TUESDAY)) == {"甲小明"}
    assert morning(office, TUESDAY) == {}
    assert set(digests(office, TUESDAY)) == {"甲小明"}


def test_the_workers_sweep_and_night_do_it(office: Office) -> None:
    number = begun(office)
    queue = jobs.queue_of(office.app)
    jobs.make_consumer(office.app)  # as the worker does, which makes the queue's file
    noon = datetime(2026, 3, 10, 4, 0, tzinfo=UTC).replace(tzinfo=None)
    night = datetime(2033, 3, 9, 16, 10, tzinfo=UTC).replace(tzinfo=None)
    tasks = {task.name: task for moment in (noon, night) for task in queue.read_periodic(moment)}
    try:
        with clock.moved_to(TUESDAY):
            queue.execute(tasks["sweep"])
        with office.app.app_context():
            assert db.session.scalar(select(func.count()).select_from(CaseReminder)) == 1
        office.do("甲小明", replying.reply, number, "查过了。", Finding.UNCLEAR)
        with clock.moved_to(clock.at(date(2026, 5, 10), 0)):
            queue.execute(tasks["nightly"])
    finally:
        queue.storage.close()
    assert standing(office.app, number).case.status is CaseStatus.CLOSED
