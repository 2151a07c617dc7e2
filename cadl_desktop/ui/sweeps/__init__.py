"""Sweeps in the window: how they are set up, and what their trials come to."""
