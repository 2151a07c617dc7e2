"""The thread that has computed what needs TensorFlow, and what it can be asked for."""
