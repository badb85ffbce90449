"""What is published, in which words, and what is nowhere to be read any more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from portal.domain.actor import PUBLIC
from portal.domain.notice_text import from_json
from portal.domain.refusals import ReviewerNeeded
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.institutions.models import Institution, UnregisteredHome
from portal.supervision.kinds import PhotoStage, ProblemOrigin
from portal.supervision.problem_models import Problem, ProblemPhoto, RectificationNotice
from portal.supervision.queries.notice_page import notice_view
from portal.supervision.queries.notices import NoticeChoice, list_notices
from portal.supervision.queries.open_problems import open_counts
from portal.supervision.queries.problem_page import photo_file, problem_view
from portal.supervision.queries.problems import ProblemChoice, list_problems
from portal.supervision.service import notices, photos, problems, publication
from portal.supervision.service.publication import NotForPublic, StillPersonal
from tests.integration.supervision.bureau import MONDAY, Bureau

TUESDAY = MONDAY + timedelta(1)
NAMED: dict[str, Any] = {
    "verified_on": date(2026, 1, 12),
    "operator_told_on": date(2026, 1, 13),
    "objection_ended_on": date(2026, 1, 20),
}


def public_lists(bureau: Bureau, on: date = TUESDAY) -> tuple[int, int]:
    """Return how many problems and notices everybody may see."""
    return (
        bureau.ask(list_problems, ProblemChoice(), PUBLIC, on, on=on)[1],
        bureau.ask(list_notices, NoticeChoice(), PUBLIC, on, on=on)[1],
    )


def test_nothing_is_public_before_a_reviewer_says_so(bureau: Bureau) -> None:
    number = bureau.serve(bureau.issue(one := bureau.enter()))
    assert public_lists(bureau) == (0, 0)
    assert bureau.ask(notice_view, bureau.notice(number).public_id, PUBLIC, TUESDAY, on=TUESDAY) is None
    assert bureau.ask(problem_view, bureau.problem(one).public_id, PUBLIC, TUESDAY, on=TUESDAY) is None
    bureau.publish(number)
    assert public_lists(bureau) == (1, 1)
    bureau.publish(number)  # again, to change words
    assert bureau.events(one)[-2:] == ["publish", "publish"]


def test_a_machine_proposes_and_the_notice_as_issued_stays(bureau: Bureau) -> None:
    words = "三楼通道被王桂芳老人的床堵住。"
    one = bureau.enter(description=words)
    number = bureau.issue(one, contact="养老服务股 0598-8000000")
    with bureau.app.app_context():
        notice = db.session.get_one(RectificationNotice, number)
        said = publication.propose_notice(notice).parts
    assert "王桂芳" not in said["problem/1/text"].redacted
    assert said["problem/1/text"].original == words
    assert said["contact"].redacted == "养老服务股 0598-8000000"  # an office's own number stays
    bureau.publish(number)
    found = bureau.notice(number)
    assert "王桂芳" in (found.body or "")
    assert "王桂芳" not in (found.public_body or "")
    assert "王桂芳" not in (bureau.problem(one).public_text or "")


@pytest.mark.parametrize("part", ["title", "problem/1/text", "demands", "contact"])
def test_no_number_of_a_person_gets_out(bureau: Bureau, part: str) -> None:
    number = bureau.issue(bureau.enter())
    with pytest.raises(StillPersonal, match="13812345678"):
        bureau.publish(number, **{part: "请找老李13812345678"})
    assert bureau.notice(number).published_at is None


def test_publishing_is_for_a_reviewer_and_for_what_stands(bureau: Bureau) -> None:
    one = bureau.enter()
    number = bureau.issue(one)
    with pytest.raises(ReviewerNeeded), bureau.acting("甲小明", MONDAY) as (actor, scope):
        publication.publish_problem(db.session.get_one(Problem, one), "词", "题", actor, scope, 1)
    bureau.do("审大力", notices.withdraw, (RectificationNotice, number), "发错了", on=MONDAY)
    with pytest.raises(NotForPublic, match="没有撤回"):
        bureau.publish(number)
    with pytest.raises(NotForPublic, match="还没有发出"):
        bureau.publish(bureau.draft(one))


def test_each_change_of_what_is_public_makes_pages_anew(bureau: Bureau) -> None:
    def version() -> int:
        with bureau.app.app_context():
            return data_set_state().version

    one = bureau.enter()
    before = version()
    bureau.do("甲小明", problems.start, (Problem, one), on=MONDAY)
    assert version() == before  # nobody sees it yet
    bureau.publish_problem(one)
    assert version() > before
    before = version()
    bureau.clear(one, TUESDAY)
    assert version() > before
    before = version()
    bureau.do("审大力", publication.unpublish_problem, (Problem, one), "另有说明", on=TUESDAY)
    assert version() > before


def test_what_is_taken_down_is_gone_and_can_come_again(bureau: Bureau) -> None:
    one = bureau.enter()
    number = bureau.publish(bureau.issue(one))
    bureau.do("审大力", publication.unpublish_notice, (RectificationNotice, number), "要改", on=MONDAY)
    assert public_lists(bureau) == (1, 0)
    bureau.do("审大力", publication.unpublish_problem, (Problem, one), "要改", on=MONDAY)
    assert public_lists(bureau) == (0, 0)
    with pytest.raises(NotForPublic):
        bureau.do("审大力", publication.unpublish_notice, (RectificationNotice, number), "要改", on=MONDAY)
    bureau.publish(number)
    assert public_lists(bureau) == (1, 1)


def test_a_withdrawn_notice_and_a_withdrawn_home_vanish(bureau: Bureau) -> None:
    number = bureau.publish(bureau.issue(bureau.enter()))
    bureau.do("审大力", notices.withdraw, (RectificationNotice, number), "发错了", on=MONDAY)
    assert public_lists(bureau) == (1, 0)
    assert bureau.ask(open_counts, [bureau.home], PUBLIC, TUESDAY, on=TUESDAY)
    bureau.withdraw(Institution, bureau.home)
    assert public_lists(bureau) == (0, 0)
    assert not bureau.ask(open_counts, None, PUBLIC, TUESDAY, on=TUESDAY)


@pytest.mark.parametrize("named", [True, False])
def test_an_unregistered_home_is_named_only_where_its_steps_let_it(bureau: Bureau, named: bool) -> None:
    home = bureau.enter_unregistered("清溪某托老点", **(NAMED if named else {}))
    one = bureau.enter(
        institution_id=None, unregistered_home_id=home, description="清溪某托老点没有消防设施，在暗巷十八号。"
    )
    number = bureau.publish(bureau.issue(one))
    view = bureau.ask(notice_view, bureau.notice(number).public_id, PUBLIC, TUESDAY, on=TUESDAY)
    page = bureau.ask(problem_view, bureau.problem(one).public_id, PUBLIC, TUESDAY, on=TUESDAY)
    shown = "清溪某托老点" if named else "一处未登记备案的场所"
    assert (view.row.home.name, view.text.addressee, page.row.home.name) == (shown,) * 3
    assert view.row.home.named is named
    assert "清溪某托老点" not in page.text
    assert page.responsible is None
    everything = f"{view} {page}"
    assert "暗巷" not in everything
    assert named or "清溪某托老点" not in everything
    found = bureau.ask(list_notices, NoticeChoice(text="清溪某托老点"), PUBLIC, TUESDAY, on=TUESDAY)[1]
    assert found == named
    bureau.withdraw(UnregisteredHome, home)
    assert public_lists(bureau) == (0, 0)


def test_an_unnamed_homes_name_is_refused_in_public_words(bureau: Bureau) -> None:
    home = bureau.enter_unregistered("清溪某托老点")
    number = bureau.issue(bureau.enter(institution_id=None, unregistered_home_id=home))
    for words in ("清溪某托老点拒不整改", "暗巷十八号", "清 溪某托老点"):
        with pytest.raises(StillPersonal, match="不公开的场所"):
            bureau.publish(number, demands=words)


def test_a_place_that_is_no_home_is_not_told(bureau: Bureau) -> None:
    one = bureau.enter(place="幸福路3号门面")
    bureau.publish_problem(one)
    page = bureau.ask(problem_view, bureau.problem(one).public_id, PUBLIC, TUESDAY, on=TUESDAY)
    assert page.row.home.name == "名录以外的一处场所"
    assert "幸福路" not in str(page)


@pytest.mark.parametrize("origin", [ProblemOrigin.COMPLAINT, ProblemOrigin.SUGGESTION])
def test_what_the_public_told_is_one_thing_in_public(bureau: Bureau, origin: ProblemOrigin) -> None:
    one = bureau.publish_problem(bureau.enter(origin=origin, origin_ref=f"{origin.value}/77"))
    (row,), _ = bureau.ask(list_problems, ProblemChoice(), PUBLIC, TUESDAY, on=TUESDAY)
    assert row.origin is ProblemOrigin.COMPLAINT
    page = bureau.ask(problem_view, bureau.problem(one).public_id, PUBLIC, TUESDAY, on=TUESDAY)
    assert "77" not in str(page)
    asked = ProblemChoice(origin=ProblemOrigin.BY_HAND)  # the public can't ask by origin
    assert bureau.ask(list_problems, asked, PUBLIC, TUESDAY, on=TUESDAY)[1] == 1


def test_a_struck_out_problem_is_public_no_more(bureau: Bureau) -> None:
    one = bureau.publish_problem(bureau.enter())
    bureau.do("审大力", problems.void, (Problem, one), "登错了", on=MONDAY)
    assert public_lists(bureau) == (0, 0)
    with pytest.raises(NotForPublic):
        bureau.publish_problem(one)


def test_photos_are_public_once_a_reviewer_showed_them_and_the_problem_is(bureau: Bureau) -> None:
    one = bureau.enter()
    photo = bureau.photo(one, MONDAY, PhotoStage.BEFORE)
    public_id = bureau.problem(one).public_id

    def seen() -> bytes | None:
        found: bytes | None = bureau.ask(photo_file, public_id, photo, PUBLIC, on=MONDAY)
        return found

    bureau.publish_problem(one)
    assert seen() is None
    show(bureau, photos.show_photo, photo)
    assert (seen() or b"").startswith(b"\xff\xd8")
    page = bureau.ask(problem_view, public_id, PUBLIC, MONDAY, on=MONDAY)
    assert [(one.id, one.caption) for one in page.photos] == [(photo, "通道")]
    show(bureau, photos.hide_photo, photo)
    assert seen() is None
    show(bureau, photos.show_photo, photo)
    bureau.do("审大力", publication.unpublish_problem, (Problem, one), "要改", on=MONDAY)
    assert seen() is None
    other = bureau.problem(bureau.publish_problem(bureau.enter())).public_id
    assert bureau.ask(photo_file, other, photo, PUBLIC, on=MONDAY) is None


def test_a_caption_does_not_name_who_is_not_named(bureau: Bureau) -> None:
    home = bureau.enter_unregistered("清溪某托老点")
    one = bureau.enter(institution_id=None, unregistered_home_id=home)
    photo = bureau.photo(one, MONDAY, PhotoStage.BEFORE)
    with bureau.acting("甲小明", MONDAY):
        db.session.get_one(ProblemPhoto, photo).caption = "清溪某托老点的大门"
    with pytest.raises(StillPersonal, match="照片说明"):
        show(bureau, photos.show_photo, photo)


def test_public_words_of_a_notice_are_its_own(bureau: Bureau) -> None:
    number = bureau.publish(bureau.issue(bureau.enter()), title="公开的标题", demands="公开的要求")
    view = bureau.ask(notice_view, bureau.notice(number).public_id, PUBLIC, TUESDAY, on=TUESDAY)
    assert (view.text.title, view.row.title, view.text.demands) == ("公开的标题", "公开的标题", "公开的要求")
    assert from_json(bureau.notice(number).body or "").title == "关于疏散通道的整改通知"
    assert view.public_text is None
    assert view.demands is None


def show(bureau: Bureau, deed: Any, photo: int) -> None:
    """Let a reviewer show or hide a photo."""
    with bureau.acting("审大力", MONDAY) as (actor, scope):
        row = db.session.get_one(ProblemPhoto, photo)
        deed(row, actor, scope, db.session.get_one(Problem, row.problem_id).version)
