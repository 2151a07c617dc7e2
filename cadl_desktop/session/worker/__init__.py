"""The one thread that owns every TensorFlow call, and what it can be asked for."""
