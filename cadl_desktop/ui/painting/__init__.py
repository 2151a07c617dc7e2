"""The picture being painted: target, painting and error, zoomed and moved as one, and what is said of them."""
