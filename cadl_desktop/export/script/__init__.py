"""Scripts and notebooks: plain NumPy and TensorFlow that train the same network the same way."""
