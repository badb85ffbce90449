"""What may be done with a case. Services check, write and flush; the caller's unit of work commits."""
