"""The layer designer: the network as a row of cards, where it is shaped."""
