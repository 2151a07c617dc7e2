"""Files out: weights, plots, pictures. Heavy libraries come in only when something is exported."""
