"""Fixture that runs a command in the process of the tests, as for the command line's own."""

from tests.cli.conftest import here

__all__ = ["here"]
