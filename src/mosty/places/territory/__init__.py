"""The status of territories in the war, as Ukraine's official list has it: dated classes by code.

`tables` keeps the rows, `words` says what a class means, `panels` shows it on the pages of the
register. Reads stand in `places.queries.territory`, changes in `places.domain.territory`, the
import of the official table in `places.imports.territory`.
"""
