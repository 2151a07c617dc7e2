"""What a person looks at of a network: neurons, other parts of the plane, earlier moments, scores."""
