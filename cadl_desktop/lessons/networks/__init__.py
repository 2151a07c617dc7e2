"""Networks that are small enough to be looked into number by number."""
