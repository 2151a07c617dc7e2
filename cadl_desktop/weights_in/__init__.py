"""Import of weights from files of this program and of others, as numbers only."""
