"""The official list of territories from a file: `layout` reads rows, `planning` compares them with
the register, `writing` writes a plan, `undoing` takes a written one back.

Plan, preview, file and history are those of every import (`places.imports`).
"""
