"""Pages of people: accounts, who acts for whom, joining, the workspace of an association."""
