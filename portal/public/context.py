"""What every template may use without asking."""

from __future__ import annotations

from typing import Any

from flask import Flask

from portal import clock
from portal.history.data_set import data_set_state
from portal.public import sections
from portal.public.addresses import init_addresses
from portal.public.column_feeds import feeds_here
from portal.public.display import current_display
from portal.public.field_values import phone_numbers
from portal.public.paging import address_with
from portal.public.rectification_feeds import alert_address, feeds_of_home
from portal.public.signs import init_signs


def init_context(app: Flask) -> None:
    """Give templates the settings, the display choice, the navigation and the state of the data."""
    init_addresses(app)
    init_signs(app)
    # functions are globals, so that macros can be imported without context: once, not for every page
    app.jinja_env.globals.update(
        address_with=address_with,
        phone_numbers=phone_numbers,
        alert_address=alert_address,
        feeds_of=feeds_here,
        feeds_of_home=feeds_of_home,
    )

    @app.context_processor
    def common() -> dict[str, Any]:
        return {
            "portal": app.config["PORTAL"],
            "display": current_display(),
            "navigation": sections.navigation(app),
            "footer_links": sections.footer_links(app),
            "data_set": data_set_state(),
            "today": clock.today(),
        }
