"""The parts of ``benchmarks/engine.py``: inputs, measures, and the other solvers."""
