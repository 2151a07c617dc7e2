"""All that the trials of a sweep make, side by side."""
