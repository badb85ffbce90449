"""How a region takes complaints: hotline, post address, four eyes; and the words that replies begin with."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.backoffice.case_forms import OfficeForm, TemplateForm
from portal.backoffice.context import the_caller
from portal.backoffice.forms import choices
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import here_with, table_page
from portal.complaints.queries.offices import own_words
from portal.complaints.reach import Reach
from portal.complaints.service import office
from portal.complaints.service.rights import ReviewerNeeded
from portal.complaints.service.steps import NotTheirs
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability, Department
from portal.reference.directory import region_directory
from portal.unit_of_work import unit_of_work

_EVERYWHERE = ""


@blueprint.get("/cases/offices")
@staff(Capability.HANDLE_CASES)
def case_offices() -> str:
    """List the regions of the scope with what each says of itself."""
    regions = region_choices(the_caller())
    page = table_page(len(regions))
    shown = page.of(regions)
    return render_template(
        "backoffice/case_offices.html",
        regions=shown,
        said=own_words([code for code, _ in shown]),
        page_of=page,
        here_with=here_with,
        keeps=_keeps(),
    )


@blueprint.route("/cases/offices/<region_code>", methods=["GET", "POST"])
@staff(Capability.REVIEW_CASES)
def case_office(region_code: str) -> str | Response | tuple[str, int]:
    """Show what a region says of itself; who keeps it writes it here."""
    if region_code not in dict(region_choices(the_caller())):
        abort(404)
    rules = office.get_office(region_code)
    form, problem = OfficeForm(obj=rules), None
    if form.validate_on_submit():
        try:
            with unit_of_work():
                office.save_office(
                    region_code,
                    form.hotline.data or "",
                    form.post_address.data or "",
                    form.four_eyes.data,
                    Reach.of(the_caller()),
                )
        except (NotTheirs, ReviewerNeeded):
            abort(403)
        except DomainError as refused:
            problem = str(refused)
        else:
            flash("已保存，公众马上能看到电话和地址")
            return redirect(url_for("backoffice.case_offices"), 303)
    page = render_template(
        "backoffice/case_office.html",
        form=form,
        rules=rules,
        name=region_directory().label(region_code),
        problem=problem,
        keeps=_keeps(),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/cases/templates")
@staff(Capability.HANDLE_CASES)
def reply_templates() -> str:
    """List the templates that concern the own department."""
    reach = Reach.of(the_caller())
    found = office.templates_within(reach)
    return render_template(
        "backoffice/reply_templates.html",
        templates=[(one, office.may_change_template(one, reach)) for one in found],
        place=_place,
        may_add=reach.reviews,
    )


@blueprint.route("/cases/templates/new", methods=["GET", "POST"])
@staff(Capability.REVIEW_CASES)
def new_reply_template() -> str | Response | tuple[str, int]:
    """Enter a template, for the own department."""
    who, form, problem = the_caller(), TemplateForm(), None
    everywhere = [(_EVERYWHERE, "所有地区")] if who.scope.regions is None else []
    form.region.choices = choices([*everywhere, *region_choices(who)])
    del form.active
    if form.validate_on_submit():
        try:
            with unit_of_work():
                office.add_template(
                    form.title.data,
                    form.body.data,
                    form.region.data or None,
                    who.scope.department,
                    Reach.of(who),
                )
        except (NotTheirs, ReviewerNeeded):
            abort(403)
        except DomainError as refused:
            problem = str(refused)
        else:
            flash("模板已加上")
            return redirect(url_for("backoffice.reply_templates"), 303)
    page = render_template(
        "backoffice/reply_template.html", form=form, problem=problem, template=None, fields=office.FIELDS
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/cases/templates/<int:template_id>", methods=["GET", "POST"])
@staff(Capability.REVIEW_CASES)
def reply_template(template_id: int) -> str | Response | tuple[str, int]:
    """Change a template, or put it away."""
    reach = Reach.of(the_caller())
    template = office.find_template(template_id, reach) or abort(404)
    form, problem = TemplateForm(obj=template), None
    del form.region
    if form.validate_on_submit():
        try:
            with unit_of_work():
                office.change_template(template, form.title.data, form.body.data, form.active.data, reach)
        except (NotTheirs, ReviewerNeeded):
            abort(403)
        except DomainError as refused:
            problem = str(refused)
        else:
            flash("模板已保存")
            return redirect(url_for("backoffice.reply_templates"), 303)
    if not office.may_change_template(template, reach):
        abort(403)
    page = render_template(
        "backoffice/reply_template.html",
        form=form,
        problem=problem,
        template=template,
        fields=office.FIELDS,
    )
    return page, 422 if form.is_submitted() else 200


def _keeps() -> bool:
    """True if the caller may write what the regions of the scope say."""
    who = the_caller()
    return who.allows(Capability.REVIEW_CASES) and who.scope.department is Department.CIVIL_AFFAIRS


def _place(region_code: str | None) -> str:
    return region_directory().label(region_code) if region_code else "所有地区"
