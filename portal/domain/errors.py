"""What can go wrong in the domain's own terms. Messages are plain Chinese: they reach people."""


class DomainError(Exception):
    """A rule of the field was broken; ``str(error)`` can be shown to the person who caused it."""


class InvalidCreditCode(DomainError):
    """A unified social credit code that GB 32100-2015 does not allow."""


class FutureFact(DomainError):
    """A fact dated after the day it is entered: what is not yet true is not recorded as true."""


class UnreadableValue(DomainError):
    """Text that cannot be read as the value its column promises."""
