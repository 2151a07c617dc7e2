"""What makes a network learn: costs, optimizers, compiled steps, and the loop around them."""
