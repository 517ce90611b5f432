"""Pages of reviews: those of reviewers, and those of the secretariat."""
