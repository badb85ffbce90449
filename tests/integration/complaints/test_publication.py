"""Publishing a case: with consent, by a reviewer, without a mark of who wrote; changed, taken back, found."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal import clock
from portal.complaints.kinds import Appearance, Category, Finding, WhyExcluded
from portal.complaints.models import CaseClue, CasePublication
from portal.complaints.queries.published import (
    PublishedChoice,
    published_case,
    published_of,
    published_overview,
    published_page,
)
from portal.complaints.search_documents import PublishedCaseDocuments
from portal.complaints.service import citizen, handling, publication, replying, triage
from portal.complaints.service.anonymity import quarter_of
from portal.complaints.service.publication import NotForPublic, change, propose, publish, unpublish
from portal.complaints.service.publication_words import Also, StillPersonal
from portal.complaints.service.rights import ReviewerNeeded
from portal.complaints.service.steps import NotTheirs, WordsMissing
from portal.complaints.service.words import Person, Told
from portal.domain.actor import PUBLIC
from portal.domain.case_status import CaseRefused
from portal.domain.redaction import MaskKind
from portal.extensions import db
from portal.search.outbox import SearchOutbox
from tests.integration.complaints.cases import COUNTY, NOON, acting_at, case_of, enter_home, lodge_case
from tests.integration.complaints.office import NEXT_DAY, Office, lodged, standing

TOLD = Told(
    "2026年3月1日晚上，林秋月的母亲在示例敬老院摔倒，护工不在。家属电话13800138000。",
    "请查一查夜班有几个人。",
    date(2026, 3, 1),
)
REPLY = "林女士：经查，3月1日夜班只有一人，已责令整改。承办人甲小明，电话0598-8123456。"
GOOD = ("夜里没有护工", "老人夜里在该机构摔倒，护工不在。", "经查夜班只有一人，已责令整改。")


def answered(office: Office, *, told: Told = TOLD, **changes: Any) -> int:
    """A case with the consent to publish, replied to by 甲小明."""
    number = lodged(office.app, told=told, **{"consent_publish": True, **changes})
    office.do("甲小明", handling.accept, number)
    office.do("甲小明", handling.start, number)
    office.do("甲小明", replying.reply, number, REPLY, Finding.TRUE, at=clock.at(date(2026, 3, 5), 9))
    return number


def approved(office: Office, work: Any, number: int, *words: str, show_home: bool = False) -> CasePublication:
    """Let the reviewer publish or change."""
    office.do("审大力", work, number, *(words or GOOD), show_home)
    return published(office.app, number)


def published(app: Flask, number: int) -> CasePublication:
    with app.app_context():
        return db.session.scalars(select(CasePublication).where(CasePublication.case_id == number)).one()


def test_a_redaction_is_proposed_that_hides_writer_staff_home_and_days(office: Office) -> None:
    home = enter_home(office.app)
    number = answered(office, institution_id=home)
    with office.app.app_context():
        found = propose(case_of(number))
        assert found.text.original == f"{TOLD.text}\n\n希望怎样解决：{TOLD.asked}"
        kinds = {piece.kind for piece in (*found.text.pieces, *found.reply.pieces) if piece.kind}
        assert {MaskKind.NAME, MaskKind.PHONE, Also.HOME, Also.DAY} <= kinds
        shown = "\n".join((found.title, found.text.redacted, found.reply.redacted))
        for gone in ("林秋月", "13800138000", "示例敬老院", "3月1日", "甲小明", "8123456"):
            assert gone not in shown
        for kept in ("护工不在", "2026年3月", "夜班只有一人", "该机构"):
            assert kept in shown
        assert "示例敬老院" in propose(case_of(number), show_home=True).text.redacted
    reviewed = (found.title, found.text.redacted, found.reply.redacted)
    assert approved(office, publish, number, *reviewed).title == found.title


def test_what_is_published_holds_neither_day_nor_number_nor_home(office: Office) -> None:
    home = enter_home(office.app)
    number = answered(office, institution_id=home)
    approved(office, publish, number)
    with office.app.app_context():
        receipt = case_of(number).receipt
        row = db.session.execute(text("SELECT * FROM complaint_publication")).mappings().one()
    told = {
        key: value for key, value in row.items() if key not in ("id", "case_id", "published_at", "changed_at")
    }
    assert receipt not in str(told)
    for day in ("2026-03-02", "2026-03-05", "3月2日", "20260302"):
        assert day not in str(told)
    assert told["institution_id"] is None
    course = json.loads(told["timeline"])
    assert course == {
        "steps": [
            {"round": 1, "event": "lodge", "day": 0},
            {"round": 1, "event": "accept", "day": 1},
            {"round": 1, "event": "reply", "day": 3},
        ],
        "rounds": [{"round": 1, "first": "in_time", "first_days": 3, "final": "in_time", "final_days": 3}],
        "finding": "true",
    }
    found = standing(office.app, number)
    assert found.events[-1] == "publish"


LEFT = (
    ((GOOD[0], "林 秋月的母亲摔倒了。", GOOD[2]), "正文", "林 秋月"),
    ((GOOD[0], "打电话１３８0013 8000没人接。", GOOD[2]), "正文", "１３８0013 8000"),
    ((GOOD[0], GOOD[1], "甲小明已经去看过。"), "答复", "甲小明"),
    ((GOOD[0], GOOD[1], "请写信到lin@example.cn。"), "答复", "lin@example.cn"),
    (("示例敬老院夜里没有护工", *GOOD[1:]), "标题", "示例敬老院"),
    ((GOOD[0], "住幸福路8号的老人。", GOOD[2]), "正文", "幸福路8号"),
    ((GOOD[0], "三月二号投诉的。", GOOD[2]), "正文", "三月二号"),
    ((GOOD[0], GOOD[1], "我们2026-03-01去的。"), "答复", "2026-03-01"),
    ((GOOD[0], "身份证35040319500101001X。", GOOD[2]), "正文", "35040319500101001X"),
)
"""Texts with one thing left in them that must not be public: field and piece."""


def test_a_mark_that_is_left_refuses_and_says_where(office: Office) -> None:
    number = answered(office, institution_id=enter_home(office.app))
    for words, field, piece in LEFT:
        with pytest.raises(StillPersonal) as refused:
            approved(office, publish, number, *words)
        assert [(one.field, one.piece) for one in refused.value.places] == [(field, piece)]
        assert f"{field}里的“{piece}”" in str(refused.value)
    with office.app.app_context():
        assert db.session.scalars(select(CasePublication)).all() == []


def test_the_receipt_number_is_a_mark_too(office: Office) -> None:
    number = answered(office)
    receipt = standing(office.app, number).case.receipt
    with pytest.raises(StillPersonal):
        approved(office, publish, number, GOOD[0], f"登记编号{receipt}。", GOOD[2])


def test_another_day_and_a_number_that_is_nobodys_may_stand(office: Office) -> None:
    number = answered(office)
    words = (GOOD[0], "2025年5月6日以来每月收3200元，共12次。", "请拨打12345。依据民发〔2024〕5号。")
    assert approved(office, publish, number, *words).text == words[1]


def test_without_consent_there_is_no_line(office: Office) -> None:
    number = answered(office, consent_publish=False)
    for work in (
        lambda: approved(office, publish, number),
        lambda: office.ask("审大力", lambda reach: propose(case_of(number))),
    ):
        with pytest.raises(NotForPublic):
            work()
    with office.app.app_context():
        assert published_page(PublishedChoice(), PUBLIC) == []


def test_what_concerns_officials_or_discipline_is_never_published(office: Office) -> None:
    about, clue = answered(office, staff_named=True), answered(office)
    with acting_at(office.app, NEXT_DAY):
        db.session.add(
            CaseClue(
                case_id=clue,
                region_code=COUNTY,
                words_sealed="",
                handed_over_at=NEXT_DAY,
                handed_over_by="民政",
            )
        )
    office.hire("乙小红")
    named = answered(office, told=Told("打了三次电话，乙小红都说不归她管。"))
    for number in (about, clue, named):
        with pytest.raises(NotForPublic):
            approved(office, publish, number)
    office.do("审大力", handling.readmit, named, office.ids["乙小红"], "写的是另一个人，只是同名。")
    assert approved(office, publish, named).withdrawn_at is None


def test_what_turns_out_to_concern_officials_or_discipline_is_taken_down(office: Office) -> None:
    office.hire("乙小红", "核小心")
    clue, said, asked, by_hand, related = (answered(office) for _ in range(5))
    for number in (clue, said, asked, by_hand, related):
        approved(office, publish, number)
    office.do("甲小明", triage.hand_over_clue, clue, "收了红包")
    with acting_at(office.app, NEXT_DAY):
        citizen.add(case_of(said), "打了三次电话，乙小红都说不归她管。")
        citizen.ask_again(case_of(asked), "乙小红没有来看过。")
    office.do("审大力", handling.exclude, by_hand, office.ids["乙小红"], WhyExcluded.NAMED)
    office.do("审大力", handling.exclude, related, office.ids["乙小红"], WhyExcluded.RELATED)
    with office.app.app_context():
        assert [one.public_id for one in published_page(PublishedChoice(), PUBLIC)] == [
            published(office.app, related).public_id
        ]
    for number, why in ((clue, "线索"), (said, "工作人员"), (asked, "工作人员"), (by_hand, "工作人员")):
        assert why in (published(office.app, number).withdrawn_reason or "")
        assert standing(office.app, number).events.count("unpublish") == 1
        with pytest.raises((NotForPublic, CaseRefused)):
            approved(office, publish, number)
    office.do("甲小明", triage.hand_over_clue, clue, "还收了烟")
    assert standing(office.app, clue).events.count("unpublish") == 1


def test_only_a_reviewer_of_the_department_and_only_once_answered(office: Office) -> None:
    number = answered(office)
    with pytest.raises(ReviewerNeeded):
        office.do("甲小明", publish, number, *GOOD, False)
    for stranger in ("督小平", "管小家", "市小远"):
        with pytest.raises(NotTheirs):
            office.do(stranger, publish, number, *GOOD, False)
    open_case = lodged(office.app, consent_publish=True)
    with pytest.raises(CaseRefused):
        approved(office, publish, open_case)
    with pytest.raises(WordsMissing):
        approved(office, publish, number, " ", *GOOD[1:])
    office.do("国大江", publish, number, *GOOD, False)


def test_the_home_is_named_only_where_it_was_chosen_and_the_writer_is_not_hidden(office: Office) -> None:
    home = enter_home(office.app)
    number = answered(office, institution_id=home)
    words = ("示例敬老院夜里没有护工", *GOOD[1:])
    found = approved(office, publish, number, *words, show_home=True)
    assert (found.institution_id, found.region_code) == (home, COUNTY)
    with office.app.app_context():
        view = published_case(published(office.app, number).public_id, PUBLIC)
        assert view is not None
        assert view.home == "示例敬老院"
    for appearance in (Appearance.CONFIDENTIAL, Appearance.ANONYMOUS):
        hidden = answered(office, institution_id=home, appearance=appearance)
        with pytest.raises(NotForPublic):
            approved(office, publish, hidden, show_home=True)
    unlisted = answered(office, told=Told("某某公寓打人。", place_name="某某公寓"))
    with pytest.raises(NotForPublic):
        approved(office, publish, unlisted, show_home=True)
    with pytest.raises(StillPersonal):
        approved(office, publish, unlisted, "某某公寓打人", *GOOD[1:])


def test_the_place_is_as_wide_as_it_must_be_to_hide_the_case(office: Office) -> None:
    app = office.app

    def place(number: int, work: Any = publish) -> str:
        return approved(office, work, number).region_code

    number = answered(office)
    assert place(number) == "350000"  # alone in its county, city and province
    for count in range(9):
        other = "350421" if count % 2 else COUNTY
        lodge_case(app, NOON, region_code=other, category=Category.CARE if count < 2 else Category.SAFETY)
    assert place(number, change) == "350400"  # ten in the city, three of them about care
    for _ in range(4):
        lodge_case(app, NOON, category=Category.SAFETY)
    lodge_case(app, clock.at(date(2025, 12, 31), 23), category=Category.CARE)  # another quarter
    assert place(number, change) == "350400"
    lodge_case(app, NOON, category=Category.CARE)
    assert place(number, change) == COUNTY


def test_quarters() -> None:
    for day, begins, ends in (
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2024, 2, 29), date(2024, 1, 1), date(2024, 3, 31)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ):
        assert quarter_of(day) == (begins, ends)


def test_changed_taken_back_and_published_again_at_the_same_address(office: Office) -> None:
    number = answered(office)
    first = approved(office, publish, number).public_id
    with pytest.raises(NotForPublic):
        approved(office, publish, number)
    changed = approved(office, change, number, "夜班缺人", *GOOD[1:])
    assert (changed.public_id, changed.title) == (first, "夜班缺人")
    with pytest.raises(WordsMissing):
        office.do("审大力", unpublish, number, "投诉人13800138000打电话要求撤下。")
    office.do("审大力", unpublish, number, "投诉人要求撤下。")
    with office.app.app_context():
        assert published_case(first, PUBLIC) is None
        assert published_page(PublishedChoice(), PUBLIC) == []
        assert published_of(None, PUBLIC) == []
    for work in (change, lambda *given: unpublish(given[0], "再撤一次。", *given[-2:])):
        with pytest.raises(NotForPublic):
            approved(office, work, number)
    assert approved(office, publish, number).public_id == first
    assert standing(office.app, number).events[-4:] == ["publish", "publish", "unpublish", "publish"]


def test_search_is_told_and_finds_only_what_stands(office: Office) -> None:
    number = answered(office)
    approved(office, publish, number)
    source = PublishedCaseDocuments(str)

    def noted() -> int:
        rows = select(SearchOutbox).where(SearchOutbox.kind == publication.KIND)
        return len(db.session.scalars(rows).all())

    with office.app.app_context():
        (document,) = source.documents(PUBLIC)
        assert (document.name, dict(document.details)["complaint_text"]) == GOOD[:2]
        assert document.regions == ("350000",)
        before = noted()
        assert before
    office.do("审大力", unpublish, number, "投诉人要求撤下。")
    with office.app.app_context():
        assert list(source.documents(PUBLIC)) == []
        assert noted() > before


def test_a_home_taken_out_of_the_catalogue_is_no_longer_named(office: Office) -> None:
    home = enter_home(office.app)
    number = answered(office, institution_id=home)
    row = approved(office, publish, number, show_home=True)
    with office.app.app_context():
        source = PublishedCaseDocuments(str)
        assert source.following("institution", [home]) == {row.id}
        assert source.following("closure_notice", [home]) == ()
    with acting_at(office.app, NEXT_DAY):
        db.session.execute(text("UPDATE institution SET withdrawn = 1"))
    with office.app.app_context():
        (view,) = published_page(PublishedChoice(), PUBLIC)
        assert (view.home, view.home_id) == (None, None)


def test_the_list_counts_each_filter_under_the_other(office: Office) -> None:
    for category in (Category.CARE, Category.SAFETY, Category.SAFETY):
        approved(office, publish, answered(office, category=category, person=Person()))
    with office.app.app_context():
        found = published_overview(PublishedChoice(None, Category.SAFETY), PUBLIC)
        assert (found.total, found.everything) == (2, 3)
        assert found.categories == {Category.CARE: 1, Category.SAFETY: 2}
        assert [(one.code, one.count) for one in found.regions.choices] == [("350000", 2)]
        assert len(published_page(PublishedChoice("350000", Category.SAFETY), PUBLIC)) == 2
        assert published_page(PublishedChoice("110000"), PUBLIC) == []
