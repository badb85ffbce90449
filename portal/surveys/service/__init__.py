"""What can be done with the call-back: opening rounds, handing out, answering, counting, publishing."""
