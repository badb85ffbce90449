"""Staff: who they are, how they prove it, and how far their reach goes."""
