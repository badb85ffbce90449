"""点题整治: suggestions, monthly digests, topics, the vote and the public's verdict (R40–R42)."""
