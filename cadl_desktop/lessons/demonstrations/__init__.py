"""One demonstration a page: what stands on it, and what a hand makes of that."""
