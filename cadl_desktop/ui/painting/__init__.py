"""Painting of a picture with its target and its error, zoomed and moved together."""
