"""What changes suggestions, topics and digests. Services flush and never commit."""
