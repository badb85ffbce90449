"""One month's digest: its figures, the judgement, who hands it over, who publishes it, its editions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from flask import abort, render_template, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.digest_forms import CorrectForm, JudgementForm, PublishForm, ReturnForm
from portal.backoffice.digests import keeps_digests
from portal.backoffice.sections import blueprint
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.actor import Actor, Scope
from portal.domain.digest_words import digest_title, no_words, summary, waiting_words
from portal.domain.permissions import Capability
from portal.reference.directory import region_directory
from portal.topics.digest_models import Digest
from portal.topics.kinds import DigestState, SuggestionKind
from portal.topics.queries.digests import StaffDigest, digest_record, staff_digest
from portal.topics.service import digests as service

_FORMS: dict[str, type[VersionedForm]] = {
    "write": JudgementForm,
    "compile": VersionedForm,
    "submit": VersionedForm,
    "return": ReturnForm,
    "publish": PublishForm,
    "correct": CorrectForm,
}
_OPEN = frozenset({DigestState.COMPILED, DigestState.RETURNED})


@blueprint.get("/digests/<int:digest_id>")
@staff(Capability.SEE_COLUMN)
def month_digest(digest_id: int) -> str:
    """Show an edition; those who keep it see what they can do with it."""
    return _page(digest_id, Given())


@blueprint.post("/digests/<int:digest_id>/write")
@staff(Capability.KEEP_COLUMN)
def write_digest(digest_id: int) -> Answer:
    """Save the judgement, and hand it over where that was asked."""

    def write(digest: Digest, form: Any, actor: Actor, scope: Scope) -> None:
        service.write_judgement(digest, form.words.data, form.left_out.data or (), actor, scope, form.seen)

    return _done(digest_id, "write", write, "已经保存。写好了请提交审核。")


@blueprint.post("/digests/<int:digest_id>/compile")
@staff(Capability.KEEP_COLUMN)
def compile_digest_again(digest_id: int) -> Answer:
    """Take the records as they stand now."""
    return _done(
        digest_id,
        "compile",
        lambda digest, form, actor, scope: service.compile_again(digest, actor, scope, form.seen),
        "已经按现在的登记重新汇总，写好的分析没有动。",
    )


@blueprint.post("/digests/<int:digest_id>/submit")
@staff(Capability.KEEP_COLUMN)
def submit_digest(digest_id: int) -> Answer:
    """Hand the digest to whoever publishes it."""
    return _done(
        digest_id,
        "submit",
        lambda digest, form, actor, scope: service.submit_digest(digest, actor, scope, form.seen),
        "已经提交，等另一位审核人员发布。",
    )


@blueprint.post("/digests/<int:digest_id>/return")
@staff(Capability.REVIEW_COLUMN)
def return_digest(digest_id: int) -> Answer:
    """Give it back to be written anew."""
    return _done(
        digest_id,
        "return",
        lambda digest, form, actor, scope: service.return_digest(
            digest, form.words.data, actor, scope, form.seen
        ),
        "已经退回。",
    )


@blueprint.post("/digests/<int:digest_id>/publish")
@staff(Capability.REVIEW_COLUMN)
def publish_digest(digest_id: int) -> Answer:
    """Let everybody read it."""
    return _done(
        digest_id,
        "publish",
        lambda digest, form, actor, scope: service.publish_digest(digest, actor, scope, form.seen),
        "已经发布。",
    )


@blueprint.post("/digests/<int:digest_id>/correct")
@staff(Capability.KEEP_COLUMN)
def correct_digest(digest_id: int) -> Answer:
    """Begin a new edition of what was published."""
    made: list[Digest] = []

    def begin(digest: Digest, form: Any, actor: Actor, scope: Scope) -> None:
        made.append(service.correct_digest(digest, form.reason.data, actor, scope, form.seen))

    return _done(
        digest_id,
        "correct",
        begin,
        "新的一版已经开好，改完再提交审核。",
        lambda: url_for("backoffice.month_digest", digest_id=made[0].id),
    )


def _done(
    digest_id: int,
    name: str,
    work: Callable[..., None],
    said: str,
    done: Callable[[], str] | None = None,
) -> Answer:
    digest, form, who = _digest(digest_id), _FORMS[name](prefix=name), the_caller()
    return attempt(
        Given(name, form),
        lambda: work(digest, form, who.actor, who.scope),
        said,
        lambda again: _page(digest_id, again),
        done or (lambda: url_for("backoffice.month_digest", digest_id=digest_id)),
    )


def _page(digest_id: int, given: Given) -> str:
    who = the_caller()
    view = staff_digest(digest_id, who.scope) or abort(404)
    digest, figures = view.digest, view.figures
    deeds = _forms(_offered(view), given, view)
    labels = region_directory()
    return render_template(
        "backoffice/digest.html",
        view=view,
        digest=digest,
        figures=figures,
        title=digest_title(view.region_label, digest.month),
        summary=summary(figures),
        waiting=waiting_words(figures),
        no_words=no_words(figures),
        kinds=[(SuggestionKind(key), one) for key, one in figures.kinds.items() if one.now or one.before],
        places=[(labels.label(key), one) for key, one in figures.places.items()],
        states=DigestState,
        deeds=deeds,
        own=digest.written_staff_id is not None and digest.written_staff_id == who.actor.staff_id,
        given=given,
        stands=_stands(given, digest),
    )


def _offered(view: StaffDigest) -> Collection[str]:
    """Return what the caller can do with an edition now."""
    who, digest = the_caller(), view.digest
    if not keeps_digests(who):
        return ()
    if digest.state in _OPEN:
        return ("write", "compile", *(("submit",) if digest.judgement else ()))
    reviews = who.allows(Capability.REVIEW_COLUMN)
    if digest.state is DigestState.SUBMITTED:
        own = digest.written_staff_id is not None and digest.written_staff_id == who.actor.staff_id
        return ("return", *(() if own else ("publish",))) if reviews else ()
    return ("correct",) if view.newest else ()


def _forms(names: Collection[str], given: Given, view: StaffDigest) -> dict[str, VersionedForm]:
    """Return each form: the one that was sent, or a fresh one; all with the version that is shown."""
    forms: dict[str, VersionedForm] = {}
    for name in names:
        mine = given.form if given.name == name else None
        form = forms[name] = mine or _FORMS[name](None, prefix=name)
        form.version.data = str(view.digest.version)
        if name == "write":
            form["left_out"].choices = [
                (one.word, f"{one.word}（{one.now}条）") for one in view.figures.words
            ]
            if mine is None:
                form["words"].data = view.digest.judgement
                form["left_out"].data = list(view.figures.left_out)
    if given.name and given.name not in forms:
        given.problem = given.problem or "这一步现在不能做了。您写的内容在下面；请看过最新情况再决定。"
    return forms


def _stands(given: Given, digest: Digest) -> list[tuple[str, str]]:
    """Return the judgement that somebody else has just saved, for whoever came second."""
    if given.name != "write" or not given.problem or digest.judgement is None:
        return []
    return [("分析", digest.judgement)]


def _digest(digest_id: int) -> Digest:
    return digest_record(digest_id, the_caller().scope) or abort(404)
