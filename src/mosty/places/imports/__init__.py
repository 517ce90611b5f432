"""Municipalities from a file: read, planned, shown, and then written exactly as shown.

`reading` finds encoding and separator, `layouts` knows the headers and makes one `Record` of a row
(grouping what is no municipality by itself), `plan` compares with the register, `tables` keeps the
plan, `commit` writes it in one transaction. What is wrong is a `Problem` with row, field and
remedy; `problems` says it in words.
"""
