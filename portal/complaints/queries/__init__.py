"""Reading cases, always within the reach of who asks."""
