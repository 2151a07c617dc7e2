"""Tests of `cadl-desktop sweep` and `worker`."""
