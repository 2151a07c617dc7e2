"""The picture being painted, its target and its error, zoomed and moved as one, and what is said of them."""
