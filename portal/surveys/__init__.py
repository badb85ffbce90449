"""The half-yearly call-back among residents and families (R43)."""
