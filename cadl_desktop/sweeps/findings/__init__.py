"""What the trials of a sweep come to, taken together."""
