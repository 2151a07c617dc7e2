"""Data of the views on a network: neurons, parts of the plane, earlier moments, scores, cost landscape."""
