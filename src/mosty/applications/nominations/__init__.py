"""Associations and the applications of their members: they nominate, confirm, comment."""
