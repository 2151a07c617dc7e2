"""Pages on descending: what is lost by an error, and the ways down from it."""
