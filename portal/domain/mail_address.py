"""Mail addresses as citizens type them: what can be written to, and when two of them are one."""

from __future__ import annotations

import re
import unicodedata

from portal.domain.errors import DomainError

LONGEST = 254
"""Characters of a whole address (RFC 5321 4.5.3.1.3, less the brackets)."""

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class NotAnAddress(DomainError):
    """What was typed is no mail address that mail servers take."""


def read_address(typed: str) -> str:
    """Return an address as it is written to: full-width letters narrowed, the domain in its Latin form.

    Raises NotAnAddress. Addresses with quoted or Chinese names before the @ are refused: no server of ours
    could be told of them.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    local, _, domain = text.rpartition("@")
    try:
        latin = domain.encode("idna").decode()
    except UnicodeError:
        raise NotAnAddress("邮箱像 name@example.cn 这样，请再看一遍") from None
    labels = latin.split(".")
    plain = bool(_LOCAL.fullmatch(local)) and ".." not in local and local.strip(".") == local
    if not plain or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise NotAnAddress("邮箱像 name@example.cn 这样，请再看一遍")
    if len(local) + len(latin) + 1 > LONGEST:
        raise NotAnAddress("邮箱太长了，请再看一遍")
    return f"{local}@{latin}"


def address_key(address: str) -> str:
    """Return what two spellings of one mailbox share: no server in use tells capitals apart."""
    return address.lower()
