"""The public site: one module per section, all on one blueprint."""

from __future__ import annotations

from flask import Flask

from portal.corrections.page_words import register_page_words
from portal.public import (
    about,
    accountability,
    alerts,
    care,
    closures,
    compare,
    complaint_acts,
    complaint_figures,
    complaint_new,
    complaint_published,
    complaint_track,
    corrections,
    credit,
    digests,
    display,
    errors,
    feeds,
    fees,
    formatting,
    grades,
    home,
    how_counted,
    inspection_draws,
    inspections,
    institution,
    institution_history,
    institutions,
    integrity,
    letters,
    map_page,
    map_points,
    month_lists,
    notice_page,
    notices,
    problems,
    reviews,
    search,
    sections,
    supervision,
    survey_answer,
    surveys,
    targets,
    topic_acts,
    topic_page,
    topic_vote,
    topics,
    unregistered,
    visit_rule,
    working_days,
    wrong,
)
from portal.public.caching import init_caching
from portal.public.context import init_context
from portal.public.page_words import page_words

__all__ = [
    "about",
    "accountability",
    "alerts",
    "care",
    "closures",
    "compare",
    "complaint_acts",
    "complaint_figures",
    "complaint_new",
    "complaint_published",
    "complaint_track",
    "corrections",
    "credit",
    "digests",
    "display",
    "feeds",
    "fees",
    "grades",
    "home",
    "how_counted",
    "init_public",
    "inspection_draws",
    "inspections",
    "institution",
    "institution_history",
    "institutions",
    "integrity",
    "letters",
    "map_page",
    "map_points",
    "month_lists",
    "notice_page",
    "notices",
    "problems",
    "reviews",
    "search",
    "supervision",
    "survey_answer",
    "surveys",
    "targets",
    "topic_acts",
    "topic_page",
    "topic_vote",
    "topics",
    "unregistered",
    "visit_rule",
    "working_days",
    "wrong",
]


def init_public(app: Flask) -> None:
    """Register the sections of the public site, its formats and its error pages."""
    formatting.init_formatting(app)
    errors.init_errors(app)
    init_context(app)
    init_caching(app)
    register_page_words(app, page_words)
    app.register_blueprint(sections.blueprint)
