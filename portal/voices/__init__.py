"""Voices: one a person, without an account: cookie, challenge, limits, bursts set apart. It knows no record."""
