"""Every read of reviews begins here. A reviewer comes to applications by these queries alone, and
they leave out whatever the reviewer has a conflict with: from lists, totals, order and files."""
