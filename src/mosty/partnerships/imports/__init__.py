"""A list of partnerships from a file: `layout` reads rows, `towns` finds their municipalities,
`planning` compares with what is known, `writing` enters what was planned, `undoing` takes it out.

Plan, preview, file and history are those of every import (`places.imports`); `kind` says to it what
is different here.
"""
