"""A form that is sent twice makes one case: every form carries a token, and its blind index is kept.

The token itself is kept nowhere: from it the access code is derived (``access_codes``), so that who holds a
copy of the database cannot have a code shown again.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from portal.vault.sealing import blind_index

SHOWN_AGAIN = timedelta(minutes=15)
"""How long after a case was entered the same form, sent again, shows its receipt and access code again."""

_WRITTEN = re.compile(r"[0-9a-f]{32}")


def fresh_token() -> str:
    """Return a token for a new form: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def read_token(sent: str | None) -> str:
    """Return the token a form came with, or a fresh one where what came is none of ours."""
    return sent if sent is not None and _WRITTEN.fullmatch(sent) else fresh_token()


def submission_index(token: str) -> str:
    """Return what is kept of a token: 64 hexadecimal digits, to be looked up and not to be undone."""
    return blind_index("submission", token)


def shown_again(entered_at: datetime, now: datetime) -> bool:
    """True while the receipt of a case entered at ``entered_at`` may be shown again to who sends its form."""
    return timedelta() <= now - entered_at <= SHOWN_AGAIN
