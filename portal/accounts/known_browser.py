"""Browsers in which somebody has signed in before: a stranger's wrong guesses do not lock them out.

Whoever knows a colleague's mail address can keep it locked by guessing. So a browser that has once passed
everything carries a mark for its next sign-in, and its failures are counted apart (OWASP, device cookies).
The mark opens nothing: without it, as with it, a password and a code are asked for and guesses are limited.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from portal.vault.sealing import blind_index

VALID_FOR = timedelta(days=180)
_LONGEST = 200


def new_mark(staff_id: int) -> str:
    """Return a mark for a browser: the account's number, a random part, and our word for both."""
    said = f"{staff_id}.{secrets.token_hex(8)}"
    return f"{said}.{_word_for(said)}"


def guard_key(mark: str | None, staff_id: int) -> str | None:
    """Return under what the failures of a marked browser are counted; None for a mark that is none of ours,
    or another account's."""
    if mark is None or len(mark) > _LONGEST or not mark.isascii():
        return None
    said, _, word = mark.rpartition(".")
    if said.partition(".")[0] != str(staff_id) or not hmac.compare_digest(word, _word_for(said)):
        return None
    return word


def _word_for(said: str) -> str:
    return blind_index("known-browser", said)
