"""All pairs of an open market: scored in blocks, never held as a whole."""

from citymatch.pool.pairs import Found, Pool, joined, towns_of

__all__ = ["Found", "Pool", "joined", "towns_of"]
