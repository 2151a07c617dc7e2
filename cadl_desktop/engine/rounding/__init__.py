"""A network in few bytes: weights rounded to a few bits, trained on with the rounding in place, and
packed."""
