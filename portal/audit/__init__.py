"""Who did what, before and after: append-only, chained, and only ever added to (see docs/decisions)."""
