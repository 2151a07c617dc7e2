"""Sweeps as plain data: what is varied, what is proposed, what is refused."""
