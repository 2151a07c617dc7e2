"""Training of a network: cost functions, optimizers, compiled steps, and the loop around them."""
