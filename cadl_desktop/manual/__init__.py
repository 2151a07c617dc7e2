"""The manual: its pages in reading order, and search in them.

Needs no Qt. The texts are in resources/manual.
"""
