"""Photos of a problem before and after: sealed under its key, shown once a reviewer has looked at them."""

from __future__ import annotations

from datetime import date

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.rectification import ProblemEvent, ProblemRefused, next_status
from portal.extensions import db
from portal.intake.attachments import FileRefused, Prepared, attach
from portal.intake.models import FileBy, FileKind
from portal.supervision.kinds import PhotoStage
from portal.supervision.problem_models import Problem, ProblemPhoto
from portal.supervision.service.redacting import about, check_public
from portal.supervision.service.rights import (
    TITLE_MOST,
    check_reach,
    check_reviewer,
    fit_words,
    told_who_was_quicker,
)
from portal.supervision.service.steps import step

__all__ = ["FileRefused", "Prepared", "add_photo", "hide_photo", "show_photo"]


@told_who_was_quicker
def add_photo(
    problem: Problem,
    prepared: Prepared,
    stage: PhotoStage,
    caption: str,
    taken_on: date | None,
    actor: Actor,
    scope: Scope,
    seen: int,
) -> ProblemPhoto:
    """Keep a photo of a problem; nobody but the staff sees it yet. Flushes.

    ``caption``: what it shows, for those who can't see it. Raises FileRefused, WordsMissing, ProblemRefused
    and what ``check_reach`` raises.
    """
    check_reach(problem, actor, scope, seen)
    next_status(problem.status, ProblemEvent.ATTACH)
    if prepared.kind is not FileKind.PHOTO:
        raise FileRefused("这里只收照片，不收PDF。")
    if taken_on is not None and taken_on > clock.today():
        raise ProblemRefused("拍照日期晚于今天。")
    caption = fit_words(caption, "请写明照片拍的是什么。", TITLE_MOST)
    file = attach(problem.subject, prepared, FileBy.STAFF)
    photo = ProblemPhoto(
        problem_id=problem.id, file_id=file.id, stage=stage, taken_on=taken_on, caption=caption, public=False
    )
    db.session.add(photo)
    db.session.flush()
    step(problem, ProblemEvent.ATTACH, actor, said={"photo": photo.id, "stage": stage.value})
    return photo


@told_who_was_quicker
def show_photo(photo: ProblemPhoto, actor: Actor, scope: Scope, seen: int) -> None:
    """Let everybody see a photo, once its problem is public. ``seen``: the version of the problem.

    The reviewer has looked: no faces, no names, no door numbers. Raises StillPersonal for the caption.
    """
    _show(photo, True, actor, scope, seen)


@told_who_was_quicker
def hide_photo(photo: ProblemPhoto, actor: Actor, scope: Scope, seen: int) -> None:
    """Take a photo out of public. ``seen``: the version of the problem."""
    _show(photo, False, actor, scope, seen)


def _show(photo: ProblemPhoto, public: bool, actor: Actor, scope: Scope, seen: int) -> None:
    problem = db.session.get_one(Problem, photo.problem_id)
    check_reviewer(problem, actor, scope, seen)
    if photo.public is public:
        raise ProblemRefused("这张照片已经公开。" if public else "这张照片没有公开。")
    if public:
        home = about(problem.institution_id, problem.unregistered_home_id, problem.place)
        check_public({"照片说明": photo.caption}, home)
    photo.public = public
    event = ProblemEvent.PUBLISH if public else ProblemEvent.UNPUBLISH
    step(problem, event, actor, said={"photo": photo.id, "stage": photo.stage.value})
