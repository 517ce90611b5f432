"""Reviews: who reads which application, who must not, and what they make of it."""
