"""Publishing a notice: each part as it was issued beside what the public would read; a reviewer decides."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.forms import trimmed
from portal.backoffice.notice_page import own_notice_or_404
from portal.backoffice.problem_forms import ReasonForm
from portal.backoffice.sections import blueprint
from portal.backoffice.versioned_form import WORDS_LONGEST, VersionedForm
from portal.domain.notice_text import NoticeText, from_json, part_label
from portal.domain.permissions import Capability
from portal.domain.proposed import Proposed
from portal.supervision.kinds import NoticeState
from portal.supervision.problem_models import RectificationNotice
from portal.supervision.service import publication
from portal.supervision.service.redacting import about, proposed

_PREFIX = "part-"


@dataclass(frozen=True, slots=True)
class Side:
    """One part of a notice: as it was issued, and as the public would read it."""

    name: str
    label: str
    original: Proposed
    words: str
    long: bool

    @property
    def field(self) -> str:
        """The name of its field."""
        return field_of(self.name)


def field_of(part: str) -> str:
    """Return the name of the field of a part."""
    return _PREFIX + part.replace("/", "-")


@blueprint.route("/notices/<public_id>/publication", methods=["GET", "POST"])
@staff(Capability.REVIEW_SUPERVISION)
def notice_publication(public_id: str) -> str | Answer:
    """Show what was issued beside what the public would read; publish what a reviewer approves."""
    record, form, who = own_notice_or_404(public_id), VersionedForm(), the_caller()
    if record.body is None or not form.is_submitted():
        return _page(record, Given("", form))
    words = _sent(from_json(record.body))
    before = record.published_at
    return attempt(
        Given("", form),
        lambda: publication.publish_notice(record, words, who.actor, who.scope, form.seen),
        "已公开，里面的问题也公开了" if before is None else "公开的内容已改",
        lambda given: _page(own_notice_or_404(public_id), given, words),
        lambda: url_for("backoffice.notice", public_id=public_id),
    )


@blueprint.post("/notices/<public_id>/publication/withdraw")
@staff(Capability.REVIEW_SUPERVISION)
def unpublish_notice(public_id: str) -> Answer:
    """Take a notice out of public."""
    record, form, who = own_notice_or_404(public_id), ReasonForm(prefix="unpublish"), the_caller()
    return attempt(
        Given("unpublish", form),
        lambda: publication.unpublish_notice(record, form.reason.data, who.actor, who.scope, form.seen),
        "已撤下，公众看不到了",
        lambda given: _page(own_notice_or_404(public_id), given, unpublish=form),
        lambda: url_for("backoffice.notice", public_id=public_id),
    )


def _sent(issued: NoticeText) -> dict[str, str]:
    """Return the words of every part as they were sent."""
    return {
        name: str(trimmed(request.form.get(field_of(name), "")))[:WORDS_LONGEST] for name in issued.parts()
    }


def _page(
    record: RectificationNotice,
    given: Given,
    words: dict[str, str] | None = None,
    unpublish: ReasonForm | None = None,
) -> str:
    withdrawing = unpublish or ReasonForm(None, prefix="unpublish")
    form = VersionedForm(None)
    form.version.data = withdrawing.version.data = str(record.version)
    return render_template(
        "backoffice/notice_publication.html",
        record=record,
        form=form,
        problem=given.problem,
        sides=_sides(record, words),
        may=record.state is NoticeState.ISSUED and record.body is not None,
        unpublish=withdrawing,
    )


def _sides(record: RectificationNotice, words: dict[str, str] | None) -> list[Side]:
    if record.body is None:
        return []
    home = about(record.institution_id, record.unregistered_home_id)
    standing = publication.propose_notice(record)
    return [
        Side(
            name,
            part_label(name),
            proposed(text, home, landlines=name == "contact"),
            standing.parts[name].redacted if words is None else words[name],
            name.rpartition("/")[2] in ("text", "measure", "demands"),
        )
        for name, text in from_json(record.body).parts().items()
    ]
