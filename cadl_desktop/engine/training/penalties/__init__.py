"""Terms that are added to the cost of a picture: roughness and incoherence."""
