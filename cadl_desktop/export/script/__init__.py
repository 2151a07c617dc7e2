"""A run as a program of its own: plain NumPy and TensorFlow that train the same network the same way."""
