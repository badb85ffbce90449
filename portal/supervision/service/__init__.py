"""What changes the records of supervision. Services flush and never commit."""
