"""The life of an import: what may follow what, and that nothing is stuck."""

from __future__ import annotations

from portal.domain.import_state import AT_WORK, ImportState, may_follow


def test_only_what_was_checked_is_committed_and_only_what_was_committed_is_undone() -> None:
    before = {
        then: {now for now in ImportState if may_follow(now, then)}
        for then in (ImportState.COMMITTING, ImportState.UNDOING)
    }
    assert before == {
        ImportState.COMMITTING: {ImportState.CHECKED},
        ImportState.UNDOING: {ImportState.COMMITTED},
    }


def test_what_is_over_stays_over() -> None:
    over = {now for now in ImportState if not any(may_follow(now, then) for then in ImportState)}
    assert over == {ImportState.REFUSED, ImportState.DISCARDED, ImportState.UNDONE}


def test_work_always_ends_somewhere() -> None:
    for now in AT_WORK:
        seen, todo = set(), [now]
        while todo:
            state = todo.pop()
            seen.add(state)
            todo += [then for then in ImportState if may_follow(state, then) and then not in seen]
        assert seen - AT_WORK
