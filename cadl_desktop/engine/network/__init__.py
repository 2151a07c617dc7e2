"""What is computed: parameters, layers, activations, encodings, and the forward pass made of them."""
