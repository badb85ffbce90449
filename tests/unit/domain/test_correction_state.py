"""Every event in every state of a correction report."""

from __future__ import annotations

from itertools import product

import pytest

from portal.domain.correction_state import CorrectionEvent as Event
from portal.domain.correction_state import CorrectionRefused, next_state
from portal.domain.correction_state import CorrectionState as State

ALLOWED = {
    (State.OPEN, Event.ACCEPT): State.ACCEPTED,
    (State.OPEN, Event.REJECT): State.REJECTED,
    (State.ACCEPTED, Event.REOPEN): State.OPEN,
    (State.REJECTED, Event.REOPEN): State.OPEN,
}


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_event_in_every_state(state: State, event: Event) -> None:
    if (state, event) in ALLOWED:
        assert next_state(state, event) is ALLOWED[state, event]
    else:
        with pytest.raises(CorrectionRefused, match="纠错"):
            next_state(state, event)
