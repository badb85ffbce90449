"""Taking in the lists that bureaus keep: read, understood, matched, reported; committed only on request."""
