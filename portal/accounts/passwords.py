"""Passwords: Argon2id at OWASP's settings, and what makes one good enough."""

from __future__ import annotations

import itertools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.domain.errors import DomainError

SHORTEST = 12
LONGEST = 200
"""Characters; a limit at all, because hashing a megabyte is a way to keep the server busy."""
_FEWEST_DIFFERENT = 5
_COMMON = ("password", "qwerty", "123456", "abcdef", "111111", "admin", "woaini", "iloveyou", "letmein")

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""19 MiB, two passes: OWASP's choice; the library's own default allows six sign-ins a second."""
_NOBODY = _hasher.hash("nobody's password")


class WeakPassword(DomainError):
    """A password that would be guessed."""


def check_strength(password: str, *, personal: tuple[str, ...] = ()) -> None:
    """Raise WeakPassword for a short, plain or personal one. Length counts, odd characters don't."""
    if sum(1 if character.isascii() else 2 for character in password) < SHORTEST:
        raise WeakPassword(f"密码至少{SHORTEST}个字符（一个汉字算两个）；几个不相干的词连起来就很好记")
    if len(password) > LONGEST:
        raise WeakPassword(f"密码最多{LONGEST}个字符")
    plain = password.casefold()
    if len(set(plain)) < _FEWEST_DIFFERENT or _is_run(plain):
        raise WeakPassword("这个密码太有规律，很容易被猜到，请换一个")
    rest = plain
    for common in _COMMON:
        rest = rest.replace(common, "")
    if len(rest) < SHORTEST // 2:
        raise WeakPassword("这个密码由常见密码拼成，很容易被猜到，请换一个")
    if any(len(part) >= 4 and part.casefold() in plain for part in personal):
        raise WeakPassword("密码里不要有自己的邮箱或姓名")


def hash_password(password: str) -> str:
    """Return the hash to keep."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """True if ``password`` is the one that was hashed. Takes as long where there is no account."""
    try:
        return _hasher.verify(kept or _NOBODY, password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """True if the hash was made with other settings: hash anew at the next sign-in."""
    return _hasher.check_needs_rehash(kept)


def _is_run(text: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return len(steps) == 1
