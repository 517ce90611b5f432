"""What changes the register: one file per thing that is changed.

Every verb checks who may, changes all or nothing, writes one line of history and brings the copies
on the organisation (labels, search key, population) up to date.
"""
