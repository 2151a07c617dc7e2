"""Measures the figures that the README names: `python -m tests.benchmarks`. Not part of the tests."""
