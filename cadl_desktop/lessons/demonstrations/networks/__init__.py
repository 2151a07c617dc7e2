"""Pages on what a network is made of: first weights, activations, layers, and the way back through them."""
