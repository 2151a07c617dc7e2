"""Sweeps as a window has them: its owner's process, what its folder says, and which trial is looked at."""
