"""Pages of the register: the lists, one body, and the forms that change it."""
