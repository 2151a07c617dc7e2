"""What stands beside a neuron of the drawing: its card, menu and number editors, and its enlarged tile."""
