"""The network itself: initial weights, encodings, layers, activations and the forward pass."""
