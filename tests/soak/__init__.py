"""Soaks: hours of random harm, which must cost nobody anything. `python -m tests.soak NAME` runs one.

A soak is a module here with its row in `SOAKS` (`tests/soak/__main__.py`); the suite has a short form of
each, which makes a few of the same attempts and finds no failure in them.
"""
