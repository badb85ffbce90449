"""What staff can do with a record, such as a problem or a suggestion: each line of a table is an endpoint.

What was typed is never lost: a refusal stands at its field, and who came second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from flask import abort, flash, redirect
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, ValidationError

from portal import clock
from portal.accounts.identity import Identity
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.unit_of_work import unit_of_work

Answer = Response | tuple[str, int]


class Kept(Protocol):
    """A record: whose it is, and which version it has."""

    @property
    def department(self) -> Any: ...
    @property
    def region_code(self) -> Any: ...
    @property
    def version(self) -> Any: ...


Row = TypeVar("Row", bound=Kept)


@dataclass(frozen=True, slots=True)
class Deed(Generic[Row]):
    """One thing that can be done. ``name``: of its endpoint, behind the kind of row, and of its form."""

    name: str
    title: str
    button: str
    said: str
    """What is said once it is done."""
    do: Callable[[Row, Any, Identity], object]
    """Does it: the row, the form that was filled in, who asks."""
    form: type[VersionedForm] = VersionedForm
    may: Capability = Capability.KEEP_SUPERVISION
    when: Callable[[Row], bool] = lambda _row: True
    """What the domain's table of steps says, and what it cannot know."""
    hint: str = ""
    danger: bool = False

    @property
    def is_bare(self) -> bool:
        """True if a button is all it needs."""
        return self.form is VersionedForm

    @property
    def path(self) -> str:
        """The last part of its address."""
        return self.name.replace("_", "-")


def keeps(row: Kept, who: Identity) -> bool:
    """True if the row is the caller's department's and region's."""
    return row.department is who.scope.department and who.scope.covers(row.region_code)


def offered(
    deeds: Iterable[Deed[Row]],
    row: Row,
    who: Identity,
    keeps: Callable[[Row, Identity], bool] = keeps,
) -> list[Deed[Row]]:
    """Return what ``who`` can do with a row now. ``keeps``: whether it is theirs at all."""
    if not keeps(row, who):
        return []
    return [deed for deed in deeds if who.allows(deed.may) and deed.when(row)]


@dataclass(slots=True)
class Given:
    """What a page is shown again with: the form that was sent, and what went wrong with the whole."""

    name: str = ""
    """Of the deed."""
    form: VersionedForm | None = None
    problem: str | None = None

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What somebody wrote and could not save."""
        return self.form.typed if self.form is not None else []

    @property
    def refused(self) -> VersionedForm | None:
        """The form, where its fields say what is wrong."""
        return self.form if self.form is not None and self.form.errors and not self.problem else None


def attempt(
    given: Given,
    do: Callable[[], object],
    said: str,
    show: Callable[[Given], str],
    done: Callable[[], str],
    at_fields: Sequence[tuple[type[DomainError], tuple[str, ...]]] = (),
) -> Answer:
    """Do something in one unit of work; if refused, show its page with all that was typed.

    ``done``: where to go then; ``at_fields``: which refusals stand at which fields, where the form has them.
    """
    form = given.form
    assert form is not None, "a deed has a form"
    if not form.validate_on_submit():
        return show(given), 422
    try:
        with unit_of_work():
            do()
    except ReviewerNeeded:
        abort(403)
    except NotTheirs:
        abort(404)
    except ChangedMeanwhile as refused:
        given.problem = str(refused)
        return show(given), 409
    except DomainError as refused:
        if _put_at_field(form, refused, (*at_fields, *_AT_FIELD)):
            return show(given), 422
        given.problem = str(refused)
        return show(given), 409
    flash(said)
    return redirect(done(), 303)


def stands_now(row: object, form: VersionedForm, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return what a row says now, by the labels of a form's fields: for whoever came second."""
    return [(form[name].label.text, str(value)) for name in names if (value := getattr(row, name))]


def forms_for(
    deeds: Iterable[Deed[Row]], row: Row, given: Given, also: Collection[str] = ()
) -> dict[str, VersionedForm]:
    """Return a form for each deed: the one that was sent, or a fresh one; each with the version shown.

    What was sent and is not offered any more is told, with what was typed. ``also``: the page's other forms.
    """
    found = {}
    for deed in deeds:
        mine = given.form if given.name == deed.name else None
        found[deed.name] = form = mine or deed.form(None, prefix=deed.name)
        form.version.data = str(row.version)
    if given.name and given.name not in found and given.name not in also:
        given.problem = given.problem or "这一步现在不能做了。您写的内容在下面；请看过最新情况再决定。"
    return found


_AT_FIELD: tuple[tuple[type[DomainError], tuple[str, ...]], ...] = ((WordsMissing, ("words", "reason")),)


def _put_at_field(
    form: VersionedForm, refused: DomainError, at_fields: Sequence[tuple[type[DomainError], tuple[str, ...]]]
) -> bool:
    for kind, names in at_fields:
        name = next((one for one in names if one in form), None)
        if isinstance(refused, kind) and name is not None:
            form.refuse(name, refused)
            return True
    return False


def sure_field(words: str) -> BooleanField:
    """Return a tick without which what can't be taken back is not done."""
    return BooleanField(words, [InputRequired("做了就收不回来。看清楚了，请先勾选")])


def past_day_field(title: str, description: str = "") -> DateField:
    """Return a field for the day on which something happened: today unless another is chosen."""
    return DateField(
        title,
        [InputRequired("请填写是哪一天"), not_to_come],
        default=clock.today,
        description=description,
    )


def not_to_come(_form: Any, field: Any) -> None:
    """Refuse a day that has not come yet."""
    if isinstance(field.data, date) and field.data > clock.today():
        raise ValidationError("这一天还没有到，请再看一遍")
