"""Was it luck? One design with several seeds, or two."""
