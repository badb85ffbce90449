"""What the site is made of and what it promises: data, accessibility, privacy."""

from __future__ import annotations

from flask import render_template

from portal import glossary
from portal.access import anyone
from portal.complaints.kinds import PRIVACY_VERSION
from portal.domain.grading import EXPIRING_WITHIN, GradeState
from portal.domain.registration import RegistrationState
from portal.domain.retention import SCHEDULE
from portal.public.sections import blueprint
from portal.topics.kinds import PRIVACY_VERSION as SUGGESTION_PRIVACY_VERSION


@blueprint.get("/about-data")
@anyone
def about_data() -> str:
    """Say where facts come from, what their dates mean, and what every term means."""
    context = {
        "registration_states": [(state, glossary.meaning(state)) for state in RegistrationState],
        "grade_states": [
            (state, glossary.meaning(state)) for state in GradeState if state is not GradeState.PENDING
        ],
        "expiring_days": EXPIRING_WITHIN.days,
    }
    return render_template("public/about_data.html", **context)


@blueprint.get("/accessibility")
@anyone
def accessibility() -> str:
    """Say what was done for people who see, hear or move with difficulty, and whom to tell of a barrier."""
    return render_template("public/accessibility.html")


@blueprint.get("/privacy")
@anyone
def privacy() -> str:
    """Say what the site keeps of its visitors, almost nothing, and what of those who tell it something."""
    return render_template(
        "public/privacy.html",
        privacy_version=PRIVACY_VERSION,
        suggestion_privacy_version=SUGGESTION_PRIVACY_VERSION,
        keep={keep.name: term.years for keep, term in SCHEDULE.items()},
    )
