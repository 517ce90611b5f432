"""The version of this package, as written into results."""

__version__ = "0.1.0"
