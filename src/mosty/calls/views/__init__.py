"""Pages of calls: for everybody, and for the secretariat that writes them."""
