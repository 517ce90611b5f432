"""Pages about the safety of one's account: one module per subject."""
