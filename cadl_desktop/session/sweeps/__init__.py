"""Sweeps in a window: setting one up, starting its owner process, following its folder, adopting a trial."""
