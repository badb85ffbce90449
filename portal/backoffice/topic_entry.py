"""Topics drafted: for a year's vote, or set without one."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Deed, Given, attempt, forms_for, offered
from portal.backoffice.forms import choices
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.topic_deeds import POOL_DEEDS, keeps_pool
from portal.backoffice.topic_forms import DraftForm, PoolForm, moment
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability, Department
from portal.domain.refusals import NotTheirs, WordsMissing
from portal.reference.directory import region_directory
from portal.topics.kinds import TopicScope
from portal.topics.queries.topic_desk import desk_pools, desk_topics, pool_record
from portal.topics.service import pools
from portal.topics.service.pools import Pool
from portal.topics.service.topics import Draft, draft_topic
from portal.topics.topic_models import TopicPool
from portal.unit_of_work import unit_of_work

NO_VOTE = "none"
"""What is chosen for a topic that is set without a vote."""


@blueprint.route("/topics/new", methods=["GET", "POST"])
@staff(Capability.KEEP_COLUMN)
def new_topic() -> str | Response | tuple[str, int]:
    """Draft a topic."""
    form, who = DraftForm(), the_caller()
    open_pools = [one for one in desk_pools(who.scope) if clock.now() < one.vote_opens_at]
    form.place.choices = choices(
        [*((one.public_id, f"{one.year}年：{one.title}") for one in open_pools), (NO_VOTE, "不经投票")]
    )
    form.region.choices = choices(region_choices(who))
    problem, status = None, 200
    if not form.is_submitted():
        form.year.data = clock.today().year
        form.department.data = who.scope.department.value if who.scope.department else None
        form.place.data = request.args.get("pool") or form.place.data
    elif not form.validate():
        status = 422
    else:
        pool = next((one for one in open_pools if one.public_id == form.place.data), None)
        try:
            with unit_of_work():
                made = draft_topic(_draft(form, pool), who.actor, who.scope)
        except NotTheirs as refused:
            form.refuse("region", refused)
            status = 422
        except DomainError as refused:
            problem, status = str(refused), 422
        else:
            flash("稿子已存，公众还看不到")
            return redirect(url_for("backoffice.topic", public_id=made.public_id), 303)
    page = render_template("backoffice/topic_new.html", form=form, problem=problem)
    return (page, status) if status != 200 else page


def _draft(form: DraftForm, pool: TopicPool | None) -> Draft:
    """Return what was typed; year and place of a candidate are its pool's."""
    return Draft(
        pool=pool,
        year=form.year.data if pool is None else pool.year,
        scope=TopicScope(form.scope.data),
        region_code=form.region.data if pool is None else pool.region_code,
        department=Department(form.department.data),
        title=form.title.data,
        why=form.why.data,
        demands=form.demands.data,
        joint=tuple(Department(one) for one in form.joint.data or ()),
        problem_category=form.problem_category.data or None,
    )


@blueprint.route("/pools/new", methods=["GET", "POST"])
@staff(Capability.KEEP_COLUMN)
def new_pool() -> str | Response | tuple[str, int]:
    """Open a year's collecting."""
    form, who = PoolForm(), the_caller()
    form.region.choices = choices(region_choices(who))
    problem, status = None, 200
    if not form.is_submitted():
        form.year.data, form.collecting_from.data = clock.today().year, clock.today()
    elif not form.validate():
        status = 422
    else:
        try:
            with unit_of_work():
                made = pools.open_pool(_pool(form), who.actor, who.scope)
        except NotTheirs as refused:
            form.refuse("region", refused)
            status = 422
        except DomainError as refused:
            problem, status = str(refused), 422
        else:
            flash("已建好，公众还看不到")
            return redirect(url_for("backoffice.pool", public_id=made.public_id), 303)
    page = render_template("backoffice/pool_edit.html", form=form, problem=problem, record=None)
    return (page, status) if status != 200 else page


@blueprint.get("/pools/<public_id>")
@staff(Capability.SEE_COLUMN)
def pool(public_id: str) -> str:
    """Show one pool."""
    return _show(public_id, Given())


@blueprint.route("/pools/<public_id>/edit", methods=["GET", "POST"])
@staff(Capability.KEEP_COLUMN)
def edit_pool(public_id: str) -> str | Answer:
    """Change words and dates, until the vote of a published pool opens."""
    record, form, who = _own_pool(public_id), PoolForm(), the_caller()
    form.region.choices = choices([(record.region_code, region_directory().label(record.region_code))])

    def page(given: Given) -> str:
        assert given.form is not None
        given.form.version.data = str(_own_pool(public_id).version)
        return render_template(
            "backoffice/pool_edit.html", form=given.form, problem=given.problem, record=_own_pool(public_id)
        )

    if not form.is_submitted():
        for name in ("year", "title", "explanation", "choices_most", "collecting_from"):
            form[name].data = getattr(record, name)
        form.region.data = record.region_code
        form.vote_opens_at.data = record.vote_opens_at.replace(tzinfo=None)
        form.vote_closes_at.data = record.vote_closes_at.replace(tzinfo=None)
        return page(Given("", form))
    return attempt(
        Given("", form),
        lambda: pools.amend_pool(record, _pool(form), who.actor, who.scope, form.seen),
        "已保存",
        page,
        lambda: url_for("backoffice.pool", public_id=public_id),
        ((WordsMissing, ("explanation",)),),
    )


def _pool(form: PoolForm) -> Pool:
    return Pool(
        form.year.data,
        form.region.data,
        form.title.data,
        form.explanation.data,
        form.choices_most.data,
        form.collecting_from.data,
        moment(form.vote_opens_at),
        moment(form.vote_closes_at),
    )


def _endpoint(deed: Deed[TopicPool]) -> Callable[[str], Answer]:
    def view(public_id: str) -> Answer:
        record, form = _own_pool(public_id), deed.form(prefix=deed.name)
        return attempt(
            Given(deed.name, form),
            lambda: deed.do(record, form, the_caller()),
            deed.said,
            lambda shown: _show(public_id, shown),
            lambda: url_for("backoffice.pool", public_id=public_id),
        )

    view.__doc__ = f"Do what {deed.name} says with a pool."
    return view


for _deed in POOL_DEEDS:
    blueprint.post(f"/pools/<public_id>/{_deed.path}", endpoint=f"pool_{_deed.name}")(
        staff(_deed.may)(_endpoint(_deed))
    )


def _show(public_id: str, given: Given) -> str:
    who = the_caller()
    record = pool_record(public_id, who.scope) or abort(404)
    found = offered(POOL_DEEDS, record, who, keeps_pool)
    now = clock.now()
    return render_template(
        "backoffice/pool.html",
        record=record,
        region=region_directory().label(record.region_code),
        candidates=desk_topics(who.scope, now, pool_id=record.id),
        possible=found,
        forms_of=forms_for(found, record, given),
        opened=given.name,
        given=given,
        typed=given.typed if given.problem else [],
        now=now,
        may_edit=_may_edit(record, who),
    )


def _may_edit(record: TopicPool, who: Identity) -> bool:
    if not (keeps_pool(record, who) and who.allows(Capability.KEEP_COLUMN)):
        return False
    if record.published_at is None:
        return True
    return who.allows(Capability.REVIEW_COLUMN) and clock.now() < record.vote_opens_at


def _own_pool(public_id: str) -> TopicPool:
    who = the_caller()
    record = pool_record(public_id, who.scope)
    return record if record is not None and keeps_pool(record, who) else abort(404)
