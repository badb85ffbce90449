"""The back office: staff keep the facts true. One module per section, all on one blueprint under /staff."""

from __future__ import annotations

from flask import Flask

from portal.backoffice import (
    attention,
    audit,
    calendar,
    case_actions,
    case_drafts,
    case_entry,
    case_erasing,
    case_office,
    case_page,
    case_publication,
    cases,
    clues,
    corrections,
    guides,
    home,
    import_run,
    imports,
    institution_edit,
    institutions,
    links,
    me,
    notice_drafting,
    notice_page,
    notice_publication,
    notices,
    people,
    problem_entry,
    problem_page,
    problem_publication,
    problems,
    proving,
    records,
    second_factor,
    sections,
    sign_in,
    unregistered,
)
from portal.backoffice.context import init_context

__all__ = [
    "attention",
    "audit",
    "calendar",
    "case_actions",
    "case_drafts",
    "case_entry",
    "case_erasing",
    "case_office",
    "case_page",
    "case_publication",
    "cases",
    "clues",
    "corrections",
    "guides",
    "home",
    "import_run",
    "imports",
    "init_backoffice",
    "institution_edit",
    "institutions",
    "links",
    "me",
    "notice_drafting",
    "notice_page",
    "notice_publication",
    "notices",
    "people",
    "problem_entry",
    "problem_page",
    "problem_publication",
    "problems",
    "proving",
    "records",
    "second_factor",
    "sign_in",
    "unregistered",
]


def init_backoffice(app: Flask) -> None:
    """Register the sections of the back office and who it knows."""
    init_context(app)
    app.register_blueprint(sections.blueprint)
