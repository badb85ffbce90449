"""Reading the records of supervision. Every query takes the Scope of whoever asks."""
