"""What can be read of the call-back, by the public and by staff."""
