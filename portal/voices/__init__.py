"""Voices: one a person, without an account: cookie, challenge, limits, bursts. It knows no record."""
