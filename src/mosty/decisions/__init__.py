"""From reviews to one list of decisions: drafted, signed by two, released together, explained."""
