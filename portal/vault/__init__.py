"""Encryption of what concerns persons: sealed under a key of its subject, gone once that is erased."""
