"""A change tried out: written, looked at as the public would see it, and taken back whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import g

from portal.domain.actor import PUBLIC
from portal.history import keeper
from portal.history.data_set import data_set_state
from portal.institutions.catalogue.holder import catalogue, trial_catalogue
from portal.institutions.models import Institution
from portal.unit_of_work import trial_run

T = TypeVar("T")


def tried_out(write: Callable[[], Institution], look: Callable[[Institution], T]) -> T:
    """Return what ``look`` makes of the institution as ``write`` leaves it; nothing is committed or kept.

    Whatever a process keeps by version of the data is asked for before anything is written, with the turn
    to write held: no cache ever reads what is about to be taken back. ``write`` may raise; then too
    nothing is left.
    """
    with trial_run():
        keeper.take_turn()
        g.pop("data_set_state", None)  # what stands in it from now on is the committed state
        data_set_state()
        kept = catalogue(PUBLIC)
        home = write()
        with trial_catalogue(kept, {home.id}):
            return look(home)
