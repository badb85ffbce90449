"""Access codes of cases: derived from the form's token, kept as a keyed hash, compared in constant time."""

from __future__ import annotations

import hmac

from portal.domain.access_code import InvalidCode, code_from_bytes, parse_code
from portal.vault.sealing import blind_index, standing_secret

DERIVED_WITH = "access-code"
"""The vault's standing secret that codes are derived with; random, and never the portal's key itself."""

_NOBODYS = "0" * 64
_NO_CODE = "0000-0000-0000"


def code_for(token: str) -> str:
    """Return the access code of the case that a form with this token makes: the same one every time.

    Flushes the secret at the first call ever. Whether the code may still be *shown* is the caller's to
    decide (``submissions.shown_again``).
    """
    return code_from_bytes(hmac.digest(standing_secret(DERIVED_WITH), token.encode(), "sha256"))


def code_hash(code: str, receipt: str) -> str:
    """Return what is kept of a code (64 hexadecimal digits): useless without the portal's key, and with
    another receipt number.

    ``code`` as ``code_from_bytes`` and ``parse_code`` write it, ``receipt`` as ``parse_receipt`` does.
    """
    return blind_index("access-code", f"{receipt}/{code}")


def check(kept: str | None, receipt: str, typed: str) -> bool:
    """True if ``typed`` is the code of the case ``receipt`` whose ``code_hash`` is ``kept``.

    ``kept`` is None where there is no such case: the same is computed then, so that neither the answer nor
    the time it takes tells an unknown number from a wrong code. What can be no code is a wrong one.
    """
    try:
        code, readable = parse_code(typed), True
    except InvalidCode:
        code, readable = _NO_CODE, False
    same = hmac.compare_digest(code_hash(code, receipt), _NOBODYS if kept is None else kept)
    return same and readable and kept is not None
