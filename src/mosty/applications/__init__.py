"""Applications: answers that cannot be lost, signed off as one frozen version, sent in once."""
