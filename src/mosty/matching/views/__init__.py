"""Pages of rounds: the list, the preparation, policies, runs, approval, files."""
