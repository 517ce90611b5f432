"""Pages of decisions: drafting, signing, releasing, and what each body reads."""
