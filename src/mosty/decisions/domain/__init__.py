"""What is done with decisions: drafting, signing, releasing, and what comes after."""
