"""What decisions add to other pages: the accepted on the page of a call, one's own decision, and
what waits on the desk."""


def register_all() -> None:
    """Called once, when the site starts."""
