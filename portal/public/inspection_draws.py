"""Random draws of homes and inspectors (R7): what was announced when, who was drawn, how to check it."""

from __future__ import annotations

from flask import Response, abort, jsonify, render_template

from portal import clock
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.draw_check import verify
from portal.domain.draw_file import to_json
from portal.domain.random_draw import digits_of
from portal.history.data_set import data_set_state
from portal.public.caching import depends_also_on
from portal.public.list_choices import region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import paginate
from portal.public.sections import blueprint
from portal.public.supervision_words import regions_offered
from portal.supervision.queries.draws import DrawView, chain_of, draw_file, draw_page, draw_view

_PER_PAGE = 20


def _hour() -> str:
    """Return what the pages change with by themselves: whether a number is out by now."""
    return f"{clock.now():%H}"


@blueprint.get("/inspections/draws")
@depends_also_on(_hour)
@kept_in_memory
@anyone
def inspection_draws() -> str:
    """List the draws, the latest announcement first; those given up too."""
    region = region_choice()
    asked = paginate(1_000, _PER_PAGE)
    rows, total = draw_page(region, PUBLIC, asked.offset, asked.per_page)
    pager = paginate(min(total, 1_000), _PER_PAGE)
    if pager.number != asked.number:
        rows, _ = draw_page(region, PUBLIC, pager.offset, pager.per_page)
    return render_template(
        "public/inspection_draws.html", rows=rows, pager=pager, regions=regions_offered(region)
    )


@blueprint.get("/inspections/draws/<public_id>")
@depends_also_on(_hour)
@kept_in_memory
@anyone
def inspection_draw(public_id: str) -> str:
    """Show one draw, check it, and say how everybody can."""
    view, file = draw_view(public_id[:20], PUBLIC), draw_file(public_id[:20], PUBLIC)
    if view is None or file is None:
        abort(404)
    # whether the chain itself holds takes minutes to tell: /integrity publishes what anybody can tell it by;
    # of the demo city the chain was written in one go, and says nothing of what came first
    chain = None if data_set_state().is_demo else chain_of(view.row.public_id, holds=True)
    return render_template(
        "public/inspection_draw.html",
        view=view,
        row=view.row,
        verdict=verify(file, chain=chain),
        chain_asked=chain is not None,
        digits=_digits(view),
    )


@blueprint.get("/inspections/draws/<public_id>.json")
@anyone
def inspection_draw_json(public_id: str) -> Response:
    """Give what is published of a draw to whoever checks it: ``flask draw verify`` reads it."""
    file = draw_file(public_id[:20], PUBLIC)
    if file is None:
        abort(404)
    response = jsonify(to_json(file))
    response.headers["Content-Disposition"] = f'attachment; filename="draw-{file.public_id}.json"'
    return response


def _digits(view: DrawView) -> str | None:
    return None if view.row.number is None else digits_of(view.row.number)
